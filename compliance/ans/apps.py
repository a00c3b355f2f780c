from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnsConfig(AppConfig):
    name = "compliance.ans"
    label = "ans"
    verbose_name = _("ANS and HDS")
