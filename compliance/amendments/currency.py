"""Whether the French articles that the law cites still stand as they were read.

The measure is a consolidated code as the npm package of the legi-data project publishes it: a tree of
sections and articles, each article with its version in force and the dates of all its versions.
Pure: parsed documents in, findings out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from compliance.law.parameters import DatedValue, Law

# The codes that citations name, by the title that the extract gives them.
CODES = {
    "Code de la sécurité sociale": "CSS",
    "Code de la santé publique": "CSP",
    "Code des relations entre le public et l'administration": "CRPA",
    "Code de justice administrative": "CJA",
    "Code du travail": "CT",
}
_NUMBER = re.compile(r"\b([LRD])\.?\s?(\d+(?:-\d+)*)")

Verdict = Literal["current", "changed", "changes_later", "not_found", "other_version", "not_in_extract"]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article: its id, in force on [starts_on, ends_on[."""

    id: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Article:
    """An article of an extract, with all its versions in the order of their dates."""

    number: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """A consolidated code on a date: its articles by number (``R165-10``)."""

    code: str
    title: str
    state_on: date
    articles: Mapping[str, Article]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the extract says of one cited article. ``since`` is the day from which it differs."""

    rule: str
    code: str
    article: str
    verdict: Verdict
    read: str = ""
    found: str = ""
    since: date | None = None
    verified_on: date | None = None


def extract(document: Mapping[str, Any]) -> Extract | None:
    """Return the extract of a code that citations name, or None for another code.

    Raises KeyError or ValueError where the document has not the form of the package.
    """
    data = document["data"]
    code = CODES.get(str(data["title"]).replace("’", "'"))
    if code is None:
        return None
    articles = {one.number: one for one in _articles(document)}
    return Extract(code, data["title"], date.fromisoformat(data["dateDebutVersion"]), articles)


def check(law: Law, extracts: Iterable[Extract]) -> Iterator[Checked]:
    """Yield what the extracts say of each French article that a rule rests on today, by rule.

    The value looked at is the last one that governs on the date of the extract: a superseded value cites
    what is no longer in force, and is right to.
    """
    by_code = {one.code: one for one in extracts}
    for rule in sorted(law.parameters):
        for value in _looked_at(law, rule, by_code):
            yield from _checked(rule, value, by_code.get(value.citation.text))


def _looked_at(law: Law, rule: str, by_code: Mapping[str, Extract]) -> Iterator[DatedValue]:
    french = [one for one in law[rule].values if one.citation.text in CODES.values()]
    if french:
        day = max((one.state_on for one in by_code.values()), default=date.max)
        governing = [one for one in french if one.applies <= day]
        yield max(governing or french, key=lambda one: (one.applies, one.published))


def _checked(rule: str, value: DatedValue, code: Extract | None) -> Iterator[Checked]:
    """Yield one finding for each article cited; the version read is that of one of them."""
    numbers = dict.fromkeys("".join(found) for found in _NUMBER.findall(value.citation.article))
    read = value.citation.version
    for number in numbers:
        article = code.articles.get(number) if code else None
        told = Checked(
            rule, value.citation.text, number, "not_in_extract", read, verified_on=value.verified_on
        )
        if code is None:
            yield told
        elif article is None:
            yield replace(told, verdict="not_found")
        else:
            yield _compared(told, article, code.state_on, single=len(numbers) == 1)


def _compared(told: Checked, article: Article, on: date, *, single: bool) -> Checked:
    current = next((one for one in article.versions if one.starts_on <= on < one.ends_on), None)
    coming = next((one for one in article.versions if one.starts_on > on), None)
    known = any(one.id == told.read for one in article.versions)
    verdict: Verdict = "current"
    other, since = "", None
    if current is None:
        verdict, since = "not_found", article.versions[-1].ends_on if article.versions else None
    elif (known or single) and told.read and current.id != told.read:
        verdict = "changed" if known else "other_version"
        other, since = current.id, current.starts_on
    elif _later(current, told.verified_on):
        verdict, other, since = "changed", current.id, current.starts_on
    elif coming is not None:
        verdict, other, since = "changes_later", coming.id, coming.starts_on
    return replace(told, verdict=verdict, found=other, since=since)


def _later(current: Version, verified_on: date | None) -> bool:
    """Return whether the version in force began after the article was read."""
    return verified_on is not None and current.starts_on > verified_on


def _articles(node: Mapping[str, Any]) -> Iterator[Article]:
    data = node.get("data", {})
    if node.get("type") == "article" and data.get("num"):
        number = str(data["num"]).replace(" ", "").replace(".", "")
        yield Article(number, _versions(data))
    for child in node.get("children", ()):
        yield from _articles(child)


def _versions(data: Mapping[str, Any]) -> tuple[Version, ...]:
    stated = data.get("articleVersions") or [data]
    found = [Version(str(one["id"]), _day(one["dateDebut"]), _day(one["dateFin"])) for one in stated]
    return tuple(sorted(found, key=lambda one: one.starts_on))


def _day(value: int | str) -> date:
    """Return the day of an instant, in milliseconds as the package writes it or in ISO form."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return datetime.fromtimestamp(value / 1000, tz=UTC).date()
