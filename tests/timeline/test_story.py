"""What facts and answers put on the axis."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from compliance.assessments.assess import assess
from compliance.assessments.render import Json, body, spoken
from compliance.facts.kinds import KINDS
from compliance.facts.past import Known
from compliance.facts.rows import Row, rows_known
from compliance.law.facts import TRACKS, Device
from compliance.law.parameters import current_law
from compliance.timeline.story import Story, named, story

ON = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with override("en"):
        yield


def _answer(**held: Any) -> Json:
    silent: Json = {"status": "unknown", "state": "unknown", "since": None, "until": None, "reasons": []}
    tracks = {track: {**silent, **held.get(track, {})} for track in TRACKS}
    return {"tracks": tracks, "deadlines": held.get("deadlines", []), "findings": held.get("findings", [])}


def _row(path: str, holder: str = "", **data: Any) -> Row:
    return Row(KINDS[path], {"key": "k", **data}, holder)


def _bars(told: Story, kind: str = "validity") -> list[tuple[str, date | None, date | None, date | None]]:
    return [(one.text, one.start, one.end, one.printed) for one in told.bars if one.kind == kind]


def _due(rule: str, fact: str, strict: str, state: str = "open") -> Json:
    return {
        "rule": rule, "label": "Due", "track": "ce_marking", "strict": strict, "safe": strict, "state": state,
        "obliged": "manufacturer", "citation": "Art. 1", "trigger": {"fact": fact, "date": None},
    }  # fmt: skip


def test_a_certificate_without_a_printed_end_ends_as_the_law_says() -> None:
    row = _row(
        "ce_marking.certificates",
        number="C-1",
        kind="quality_management",
        regulation="MDR",
        starts_on="2024-03-01",
    )
    due = _due("mdr.certificate_max_validity", "ce_marking.certificates[k]", "2029-02-28")
    told = story([row], _answer(deadlines=[due]))
    assert _bars(told) == [("Quality management system C-1", date(2024, 3, 1), date(2029, 2, 28), None)]


def test_a_certificate_of_a_directive_runs_on_to_the_end_of_the_transition() -> None:
    row = _row(
        "ce_marking.certificates",
        number="D-1",
        kind="quality_management",
        regulation="MDD",
        issued_on="2020-01-10",
        printed_end="2024-05-26",
    )
    due = _due("mdr.legacy_end_other", "ce_marking.legacy[l]", "2028-12-31")
    running = _answer(deadlines=[due], ce_marking={"status": "valid", "state": "legacy"})
    over = _answer(deadlines=[due], ce_marking={"status": "expired", "state": "legacy_lost"})
    name, start, printed = "Quality management system D-1", date(2020, 1, 10), date(2024, 5, 26)
    assert _bars(story([row], running)) == [(name, start, date(2028, 12, 31), printed)]
    assert _bars(story([row], over)) == [(name, start, printed, None)]


def test_a_withdrawal_ends_a_certificate_before_its_time() -> None:
    row = _row(
        "ce_marking.certificates",
        number="C-1",
        kind="quality_management",
        regulation="MDR",
        starts_on="2024-03-01",
        printed_end="2029-02-28",
        withdrawn_on="2026-02-01",
        suspended_on="2025-06-01",
    )
    told = story([row], _answer())
    assert _bars(told) == [("Quality management system C-1", date(2024, 3, 1), date(2026, 2, 1), None)]
    assert _bars(told, "suspension") == [("Suspended", date(2025, 6, 1), None, None)]
    assert [(one.text, one.day) for one in told.marks] == [
        ("Quality management system C-1 · withdrawn", date(2026, 2, 1))
    ]


def test_a_procedure_ends_with_its_decision_or_its_outcome() -> None:
    steps = [
        {"step": "requested", "on": "2026-01-05"},
        {"step": "decided", "on": "2026-06-05"},
        {"step": "published", "on": "2026-07-01"},
    ]
    decided = _row("cnedimts.applications", procedure="pecan", outcome="granted", steps=steps)
    given_up = _row("cnedimts.applications", procedure="pecan", outcome="withdrawn", steps=steps[:1])
    running = _row("cnedimts.applications", procedure="pecan", steps=steps[:1])
    ends = [_bars(story([one], _answer()), "procedure")[0][2] for one in (decided, given_up, running)]
    assert ends == [date(2026, 6, 5), date(2026, 1, 5), None]


def test_the_status_stands_where_no_fact_shows_how_long_it_holds() -> None:
    held = {"status": "refused", "state": "tacitly_rejected", "since": "2026-11-15"}
    told = story(
        [_row("organisations.hds_certificates", "host", number="H", issued_on="2025-01-01")],
        _answer(ans=held),
    )
    assert _bars(told, "status") == [("Tacitly rejected", date(2026, 11, 15), None, None)]
    assert next(one for one in told.bars if one.kind == "status").status == "refused"
    assert (
        next(one for one in told.bars if one.kind == "validity").path
        == "organisations[host].hds_certificates[k]"
    )


def test_only_what_still_matters_of_the_deadlines_stands_on_the_axis() -> None:
    states = ["open", "overdue", "met", "elapsed", "clock_stopped", "applies"]
    told = story([], _answer(deadlines=[_due("mdr.psur", "x[k]", "2026-12-01", one) for one in states]))
    assert [one.kind for one in told.marks] == ["deadline", "overdue", "deadline", "deadline"]


def test_lanes_are_the_tracks_and_what_else_has_something() -> None:
    assert story([], _answer()).lanes == TRACKS
    told = story(
        [
            _row("data.breaches", aware_on="2026-11-20"),
            _row("versions", number="2.0", released_on="2026-01-01"),
        ],
        _answer(),
    )
    assert told.lanes == (*TRACKS, "data", "device")
    assert [(one.number, one.text) for one in told.things] == [
        (1, "Software version 2.0 · released"),
        (2, "Personal data breach · aware"),
    ]


def test_numbers_follow_time_and_name_each_thing_once() -> None:
    rows = [_row("ce_marking.audits", kind="surveillance", held_on=f"202{n}-01-01") for n in (5, 3, 4)]
    told = story(rows, _answer())
    assert [(one.number, one.day.year) for one in told.marks] == [(1, 2023), (2, 2024), (3, 2025)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_row("listing.listings", list="lppr", line="brand", code="1140921"), "LPPR 1140921"),
        (
            _row("cnedimts.applications", outcome="granted", procedure="forfait_innovation"),
            "Forfait innovation",
        ),
    ],
)
def test_a_fact_is_called_by_what_it_is(row: Row, said: str) -> None:
    assert named(row) == said


def test_the_story_of_an_assessed_device_holds_its_legal_end() -> None:
    """Five years counted from 1 March 2026 end on 1 March 2031; the paper says two years more."""
    paper = {
        "key": "c", "number": "C-9", "kind": "quality_management", "regulation": "MDR",
        "issued_on": "2026-03-01", "starts_on": "2026-03-01", "printed_end": "2033-02-28",
    }  # fmt: skip
    device = Device.model_validate({"key": "d", "name": "D", "ce_marking": {"certificates": [paper]}})
    law = current_law()
    answer = spoken(body(assess(device, (), law, on=ON, known_on=ON)), law, "en")
    (bar,) = story(rows_known(Known(device, (), ON)), answer).bars
    assert (bar.end, bar.printed) == (date(2031, 3, 1), date(2033, 2, 28))
