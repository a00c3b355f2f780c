"""The addresses of the wizards."""

from compliance.backoffice.decisions import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("devices/<uuid:device_id>/decisions/", pages.decisions, "decisions"),
    ("devices/<uuid:device_id>/decisions/<uuid:decision_id>/", pages.decision, "decision"),
    ("devices/<uuid:device_id>/decisions/<str:table>/", pages.wizard, "wizard"),
)
