"""The addresses of the pages of dossiers."""

from compliance.backoffice.dossiers import pages, signing
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("dossiers/", pages.listing, "dossiers"),
    ("dossiers/new/", pages.new, "dossier_new"),
    ("dossiers/<uuid:dossier_id>/", pages.dossier, "dossier"),
    ("dossiers/<uuid:dossier_id>/cancel/", pages.cancel, "dossier_cancel"),
    ("dossiers/<uuid:dossier_id>/download/", pages.download, "dossier_download"),
    ("dossiers/<uuid:dossier_id>/sign/", signing.sign, "dossier_sign"),
    (
        "dossiers/<uuid:dossier_id>/signatures/<uuid:signature_id>/withdraw/",
        signing.withdraw,
        "dossier_unsign",
    ),
    ("dossiers/<uuid:dossier_id>/signatures.json", signing.download, "dossier_signatures"),
    ("dossiers/<uuid:dossier_id>/seal/<str:part>/", signing.seal, "dossier_seal"),
)
