"""The addresses of spreadsheets in and out."""

from compliance.backoffice.page import Routes
from compliance.backoffice.sheets import importing, lists, record

ROUTES: Routes = (
    ("sheets/", importing.upload, "sheets"),
    ("sheets/template/", record.template, "sheet_template"),
    ("sheets/record/", record.record, "sheet_record"),
    ("sheets/devices/", lists.devices, "sheet_devices"),
    ("sheets/documents/", lists.documents, "sheet_documents"),
    ("sheets/<uuid:upload_id>/", importing.preview, "sheet_preview"),
    ("sheets/<uuid:upload_id>/marked/", importing.marked_copy, "sheet_marked"),
)
