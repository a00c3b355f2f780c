"""Searching texts in French: by stems, accents forgiven, the word being typed by its beginning."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from devices.texts import FRENCH, WRITTEN

_SHOWN, _BEFORE = 120, 20  # words and what stands between them, of a text that is shown
_WORDS = 12
_MATCHING = """
SELECT n - 1 FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS held (said, n)
WHERE to_tsvector(%(french)s::regconfig, said) || to_tsvector(%(written)s::regconfig, said) @@ (
    to_tsquery(%(french)s::regconfig, %(whole)s)
    || (to_tsquery(%(french)s::regconfig, %(before)s) && to_tsquery(%(written)s::regconfig, %(last)s))
)
"""


def words(text: str) -> list[str]:
    """Return the words of a text, as far as they are looked for."""
    return re.findall(r"\w+", text)[:_WORDS]


def text_query(text: str) -> Any:
    """Return the query for all words of a text, or None where it holds none.

    Each word is found by its stem and what begins with it; the last one also as it is written so far, since
    the stem of half a word need not be the beginning of that of the whole.
    """
    found = words(text)
    if not found:
        return None
    *before, last = found
    whole = _raw(found, FRENCH)
    typed = _raw([last], WRITTEN)
    return whole | (_raw(before, FRENCH) & typed if before else typed)


def marked(text: str, asked: str) -> SafeString:
    """Return a text as HTML with the words that were asked for marked; of a long one, the part around them.

    A word is marked by its beginning, which for French endings is near enough to what the stems find.
    """
    wanted = [_folded(one) for one in words(asked)]
    pieces = re.split(r"(\w+)", text)
    met = {n for n in range(1, len(pieces), 2) if any(_akin(_folded(pieces[n]), one) for one in wanted)}
    first = max(min(met, default=0) - _BEFORE, 0) if len(pieces) > _SHOWN else 0
    shown = (
        format_html("<mark>{}</mark>" if n in met else "{}", pieces[n])
        for n in range(first, min(first + _SHOWN, len(pieces)))
    )
    html = format_html_join("", "{}", ((one,) for one in shown))
    rest = len(pieces) > first + _SHOWN
    return format_html("{}{}{}", "… " if first else "", html, " …" if rest else "")


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def _akin(word: str, asked: str) -> bool:
    shorter = min(len(word), len(asked))
    begins = max(3, shorter - 2)
    return word == asked or (shorter >= begins and word[:begins] == asked[:begins])


def matching(text: str, texts: Sequence[str]) -> set[int]:
    """Return the places of the texts, which no table holds, that meet the words of ``text``."""
    found = words(text)
    if not found:
        return set()
    values: dict[str, Any] = {
        "french": FRENCH, "written": WRITTEN, "texts": list(texts),
        "whole": _beginnings(found), "before": _beginnings(found[:-1]), "last": _beginnings(found[-1:]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING, values)
        return {row[0] for row in cursor.fetchall()}


def _raw(found: list[str], config: str) -> Any:
    return SearchQuery(_beginnings(found), config=config, search_type="raw")


def _beginnings(found: list[str]) -> str:
    return " & ".join(f"{one}:*" for one in found)
