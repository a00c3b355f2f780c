from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiActConfig(AppConfig):
    name = "compliance.ai_act"
    label = "ai_act"
    verbose_name = _("AI Act")
