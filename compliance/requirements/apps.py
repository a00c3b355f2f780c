"""The application of requirements: which documents serve which."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequirementsConfig(AppConfig):
    name = "compliance.requirements"
    label = "requirements"
    verbose_name = _("Requirements")
