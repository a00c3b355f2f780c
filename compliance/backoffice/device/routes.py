"""The addresses of the page of a device and what hangs on it."""

from compliance.backoffice.device import page, publication, what_if
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("devices/<uuid:device_id>/", page.device, "device"),
    ("devices/<uuid:device_id>/publication/", publication.publication, "publication"),
    ("devices/<uuid:device_id>/what-if/", what_if.what_if, "what_if"),
)
