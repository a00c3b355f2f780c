"""Searching texts in French: by stems, accents forgiven, the word being typed by its beginning."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

FRENCH, WRITTEN = "jalon_french", "jalon_written"  # the configurations of devices/migrations/0008
_FROM, _TO = "⟦", "⟧"
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


def vector(*fields: Any) -> Any:
    """Return the fields as the queries of ``text_query`` read them."""
    return SearchVector(*fields, config=FRENCH) + SearchVector(*fields, config=WRITTEN)


def headline(expression: Any, query: Any) -> Any:
    """Return the part of a text that the query meets, as ``marked`` reads it."""
    return SearchHeadline(
        expression, query, config=FRENCH, start_sel=_FROM, stop_sel=_TO,
        max_words=30, min_words=8, max_fragments=2, fragment_delimiter=" … ",
    )  # fmt: skip


def marked(text: str) -> SafeString:
    """Return a headline as HTML, with its words marked."""
    pieces = (piece.partition(_TO) for piece in text.split(_FROM))
    first = next(pieces)[0]
    return format_html(
        "{}{}", first, format_html_join("", "<mark>{}</mark>{}", ((p[0], p[2]) for p in pieces))
    )


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
