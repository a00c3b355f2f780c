from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CnedimtsConfig(AppConfig):
    name = "compliance.cnedimts"
    label = "cnedimts"
    verbose_name = _("CNEDiMTS")
