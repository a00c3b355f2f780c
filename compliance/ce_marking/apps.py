from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CeMarkingConfig(AppConfig):
    name = "compliance.ce_marking"
    label = "ce_marking"
    verbose_name = _("CE marking")
