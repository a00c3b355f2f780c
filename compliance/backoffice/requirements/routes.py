"""The addresses of the pages of requirements."""

from compliance.backoffice.page import Routes
from compliance.backoffice.requirements import acts, pages

ROUTES: Routes = (
    ("devices/<uuid:device_id>/requirements/", pages.overview, "requirements"),
    ("devices/<uuid:device_id>/requirements/workbook/", pages.workbook, "requirements_xlsx"),
    ("devices/<uuid:device_id>/requirements/attach/", acts.attach, "requirements_attach"),
    ("devices/<uuid:device_id>/requirements/exempt/", acts.exempt, "requirements_exempt"),
    ("devices/<uuid:device_id>/requirements/back/", acts.take_back, "requirements_back"),
    ("devices/<uuid:device_id>/requirements/<str:catalogue>/", pages.catalogue, "requirements_of"),
)
