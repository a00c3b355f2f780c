"""A file on its way out: as a download, never as a page of this site."""

from typing import BinaryIO

from django.http import FileResponse

from compliance.evidence import store
from compliance.evidence.models import DocumentVersion, MediaType

# Even opened in place, such an answer runs nothing and reaches nothing.
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_TEXTS = (MediaType.TEXT, MediaType.CSV)


class NotServedError(Exception):
    """The file waits for the virus scanner, was refused by it, or is gone."""


def download(version: DocumentVersion) -> FileResponse:
    """Return the whole file of a version that the caller may see, whatever part is asked for.

    Raises NotServedError. The type is ours and never the uploader's.
    """
    blob = version.blob
    if not blob.served:
        raise NotServedError(blob.scan)
    try:
        file = store.path_of(blob.sha256).open("rb")
    except OSError as error:
        raise NotServedError("missing") from error
    text = "; charset=utf-8" if blob.media_type in _TEXTS else ""
    return attachment(file, name=version.name, content_type=blob.media_type + text, size=blob.size)


def attachment(file: BinaryIO, *, name: str, content_type: str, size: int) -> FileResponse:
    """Return an open file of so many bytes as a download that no cache keeps and that runs nothing."""
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    headers = {
        "Content-Length": str(size),
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "none",
    }
    for header, value in headers.items():
        answer.headers[header] = value
    return answer
