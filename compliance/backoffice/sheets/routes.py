"""The addresses of spreadsheets in and out."""

from compliance.backoffice.page import Routes
from compliance.backoffice.sheets import pages

ROUTES: Routes = (
    ("sheets/", pages.upload, "sheets"),
    ("sheets/template/", pages.template, "sheet_template"),
    ("sheets/record/", pages.record, "sheet_record"),
    ("sheets/devices/", pages.devices, "sheet_devices"),
    ("sheets/documents/", pages.documents, "sheet_documents"),
    ("sheets/<uuid:upload_id>/", pages.preview, "sheet_preview"),
    ("sheets/<uuid:upload_id>/marked/", pages.marked_copy, "sheet_marked"),
)
