"""The addresses of recording what happened."""

from compliance.backoffice.events import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("devices/<uuid:device_id>/events/", pages.listing, "events"),
    ("devices/<uuid:device_id>/events/<str:event_key>/", pages.event, "event"),
)
