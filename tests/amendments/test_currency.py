"""Whether cited articles still stand: against a small consolidated code in the form of legi-data."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from compliance.amendments.currency import Checked, check, extract
from compliance.law.parameters import Law, parse

CODE = {"title": "Code de la sécurité sociale", "dateDebutVersion": "2026-10-01"}
READ, NEW, OLD = "LEGIARTI000046884478", "LEGIARTI000099999999", "LEGIARTI000021020321"


def _instant(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def version(key: str, starts: str, ends: str = "2999-01-01") -> dict[str, Any]:
    return {"id": key, "dateDebut": _instant(starts), "dateFin": _instant(ends)}


def code(number: str, *versions: dict[str, Any], title: str = CODE["title"]) -> dict[str, Any]:
    article = {"type": "article", "data": {"num": number, "articleVersions": list(versions)}, "children": []}
    section = {"type": "section", "data": {"title": "Section 1"}, "children": [article]}
    return {"type": "code", "data": {**CODE, "title": title}, "children": [section]}


def law(*values: dict[str, Any], article: str = "R.165-10 I", text: str = "CSS") -> Law:
    """Return the law of one rule, whose values have these versions read."""
    body = {
        "track": "listing",
        "label": {"fr": "Règle", "en": "Rule"},
        "kind": "condition",
        "values": [
            {
                "published": "2022-12-31",
                "applies": "2023-01-01",
                "certainty": "verified",
                "verified_on": "2026-11-22",
                **one,
                "citation": {"text": text, "article": article, "version": one["citation"], "source": "LEGI"},
            }
            for one in values
        ],
    }
    return parse([json.dumps({"x.rule": body})])


def verdicts(one: Law, *documents: dict[str, Any]) -> list[Checked]:
    extracts = [found for document in documents if (found := extract(document))]
    return list(check(one, extracts))


def test_an_article_that_stands_is_current() -> None:
    document = code("R165-10", version(OLD, "2009-09-05", "2023-01-01"), version(READ, "2023-01-01"))
    (only,) = verdicts(law({"citation": READ}), document)
    assert (only.verdict, only.article, only.since) == ("current", "R165-10", None)


def test_a_later_version_is_a_change_since_its_first_day() -> None:
    document = code("R165-10", version(READ, "2023-01-01", "2026-09-15"), version(NEW, "2026-09-15"))
    (only,) = verdicts(law({"citation": READ}), document)
    assert (only.verdict, only.read, only.found, only.since) == ("changed", READ, NEW, date(2026, 9, 15))


def test_a_change_to_come_is_announced() -> None:
    document = code("R165-10", version(READ, "2023-01-01", "2027-01-01"), version(NEW, "2027-01-01"))
    (only,) = verdicts(law({"citation": READ}), document)
    assert (only.verdict, only.found, only.since) == ("changes_later", NEW, date(2027, 1, 1))


def test_a_version_never_in_the_article_is_another_one() -> None:
    (only,) = verdicts(
        law({"citation": "LEGIARTI000000000001"}), code("R165-10", version(READ, "2023-01-01"))
    )
    assert (only.verdict, only.found) == ("other_version", READ)


def test_an_article_without_a_version_read_is_compared_by_the_day_of_reading() -> None:
    document = code("R165-10", version(READ, "2023-01-01", "2026-09-15"), version(NEW, "2026-09-15"))
    (before,) = verdicts(law({"citation": "", "verified_on": "2026-09-14"}), document)
    (after,) = verdicts(law({"citation": "", "verified_on": "2026-09-15"}), document)
    assert (before.verdict, after.verdict) == ("changed", "current")


def test_an_article_gone_is_not_found() -> None:
    ended = code("R165-10", version(READ, "2023-01-01", "2026-09-15"))
    (repealed,) = verdicts(law({"citation": READ}), ended)
    (missing,) = verdicts(law({"citation": READ}), code("R165-11", version(READ, "2023-01-01")))
    assert (repealed.verdict, repealed.since) == ("not_found", date(2026, 9, 15))
    assert (missing.verdict, missing.since) == ("not_found", None)


def test_a_code_that_is_not_there_is_said() -> None:
    (only,) = verdicts(law({"citation": READ}, text="CSP"), code("R165-10", version(READ, "2023-01-01")))
    assert only.verdict == "not_in_extract"
    assert extract(code("R1", title="Code rural et de la pêche maritime")) is None


def test_each_article_of_a_citation_is_looked_at_and_the_version_is_that_of_one() -> None:
    document = code("R162-79", version("LEGIARTI000046879972", "2023-01-01"))
    other = code("R162-80", version(READ, "2023-01-01"))
    document["children"] += other["children"]
    found = verdicts(law({"citation": READ}, article="R.162-79; R.162-80 I 2°"), document)
    assert [(one.article, one.verdict) for one in found] == [("R162-79", "current"), ("R162-80", "current")]


def test_a_superseded_value_is_not_held_against_the_law() -> None:
    values = ({"citation": OLD, "applies": "2010-01-01"}, {"citation": READ})
    document = code("R165-10", version(OLD, "2009-09-05", "2023-01-01"), version(READ, "2023-01-01"))
    assert [one.verdict for one in verdicts(law(*values), document)] == ["current"]


@pytest.mark.parametrize("document", [{}, {"data": {}}, {"data": {"title": CODE["title"]}}])
def test_what_is_no_consolidated_code_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        extract(document)
