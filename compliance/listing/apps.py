from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingConfig(AppConfig):
    name = "compliance.listing"
    label = "listing"
    verbose_name = _("Listings")
