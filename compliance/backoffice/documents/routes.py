"""The addresses of the pages of documents."""

from compliance.backoffice.documents import pages
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("devices/<uuid:device_id>/documents/add/", pages.add, "document_add"),
    ("documents/", pages.listing, "documents"),
    ("documents/<uuid:document_id>/", pages.document, "document"),
    ("documents/<uuid:document_id>/version/", pages.new_version, "document_version"),
    ("documents/<uuid:document_id>/edit/", pages.edit, "document_edit"),
    ("documents/<uuid:document_id>/remove/", pages.remove, "document_remove"),
    ("documents/<uuid:document_id>/facts/", pages.link_fact, "document_link"),
    ("documents/files/<uuid:version_id>/", pages.file, "document_file"),
)
