from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoginConfig(AppConfig):
    name = "compliance.login"
    label = "login"
    verbose_name = _("Login")

    def ready(self) -> None:
        """Listen to what django-allauth tells by signals only."""
        from compliance.login import trail

        trail.listen()
