from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class DevicesConfig(AppConfig):
    name = "devices"
    label = "devices"
    verbose_name = _("Devices and organisations")

    def ready(self) -> None:
        """Put every connection behind the second wall as it opens."""
        from devices.wall import take_role

        connection_created.connect(take_role, dispatch_uid="second wall")
