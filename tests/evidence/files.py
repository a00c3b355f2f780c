"""The smallest files of each type, built byte by byte, and what turns them hostile."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
XML = b'<?xml version="1.0"?><report xmlns="urn:x"><a>1</a></report>'
CONTENT_TYPES = (
    '<Types><Override PartName="/{part}" '
    'ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)


def pieces(content: bytes, size: int = 7) -> Iterator[bytes]:
    """Yield a file as it comes in."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\xd9"
)
TIFF = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 256, 3, 1, 1) + struct.pack("<I", 0)


def archive(entries: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a ZIP of the entries."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), content, compress_type=kind)
    return output.getvalue()


def docx(**others: bytes) -> bytes:
    """Return a DOCX with more entries; ``__`` in a name stands for a slash."""
    listed = CONTENT_TYPES.format(part="word/document.xml", kind="wordprocessingml.document").encode()
    more = {name.replace("__", "/"): content for name, content in others.items()}
    return archive({"[Content_Types].xml": listed, "word/document.xml": b"<w:document/>", **more})


def xlsx() -> bytes:
    listed = CONTENT_TYPES.format(part="xl/workbook.xml", kind="spreadsheetml.sheet").encode()
    return archive({"[Content_Types].xml": listed, "xl/workbook.xml": b"<workbook/>"})


def odf(kind: str = "text", /, **others: bytes) -> bytes:
    """Return an ODF file with more entries, named as for ``docx``."""
    entries = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<x/>"}
    more = {name.replace("__", "/"): content for name, content in others.items()}
    return archive({**entries, **more}, stored=("mimetype",))


def locked(content: bytes) -> bytes:
    """Return an archive whose entries say that a password is needed."""
    data = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


GOOD = {
    "a.pdf": PDF,
    "a.PNG": PNG,
    "a.jpg": JPEG,
    "a.jpeg": JPEG,
    "a.tiff": TIFF,
    "a.docx": docx(),
    "a.xlsx": xlsx(),
    "a.odt": odf(),
    "a.ods": odf("spreadsheet"),
    "a.txt": "Rapport d’essai n° 12\n".encode(),
    "BM.csv": "BM;é\r\n1;2\r\n".encode("utf-8-sig"),
    "a.xml": XML,
    "a.json": b'{"a": [1, "<b>"]}',
}
