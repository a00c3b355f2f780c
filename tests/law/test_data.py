"""Data and cybersecurity: hours and months of the GDPR, NIS2, access to health data, dates of products."""

from datetime import date
from typing import Any

import pytest

from compliance.law.calendar import Period
from compliance.law.parameters import current_law
from tests.law.answers import answer, ce, classified, codes, deadline, deadlines, finding


def data(**facts: Any) -> dict[str, Any]:
    """Return a device that holds facts of data and cybersecurity."""
    return {"data": facts}


def breached(**fields: Any) -> dict[str, Any]:
    return data(breaches=[{"key": "b", "aware_on": "2026-11-16", **fields}])


def incident(entity: str | None = "important", **fields: Any) -> dict[str, Any]:
    known = {"key": "i", "aware_on": "2026-11-16", "significant": True, **fields}
    return data(profiles=[{"key": "p", "nis2_entity": entity}], security_incidents=[known])


@pytest.mark.parametrize(
    ("period", "day", "at", "end"),
    [
        ("PT72H", date(2026, 11, 20), "14:20", (date(2026, 11, 23), "15:00")),
        # on the stroke of the hour: that hour is not counted either
        ("PT72H", date(2026, 11, 20), "14:00", (date(2026, 11, 23), "15:00")),
        ("PT24H", date(2026, 11, 20), "00:10", (date(2026, 11, 21), "01:00")),
        ("PT24H", date(2026, 11, 20), "23:59", (date(2026, 11, 21), "24:00")),
        ("PT36H", date(2026, 11, 20), "14:20", (date(2026, 11, 22), "03:00")),
        # 29 February, the end of a year
        ("PT24H", date(2028, 2, 28), "23:30", (date(2028, 2, 29), "24:00")),
        ("PT72H", date(2026, 12, 30), "10:00", (date(2027, 1, 2), "11:00")),
        # the clocks go back on 25 October 2026, forward on 28 March 2027
        ("PT72H", date(2026, 10, 24), "00:30", (date(2026, 10, 26), "24:00")),
        ("PT24H", date(2027, 3, 27), "12:00", (date(2027, 3, 28), "14:00")),
    ],
)
def test_a_period_in_hours_ends_with_its_last_hour(
    period: str, day: date, at: str, end: tuple[date, str]
) -> None:
    assert Period.parse(period).after_hour(day, at) == end


@pytest.mark.parametrize(
    ("notified", "state"),
    [
        ({}, "overdue"),
        ({"notified_on": "2026-11-18", "notified_at": "23:59"}, "met"),
        ({"notified_on": "2026-11-19", "notified_at": "15:00"}, "met"),
        ({"notified_on": "2026-11-19", "notified_at": "15:01"}, "met_late"),
        ({"notified_on": "2026-11-20", "notified_at": "09:00"}, "met_late"),
    ],
)
def test_a_breach_is_notified_within_seventy_two_hours(notified: dict[str, str], state: str) -> None:
    put = deadline(answer(breached(aware_at="14:20", **notified)), "gdpr.breach")
    assert (put.strict.isoformat(), put.hour, put.state) == ("2026-11-19", "15:00", state)
    assert (put.track, put.obliged, put.roll) == ("data", "controller", "none")


def test_a_breach_to_come_is_not_known_yet() -> None:
    assert not deadlines(answer(breached(aware_on="2026-11-23")), "gdpr.breach")
    assert answer(breached(aware_on="2026-11-23")).next_change == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"role": "controller"}, set()),
        ({"risk": "unlikely"}, {"breach_to_document"}),
        ({"risk": "high_risk"}, {"persons_to_tell"}),
        ({"risk": "high_risk", "persons_told_on": "2026-11-20"}, set()),
        ({"risk": "high_risk", "communication_exempt": True}, set()),
        ({"role": "processor", "risk": "high_risk"}, {"controller_to_tell"}),
        ({"role": "processor", "controller_told_on": "2026-11-17"}, set()),
    ],
)
def test_what_a_breach_asks_for_besides(fields: dict[str, Any], told: set[str]) -> None:
    got = answer(breached(**fields))
    assert codes(got) == told
    silent = fields.get("role") == "processor" or fields.get("risk") == "unlikely"
    assert bool(deadlines(got, "gdpr.breach")) is not silent


@pytest.mark.parametrize(
    ("received", "told", "rule", "strict"),
    [
        ("2026-01-31", None, "gdpr.person_answer", "2026-02-28"),
        ("2026-01-31", "2026-03-02", "gdpr.person_answer_extended", "2026-04-30"),
        ("2026-01-31", "2026-03-03", "gdpr.person_answer", "2026-02-28"),
        ("2026-11-30", "2026-12-01", "gdpr.person_answer", "2026-12-30"),  # told later than today
    ],
)
def test_an_extension_told_in_the_first_month_gives_two_more(
    received: str, told: str | None, rule: str, strict: str
) -> None:
    on = "2026-11-30" if received == "2026-11-30" else "2026-11-22"
    got = answer(data(person_requests=[{"key": "r", "received_on": received, "extended_on": told}]), on=on)
    assert [(one.rule, one.strict.isoformat()) for one in got.deadlines] == [(rule, strict)]
    assert ("extension_too_late" in codes(got)) is (told == "2026-03-03")


