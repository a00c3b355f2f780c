"""Plans: dates worked by hand, backwards and forwards that agree, what cannot be met, what is done."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.law.calendar import Period, is_working_day
from compliance.law.facts import Device, Organisation
from compliance.law.parameters import current_law
from compliance.planning.assumptions import defaults
from compliance.planning.plan import Plan, Planned, UnknownAssumption, plan, plan_for
from compliance.planning.spans import Regime, span
from compliance.planning.steps import TARGETS, Route

ON = date(2026, 11, 22)
DAY = timedelta(days=1)


def make(route: Route, by: date | None = None, *, on: date = ON, **fields: Any) -> Plan:
    return plan(route, current_law(), on=on, known_on=fields.pop("known_on", ON), by=by, **fields)


def all_steps(found: Plan) -> tuple[Planned, ...]:
    return (*found.law, *found.assumed)


def step(found: Plan, key: str) -> Planned:
    (only,) = [one for one in all_steps(found) if one.key == key]
    return only


def latest_start(found: Plan) -> date:
    return min(one.latest_start for one in all_steps(found) if one.latest_start)


def test_early_coverage_of_a_marked_device_forwards() -> None:
    # 22 Nov + 90 (file) = 20 Feb; + 15 (acknowledgement) = 7 Mar; + 15 (stops) = 22 Mar; + 60 (opinions)
    # = 21 May; + 30 (decision) = 20 Jun; + 30 (publication) = 20 Jul 2027.
    found = make(Route("pecan"), happened={"ce": None})
    assert found.earliest == date(2027, 7, 20)
    assert step(found, "pecan_opinion").earliest_end == date(2027, 5, 21)
    assert step(found, "pecan_decision").earliest_end == date(2027, 6, 20)
    # The requests run from the decision: six months, nine months; the year from the start of coverage.
    assert step(found, "lppr_filing_limit").earliest_end == date(2027, 12, 20)
    assert step(found, "latm_filing_limit").earliest_end == date(2028, 3, 20)
    assert step(found, "pecan_end").earliest_end == date(2028, 7, 20)
    assert step(found, "lppr_filing_limit").citation == "CSS L.162-1-23 VI 1°"


def test_a_listing_backwards() -> None:
    # 1 Jun 2028 - 30 (publication) = 2 May; - 180 = 4 Nov 2027; - 30 (stops) = 5 Oct; - 120 (file) = 7 Jun.
    # The phase within the 180 days asks for less: 2 May - 45 - 45 - 10 - 75 = 9 Nov 2027.
    found = make(Route("lppr"), date(2028, 6, 1), happened={"ce": None, "ans": None})
    decision = step(found, "lppr_decision")
    assert (decision.latest_start, decision.latest_end) == (date(2027, 11, 4), date(2028, 5, 2))
    assert step(found, "lppr_interruptions").latest_start == date(2027, 10, 5)
    assert step(found, "lppr_examination").latest_start == date(2027, 11, 9)
    assert step(found, "lppr_file").latest_start == latest_start(found) == date(2027, 6, 7)
    assert step(found, "lppr_file").latest_end == date(2027, 10, 5)
    assert (decision.kind, decision.rule, decision.certainty) == (
        "legal_maximum",
        "lppr.initial_decision",
        "verified",
    )
    assert found.late_by == 0


def test_under_early_coverage_the_times_of_telemonitoring_are_shorter() -> None:
    done = {"ce": None, "pecan_decided": date(2026, 10, 1), "pecan": date(2026, 10, 15)}
    found = make(Route("latm", under_pecan=True), happened=done)
    # 22 Nov + 90 (file) = 20 Feb 2027; + 15 + 15 = 22 Mar; + 90 = 20 Jun; + 30 = 20 Jul.
    assert found.earliest == date(2027, 7, 20)
    assert step(found, "latm_decision").days == 90
    assert step(found, "latm_opinion").days == 70
    assert step(found, "latm_filing_limit").earliest_end == date(2027, 7, 1)
    assert found.over == ()
    without = make(Route("latm"), happened={"ce": None, "ans": None})
    assert (step(without, "latm_decision").days, step(without, "latm_opinion").days) == (120, 90)


def test_a_request_after_its_last_day_under_early_coverage_is_told() -> None:
    done = {"ce": None, "pecan_decided": date(2026, 6, 1), "pecan": date(2026, 6, 15)}
    # Six months from 1 Jun end on 1 Dec 2026; the file takes until 22 Mar 2027.
    found = make(Route("lppr", under_pecan=True), happened=done)
    assert found.over == ("lppr_filing_limit",)
    assert make(Route("lppr", under_pecan=True), happened=done, assumed={"lppr_file": 9}).over == ()
    assert make(Route("lppr", under_pecan=True), happened=done, assumed={"lppr_file": 10}).over == (
        "lppr_filing_limit",
    )


@pytest.mark.parametrize(
    ("target", "last_day"), [("lppr_renewal", date(2026, 12, 2)), ("latm_renewal", date(2027, 1, 31))]
)
def test_a_renewal_is_asked_for_before_the_end_of_the_listing(target: Any, last_day: date) -> None:
    # 31 May 2027 - 180 days = 2 Dec 2026; - 120 days = 31 Jan 2027 (a Sunday: 29 Jan is safe).
    found = make(Route(target), date(2027, 5, 31))
    lead = step(found, "renewal_lead")
    assert (lead.kind, lead.latest_start) == ("legal_minimum", last_day)
    assert is_working_day(step(found, "renewal_file").safe or ON)
    # The file takes 120 days, until 22 March: too late by the days that separate it from the last day.
    assert found.late_by == (date(2027, 3, 22) - last_day).days
    assert found.first_step == "renewal_file"


def test_a_target_that_cannot_be_met_says_by_how_much_and_from_which_step() -> None:
    happened = {"ce": None, "ans": None}
    earliest = make(Route("lppr"), happened=happened).earliest
    # 22 Nov 2026 + 120 + 30 + 180 + 30 = 17 Nov 2027.
    assert earliest == date(2027, 11, 17)
    assert make(Route("lppr"), earliest, happened=happened).late_by == 0
    missed = make(Route("lppr"), earliest - 12 * DAY, happened=happened)
    assert (missed.late_by, missed.first_step) == (12, "lppr_file")
    assert missed.critical == ("lppr_file", "lppr_interruptions", "lppr_decision", "lppr_publication")
    assert step(missed, "lppr_file").latest_start == ON - 12 * DAY


def test_a_class_without_notified_body_declares() -> None:
    found = make(Route("ce", device_class="I"))
    # 22 Nov + 180 (documentation) + 5 (declaration) = 26 May 2027.
    assert found.earliest == date(2027, 5, 26)
    assert {one.rule for one in found.law} == {"mdr.srn_before_market", "mdr.basic_udi_before_market"}


@pytest.mark.parametrize(
    ("device_class", "implantable", "before"),
    [("III", False, True), ("IIb", True, True), ("IIb", False, False), ("IIa", False, False)],
)
def test_only_some_classes_need_the_basic_udi_di_before_the_application(
    device_class: Any, implantable: bool, before: bool
) -> None:
    found = make(Route("ce", device_class=device_class, implantable=implantable))
    assert ("udi_before_application" in {one.key for one in found.law}) is before


def test_the_caps_on_notified_bodies_count_from_the_day_they_apply_and_as_known() -> None:
    contracted = {"nb_contracted": date(2027, 2, 20)}
    # 270 days from 20 Feb would end on 17 Nov 2027; the caps of 25 Feb end 120 days on, on 25 Jun 2027.
    audit = step(make(Route("ce"), on=date(2027, 2, 20), happened=contracted), "nb_qms_audit")
    assert (audit.earliest_start, audit.earliest_end) == (date(2027, 2, 25), date(2027, 6, 25))
    assert (audit.kind, audit.certainty) == ("legal_maximum", "secondary")
    before = make(Route("ce"), on=date(2027, 2, 20), happened=contracted, known_on=date(2026, 5, 4))
    audit = step(before, "nb_qms_audit")
    assert (audit.kind, audit.rule, audit.earliest_end) == ("assumption", None, date(2027, 11, 17))


def test_a_device_without_personal_data_needs_no_certificate_of_the_ans() -> None:
    keys = {one.key for one in all_steps(make(Route("lppr", digital=False)))}
    assert not {one for one in keys if one.startswith(("ans", "certificate_before"))}
    assert "ans_decision" in {one.key for one in all_steps(make(Route("lppr")))}


def test_law_and_assumptions_are_kept_apart() -> None:
    for target in TARGETS:
        found = make(Route(target), date(2030, 1, 1))
        assert all(one.kind != "assumption" and one.rule and one.citation for one in found.law)
        assert all(one.rule is None and one.citation is None for one in found.assumed)
        assert {one.certainty for one in found.assumed} == {"unconfirmed"}
        assert {one.key for one in found.assumptions} <= defaults().keys()
    given = make(Route("pecan"), happened={"ce": None}, assumed={"pecan_file": 0, "publication": 1})
    assert given.earliest == date(2027, 7, 20) - (90 + 29) * DAY
    assert {one.key: one.days for one in given.assumptions}["publication"] == 1
    with pytest.raises(UnknownAssumption, match="lunch"):
        make(Route("pecan"), assumed={"lunch": 1})


_ROUTES = st.builds(
    Route,
    st.sampled_from(TARGETS),
    device_class=st.sampled_from(["I", "IIa", "IIb", "III"]),
    implantable=st.booleans(),
    digital=st.booleans(),
    under_pecan=st.booleans(),
    hearing=st.booleans(),
)
_DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
_ASSUMED = st.dictionaries(st.sampled_from(sorted(defaults())), st.integers(0, 400), max_size=8)
_KNOWN = st.sampled_from([date(2026, 5, 1), ON])
_HAPPENED: st.SearchStrategy[Mapping[str, date | None]] = st.sampled_from(
    [{}, {"ce": None}, {"ce": None, "ans": None}, {"srn": date(2015, 1, 1), "basic_udi": None}]
)


@settings(max_examples=150, deadline=None)
@given(_ROUTES, _DAYS, _ASSUMED, _KNOWN, _HAPPENED)
def test_forwards_from_the_latest_start_reaches_the_target_and_a_day_later_does_not(
    route: Route, by: date, assumed: dict[str, int], known: date, happened: Mapping[str, date | None]
) -> None:
    back = make(route, by, assumed=assumed, known_on=known, happened=happened)
    if route.target in happened:
        assert all_steps(back) == ()
        return
    start = latest_start(back)
    on_time = make(route, by, on=start, assumed=assumed, known_on=known, happened=happened)
    assert (on_time.earliest <= by, on_time.late_by) == (True, 0)
    for one in all_steps(on_time):
        assert one.earliest_start <= one.earliest_end
        if not one.limit and one.latest_start and one.latest_end:
            assert one.earliest_end <= one.latest_end
            assert one.safe
            assert one.safe <= one.latest_end
            assert is_working_day(one.safe)
    late = make(route, by, on=start + DAY, assumed=assumed, known_on=known, happened=happened)
    assert late.earliest > by


@settings(max_examples=150, deadline=None)
@given(_ROUTES, _DAYS, st.integers(1, 60), _ASSUMED, _KNOWN)
def test_starting_later_never_ends_earlier(
    route: Route, on: date, later: int, assumed: dict[str, int], known: date
) -> None:
    first = make(route, on=on, assumed=assumed, known_on=known)
    second = make(route, on=on + later * DAY, assumed=assumed, known_on=known)
    assert first.earliest <= second.earliest
    ends = {one.key: one.earliest_end for one in all_steps(second)}
    assert all(one.earliest_end <= ends[one.key] for one in all_steps(first))


@given(_DAYS, st.integers(0, 13), st.integers(0, 200), st.booleans())
def test_the_latest_start_of_a_period_is_the_latest(end: date, months: int, days: int, lead: bool) -> None:
    regime = Regime(date.min, date.max, Period(months, days), "legal_maximum", lead)
    start = regime.start(end)
    assert regime.end(start) <= end < regime.end(start + DAY)


def test_a_rule_counts_as_the_law_says() -> None:
    lead = span(current_law(), ON, "lppr.renewal_request_lead", None)
    assert lead.from_start(date(2026, 12, 2))[1] == date(2027, 5, 31)
    assert lead.from_end(date(2027, 5, 31))[0] == date(2026, 12, 2)


MARKED: dict[str, Any] = {
    "key": "d",
    "name": "D",
    "digital_device": True,
    "manufacturer": "maker",
    "ce_marking": {
        "classifications": [{"key": "k", "regulation": "MDR", "device_class": "IIa"}],
        "certificates": [
            {
                "key": "c",
                "number": "C-1",
                "kind": "quality_management",
                "regulation": "MDR",
                "issued_on": "2026-01-15",
                "starts_on": "2026-01-15",
                "printed_end": "2031-01-14",
            }
        ],
    },
}


def of(facts: dict[str, Any], route: Route, **fields: Any) -> Plan:
    device = Device.model_validate({**MARKED, **facts})
    maker = Organisation.model_validate({"key": "maker", "name": "Maker", "srn": "FR-MF-000012345"})
    return plan_for(device, [maker], route, current_law(), on=ON, known_on=ON, **fields)


def test_what_the_facts_say_is_done_is_taken_as_done() -> None:
    found = of({}, Route("lppr"))
    keys = {one.key for one in all_steps(found)}
    assert "technical_file" not in keys
    assert "ans_decision" in keys
    assert found.done["ce"] == date(2026, 1, 15)
    assert of({}, Route("ce")).earliest <= ON


def test_a_request_under_way_keeps_its_clock_and_its_stops() -> None:
    steps = [{"step": "requested", "on": "2026-09-01"}]
    stop = [{"sent_on": "2026-10-01", "received_on": "2026-10-01", "answered_on": "2026-10-21"}]
    asked = {"key": "f", "procedure": "lppr_listing", "steps": steps, "information_requests": stop}
    found = of({"cnedimts": {"applications": [asked]}}, Route("lppr"))
    # 1 Sep 2026 + 180 + 20 days stopped = 20 Mar 2027; + 30 (publication) = 19 Apr 2027. The hearing may
    # still run: 1 Sep + 75 = 15 Nov, over today at the earliest, + 10 + 45 + 45 days = 2 Mar 2027.
    assert step(found, "lppr_decision").earliest_end == date(2027, 3, 20)
    assert found.earliest == date(2027, 4, 19)
    assert "ans_decision" not in {one.key for one in all_steps(found)}
    refused = {**asked, "outcome": "refused"}
    again = of({"cnedimts": {"applications": [refused]}}, Route("lppr"))
    assert "lppr_requested" not in again.done
    assert "ans_decision" in {one.key for one in all_steps(again)}


def test_what_is_to_come_is_not_done() -> None:
    steps = [{"step": "requested", "on": "2026-12-01"}]
    asked = {"key": "f", "procedure": "lppr_listing", "steps": steps}
    assert "lppr_requested" not in of({"cnedimts": {"applications": [asked]}}, Route("lppr")).done
