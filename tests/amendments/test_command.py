"""``manage.py law``: what each task prints, and what it refuses."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from compliance.amendments.models import Amendment
from compliance.amendments.reference import reference
from compliance.law.amendments import amended, read, without
from compliance.law.parameters import current_law
from tests import portfolio
from tests.amendments import texts
from tests.amendments.test_currency import NEW, code, version

ROOT = Path(__file__).parents[2]
PORTFOLIO = sorted((ROOT / "compliance/facts/portfolio").glob("*.yaml"))
OMNIBUS = ROOT / "docs/amendments/ai-act-omnibus.yaml"


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with time_machine.travel(portfolio.NOW, tick=False):
        yield


def law(*arguments: Any) -> str:
    out = StringIO()
    call_command("law", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.yaml"
    file.write_text(texts.document(), encoding="utf-8")
    return file


def test_the_omnibus_is_a_text_that_the_shipped_law_holds() -> None:
    omnibus = read(OMNIBUS.read_bytes())
    before = without(current_law(), omnibus)
    assert before.version != current_law().version
    assert amended(before, omnibus).version == current_law().version


def test_the_preview_of_the_omnibus_on_the_bundled_portfolio() -> None:
    lines = law("preview", OMNIBUS, "--facts", *PORTFOLIO).splitlines()
    assert lines[1].startswith("on 2026-11-22, as known on 2026-11-22, among ")
    rayvolve = lines.index("Rayvolve (rayvolve)")
    assert "  aia.high_risk_annex_i ia: 2027-08-02 (open) → 2028-08-02 (open)" in lines[rayvolve:]
    assert lines[-1].endswith("deadlines move")


def test_the_preview_as_json_names_each_move(text: Path) -> None:
    found = json.loads(law("preview", text, "--json", "--facts", *PORTFOLIO))
    assert (found["text"], found["status"]) == ("second-omnibus", "adopted")
    assert (found["on"], found["known_on"]) == ("2026-11-22", "2026-11-22")
    moves = found["devices"]["rayvolve"]
    assert [(one["name"], one["before"], one["after"]) for one in moves] == [
        ("aia.high_risk_annex_i", "2028-08-02", "2029-01-01")
    ]


def test_a_text_that_governs_later_is_previewed_on_its_first_day(tmp_path: Path) -> None:
    rules = {"aia.high_risk_annex_i": {"values": [texts.value(applies="2027-03-01")]}}
    file = tmp_path / "later.yaml"
    file.write_text(texts.document(published="2027-02-01", rules=rules), encoding="utf-8")
    found = json.loads(law("preview", file, "--json", "--facts", *PORTFOLIO))
    assert (found["on"], found["known_on"]) == ("2027-03-01", "2027-03-01")
    assert found["devices"]["rayvolve"][0]["after"] == "2029-01-01"
    earlier = json.loads(law("preview", file, "--json", "--on", "2027-02-28", "--facts", *PORTFOLIO))
    assert earlier["devices"] == {}


@pytest.mark.django_db
def test_preview_then_apply_say_the_same(text: Path) -> None:
    portfolio.record()
    previewed = json.loads(law("preview", text, "--json"))["devices"]
    assert law("apply", text, "--reason", "Published").startswith("second-omnibus is applied: 1 devices move")
    row = Amendment.objects.get()
    assert {one.device.key: one.moves for one in row.effects.select_related("device")} == previewed
    assert "2029-01-01" in law("show", "aia.high_risk_annex_i")
    assert "2029-01-01" not in law("show", "--shipped", "aia.high_risk_annex_i")
    with pytest.raises(CommandError, match="second-omnibus"):
        law("apply", text)


def test_show_tells_the_whole_history() -> None:
    lines = law("show", "--shipped", "aia.high_risk_annex_i").splitlines()
    assert lines[0].startswith("aia.high_risk_annex_i: High-risk duties, Annex I route / ")
    assert "  from 2024-08-01, known since 2024-07-12: 2027-08-02" in lines
    assert "  from 2026-07-27, known since 2026-07-24: 2028-08-02" in lines
    assert "    certainty: verified, on 2026-11-22" in lines


def test_show_names_the_rules_near_a_wrong_name() -> None:
    with pytest.raises(CommandError, match=r"no rule high_risk; there are: aia\.high_risk_annex_i, aia"):
        law("show", "--shipped", "high_risk")


def test_check_reports_what_changed_and_fails(tmp_path: Path) -> None:
    shipped = current_law()["lppr.renewal_request_lead"].values[-1].citation.version
    document = code("R165-10", version(shipped, "2023-01-01", "2026-09-15"), version(NEW, "2026-09-15"))
    (tmp_path / "LEGITEXT000006073189.json").write_text(json.dumps(document), encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match="have changed"):
        call_command("law", "check", "--shipped", "--legi", str(tmp_path), stdout=out)
    said = out.getvalue()
    assert "CSS: Code de la sécurité sociale, state of 2026-10-01, 1 articles" in said
    assert (
        "changed since 2026-09-15: lppr.renewal_request_lead "
        f"(CSS R165-10, read {shipped}, now {NEW})" in said
    )
    assert "Not confirmed, and what would settle it:" in said


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no LEGITEXT"), ("{}", "not a consolidated code"), ("[", "not a consol")]
)
def test_check_needs_consolidated_codes(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "LEGITEXT1.json").write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        law("check", "--shipped", "--legi", tmp_path)


@pytest.mark.django_db
@pytest.mark.parametrize("task", ["preview", "apply"])
def test_a_wrong_file_is_said(tmp_path: Path, task: str) -> None:
    with pytest.raises(CommandError, match="No such file"):
        law(task, tmp_path / "nothing.yaml")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(texts.document(status="rumoured"), encoding="utf-8")
    with pytest.raises(CommandError, match="status: Input should be 'adopted' or 'proposed'"):
        law(task, wrong)


def test_the_table_in_the_docs_is_current_and_holds_every_rule() -> None:
    """Mended by: manage.py law table > docs/law.md"""
    table = (ROOT / "docs/law.md").read_text(encoding="utf-8")
    assert table == reference(current_law()) == law("table")
    rows = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    values = sum(len(one.values) for one in current_law().parameters.values())
    assert set(rows) == set(current_law().parameters)
    assert len(rows) == values