@pytest.mark.parametrize("entity", ["essential", "important"])
def test_nis2_gives_an_entity_a_day_then_three(entity: str) -> None:
    got = answer(incident(entity, aware_at="08:59", notified_on="2026-11-19"))
    ends = {one.rule: (one.strict.isoformat(), one.hour) for one in got.deadlines}
    assert ends == {
        "nis.early_warning": ("2026-11-17", "09:00"),
        "nis.incident_notification": ("2026-11-19", "09:00"),
        "nis.final_report": ("2026-12-19", ""),
    }
    assert {one.certainty for one in got.deadlines} == {"unconfirmed"}


@pytest.mark.parametrize(
    ("entity", "significant", "told"),
    [
        ("out_of_scope", True, set()),
        ("important", False, set()),
        ("important", None, {"significance_to_settle"}),
        (None, True, {"nis2_scope_to_settle"}),
        (None, False, set()),
    ],
)
def test_nis2_binds_no_one_who_is_not_known_to_be_bound(
    entity: str | None, significant: bool | None, told: set[str]
) -> None:
    got = answer(incident(entity, significant=significant))
    assert got.deadlines == ()
    assert codes(got) == told


def test_a_longer_time_of_the_committee_and_of_the_cnil_is_counted_from_receipt() -> None:
    asked = {"key": "a", "cesrees_received_on": "2026-08-31", "cnil_received_on": "2026-08-31"}
    plain = answer(data(access_requests=[asked]))
    assert deadline(plain, "cesrees.opinion").strict == date(2026, 9, 30)
    assert deadline(plain, "cesrees.opinion").state == "tacitly_accepted"
    assert deadline(plain, "cnil.health_authorisation").strict == date(2026, 10, 31)
    assert deadline(plain, "cnil.health_authorisation").state == "silent_at_term"
    assert finding(plain, "cnil_silent").values == {"opinion": ""}
    longer = answer(data(access_requests=[{**asked, "cesrees_extended": True, "cnil_extended": True}]))
    assert deadline(longer, "cesrees.opinion").strict == date(2026, 10, 31)
    assert deadline(longer, "cnil.health_authorisation").strict == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("categories", "rules"),
    [
        ([], {"first", "second"}),
        (["patient_summaries"], {"first"}),
        (["discharge_reports"], {"second"}),
        (["electronic_dispensations", "test_results"], {"first", "second"}),
    ],
)
def test_the_dates_of_the_ehds_follow_the_categories(categories: list[str], rules: set[str]) -> None:
    profile = {"key": "p", "claims_record_interoperability": True, "record_categories": categories}
    got = answer(data(profiles=[profile]))
    assert deadline(got, "ehds.application").strict == date(2027, 3, 26)
    found = {
        one.rule.rpartition("_")[2] for one in got.deadlines if one.rule.startswith("ehds.interoperability")
    }
    assert found == rules
    assert not answer(data(profiles=[{"key": "p"}])).deadlines


@pytest.mark.parametrize(("regulation", "told"), [("MDR", True), ("IVDR", True), ("MDD", False)])
def test_a_device_is_outside_the_cyber_resilience_act(regulation: str, told: bool) -> None:
    marked = ce(classifications=classified("IIa", regulation))
    got = answer({**marked, **data(profiles=[{"key": "p", "companion_product": True}])})
    assert ("cra_does_not_apply" in codes(got)) is told
    assert deadline(got, "cra.reporting").strict == date(2026, 9, 11)
    assert deadline(got, "cra.application").strict == date(2027, 12, 11)
    assert "cra_does_not_apply" not in codes(answer(marked))


def test_facts_of_data_change_no_track() -> None:
    plain, with_data = answer({}), answer(breached(risk="high_risk"))
    assert with_data.tracks == plain.tracks
    assert (with_data.market_access, with_data.reimbursement) == (plain.market_access, plain.reimbursement)


OWN = frozenset({"ans", "cesrees", "cnil", "cra", "ehds", "fr", "gdpr", "hds", "nis"})


def test_what_these_texts_leave_open_says_what_would_settle_it() -> None:
    for parameter in current_law().parameters.values():
        for one in parameter.values if parameter.id.split(".")[0] in OWN else ():
            if one.certainty in {"secondary", "interpretation", "unconfirmed"}:
                assert one.settled_by, parameter.id
