"""The pages of requirements: coverage, several attached at once, not applicable, each role and mistake."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.evidence.models import Document
from compliance.requirements.models import Statement
from devices.models import Membership, Role
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text
from tests.evidence.conftest import added

TODAY = portfolio.NOW.date()


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")


def url(name: str = "requirements", *more: str, device: str = "scan-one") -> str:
    return reverse(f"admin:{name}", args=[portfolio.device(device).pk, *more])


def filed() -> Document:
    return added(portfolio.device(), title="Technical file", kind="other").document


def attached(session: Client, *requirements: str, **changed: Any) -> Any:
    asked = "?" + "&".join(f"requirement={one}" for one in requirements[:2])
    data = {"document": str(filed().pk), "since": TODAY.isoformat(), "note": "", "requirements": requirements}
    return session.post(url("requirements_attach") + asked, {**data, **changed})


def test_the_page_says_how_far_each_catalogue_is_covered(
    officer: Client,
) -> None:
    attached(officer, "mdr_annex_ii/5(b)", "mdr_annex_ii/5(a)")
    said = text(officer.get(url()))
    assert "5 % 2 of 36 covered · 34 gaps" in said
    assert "AI Act, Annex IV" in said
    assert "2 August 2028" in said  # the date of the rule, not of the catalogue
    assert "grille descriptive 2020 · version 2020 to be confirmed" in said
    other = text(officer.get(url(device="draft-two")))
    assert "No class of the device under the MDR is recorded for this date." in other


def test_one_form_attaches_a_document_to_what_is_chosen_and_to_what_corresponds(officer: Client) -> None:
    page = officer.get(f"{url('requirements_attach')}?requirement=mdr_annex_ii/5(b)")
    said = text(page)
    assert "The same documentation may serve these: uncheck what it does not" in said
    assert "AI Act Annex IV, 5 · Risk management system · AI Act Art. 11(2) (interpretation)" in said
    answer = attached(officer, "mdr_annex_ii/5(b)", "aia_annex_iv/5", note="Chapter 7")
    assert answer.url == url("requirements_of", "mdr_annex_ii")
    assert sorted(map(str, Statement.objects.all())) == ["aia_annex_iv/5", "mdr_annex_ii/5(b)"]
    assert "The document serves 2 more requirements." in text(officer.get(answer.url))
    gaps = text(officer.get(url("requirements_of", "mdr_annex_ii") + "?show=gaps"))
    assert "MDR Annex II, 5(b)" not in gaps
    assert "MDR Annex II, 5(a)" in gaps
    served = text(officer.get(reverse("admin:document", args=[Document.objects.get().pk])))
    assert "Technical documentation (MDR, Annex II) · 5(b)" in served


def test_not_applicable_stands_with_its_reason_and_is_taken_back(officer: Client) -> None:
    data = {
        "requirements": ["mdr_annex_ii/6.2(a)", "mdr_annex_ii/6.2(b)"],
        "since": TODAY.isoformat(),
        "reason": "Software only",
    }
    officer.post(f"{url('requirements_exempt')}?requirement=mdr_annex_ii/6.2(a)", data)
    assert Statement.objects.count() == 0, "only what was shown can be chosen"
    both = "requirement=mdr_annex_ii/6.2(a)&requirement=mdr_annex_ii/6.2(b)"
    officer.post(f"{url('requirements_exempt')}?{both}", data)
    page = url("requirements_of", "mdr_annex_ii")
    said = text(officer.get(page))
    assert "0 of 34 covered · 34 gaps · 2 not applicable" in said
    assert "Software only" in said
    first = Statement.objects.order_by("number").first()
    assert first
    back = officer.post(url("requirements_back"), {"statement": str(first.pk)}, follow=True)
    assert "The requirement applies again." in text(back)
    assert "0 of 35 covered" in text(officer.get(page))
    again = officer.post(url("requirements_back"), {"statement": str(first.pk)}, follow=True)
    assert "Someone changed this record meanwhile" in text(again)


def test_a_past_day_of_knowledge_shows_what_was_known_then_and_changes_nothing(officer: Client) -> None:
    attached(officer, "mdr_annex_ii/5(b)")
    page = officer.get(url("requirements_of", "mdr_annex_ii") + "?known_on=2026-11-21")
    said = text(page)
    assert "as known on 21 November 2026" in said
    assert "0 of 36 covered" in said
    assert "Attach a document" not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"document": ""}, "Document : This field is required."),
        ({"since": "2027-01-01"}, "Since : This day is still to come."),
        ({"since": "soon"}, "Since : Enter a valid date."),
        ({"requirements": []}, "Requirements : Choose at least one requirement."),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    officer: Client, changed: dict[str, Any], said: str
) -> None:
    answer = attached(officer, "mdr_annex_ii/5(b)", note="Chapter 7", **changed)
    shown = text(answer)
    assert "Nothing is saved yet" in shown
    assert said.replace(" :", ":") in shown.replace(" :", ":")
    assert "Chapter 7" in answer.content.decode()
    assert Statement.objects.count() == 0


def test_nothing_chosen_and_nothing_known_lead_back(officer: Client) -> None:
    for asked in ("", "?requirement=nothing/1"):
        answer = officer.get(url("requirements_attach") + asked, follow=True)
        assert "Choose at least one requirement first." in text(answer)
    assert officer.get(url("requirements_of", "nothing")).status_code == 404
    assert officer.post(url("requirements_back"), {"statement": "x"}).status_code == 404


def test_who_only_reads_changes_nothing(session_of: Session) -> None:
    Membership.objects.filter(user__email="officer@example.org").update(role=Role.READER)
    reader = session_of("officer")
    said = reader.get(url("requirements_of", "mdr_annex_ii"))
    assert "Attach a document" not in text(said)
    assert attached(reader, "mdr_annex_ii/5(b)").status_code == 403
    assert session_of("buyer").get(url()).status_code == 404


def test_the_workbook_has_a_line_for_each_requirement_and_document(officer: Client) -> None:
    attached(officer, "mdr_annex_ii/5(b)")
    book = openpyxl.load_workbook(io.BytesIO(officer.get(url("requirements_xlsx")).content))
    lines = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    (line,) = [one for one in lines if "MDR Annex II, 5(b)" in one]
    assert line[5:9] == ["Risk management: solutions and results", "verified", "covered", "Technical file"]
    assert sum("HAS 2020, " in str(one[4]) for one in lines) == 42


def test_the_pages_take_twelve_queries_at_most(officer: Client) -> None:
    attached(officer, "mdr_annex_ii/5(b)", "aia_annex_iv/5")
    # Of all people the owner is asked most for: the frame tells them of the alerting.
    Membership.objects.filter(user__email="officer@example.org").update(role=Role.OWNER)
    pages = [url(), url("requirements_of", "mdr_annex_ii"), url() + "?on=2028-09-01"]
    pages += [f"{url('requirements_attach')}?requirement=mdr_annex_ii/5(a)"]
    pages += [f"{url('requirements_of', 'mdr_annex_ii')}?known_on=2026-11-21"]
    pages += [reverse("admin:document", args=[Document.objects.get().pk])]
    taken = {}
    for one in pages:
        officer.get(one)
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(one).status_code == 200
        taken[one] = len(asked)
    assert max(taken.values()) <= 12, taken
