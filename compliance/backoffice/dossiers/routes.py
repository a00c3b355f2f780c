"""The addresses of the pages of dossiers."""

from compliance.backoffice.dossiers import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("dossiers/", pages.listing, "dossiers"),
    ("dossiers/new/", pages.new, "dossier_new"),
    ("dossiers/<uuid:dossier_id>/", pages.dossier, "dossier"),
    ("dossiers/<uuid:dossier_id>/cancel/", pages.cancel, "dossier_cancel"),
    ("dossiers/<uuid:dossier_id>/download/", pages.download, "dossier_download"),
)
