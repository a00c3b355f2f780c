"""How texts are kept to be found: in French by their stems, and as written, accents forgiven in both."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector

FRENCH, WRITTEN = "jalon_french", "jalon_written"  # the configurations of devices/migrations/0008
_WORDS = 12


def vector(*fields: Any) -> Any:
    """Return the fields as the queries of the search read them."""
    return SearchVector(*fields, config=FRENCH) + SearchVector(*fields, config=WRITTEN)


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


def _raw(found: list[str], config: str) -> Any:
    return SearchQuery(beginnings(found), config=config, search_type="raw")


def beginnings(found: list[str]) -> str:
    """Return the raw query for all words, each by what begins with it."""
    return " & ".join(f"{one}:*" for one in found)
