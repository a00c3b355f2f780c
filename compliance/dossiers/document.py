"""The pages of a dossier: a PDF/A-3a and PDF/UA-1 whose bytes depend on its data alone.

The fonts are those that Typst carries, so that no font of the machine takes part. The data reach the template
as JSON: no text of a device is ever read as markup.
"""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext

from compliance.assessments.render import Json

_TEMPLATES = Path(__file__).parent / "templates"
_EPOCH = date(1970, 1, 1)

# What the body font prints: European alphabets and punctuation. Neither signs that steer the direction of
# the text, nor what PDF/A forbids for want of a glyph.
_NOT_PRINTED = re.compile(
    r"[^\n -~\u00a0-\u00ac\u00ae-\u02e4\u0300-\u036f\u0391-\u03a1\u03a3-\u03ce\u0400-\u0477\u048c-\u04c4"
    r"\u1e00-\u1eff\u2010-\u2027\u202f-\u2037\u2039-\u203e\u20ac\u2116\u2122\u2190-\u2199\u2212\u2248\u2260"
    r"\u2264\u2265]"
)
_LONGEST = 10_000  # signs: no text that an officer writes is longer, and the pages stay in bounds
_LONG_RUN = re.compile(r"\S{33,}")  # longer than any word
_BREAKABLE = re.compile(r"(\S{12})(?=\S)")  # twelve capitals are narrower than the narrowest column of texts


def pdf(sheet: Json, attached: bytes, *, on: date, template: str = "dossier.typ") -> bytes:
    """Return the PDF of a sheet with ``dossier.json`` attached; ``on`` is its date of making.

    A sign that the font lacks, or that would not show, is printed as its code: [U+202E]. A text beyond all
    measure is cut, and says so in the active language.
    """
    day = max(on, _EPOCH)
    return typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        sys_inputs={"sheet": json.dumps(_printed(sheet)), "dossier": attached.decode()},
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )


def _printed(value: Any) -> Any:
    """Return the data with every text as it can be printed, long words breakable."""
    if isinstance(value, str):
        text = value[:_LONGEST].replace("\r\n", "\n").replace("\t", " ")
        coded = _NOT_PRINTED.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", text)
        return _LONG_RUN.sub(lambda run: _BREAKABLE.sub("\\1\u200b", run[0]), coded) + _cut(
            len(value) - _LONGEST
        )
    if isinstance(value, list):
        return [_printed(one) for one in value]
    if isinstance(value, dict):
        return {name: _printed(one) for name, one in value.items()}
    return value


def _cut(more: int) -> str:
    """Return what stands in place of so many signs of a text; "" where all of it is printed."""
    if more <= 0:
        return ""
    told = gettext("%(more)d more characters: the whole text stands in dossier.json or in audit.json")
    return f" […] ({told % {'more': more}})"
