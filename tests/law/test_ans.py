"""The ANS: certificate of conformity, its requests and changes of the référentiels, HDS of the host."""

from typing import Any

import pytest

from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps


def ans(whole: bool = False, **facts: Any) -> dict[str, Any]:
    """Return a device with facts of the ANS."""
    return {"ans": facts, "complete_tracks": ["ans"] if whole else []}


def asked(purpose: str = "lppr", requests: Any = (), **fields: Any) -> dict[str, Any]:
    return {"key": "request", "purpose": purpose, "information_requests": list(requests), **fields}


def certificate(key: str = "c1", **fields: Any) -> dict[str, Any]:
    return {"key": key, **fields}


@pytest.mark.parametrize(
    ("purpose", "rule"),
    [("lppr", "ans.lppr_certificate_decision"), ("latm", "ans.latm_certificate_decision")],
)
def test_silence_rejects_after_the_sixtieth_day(purpose: str, rule: str) -> None:
    facts = ans(applications=[asked(purpose, steps=steps(acknowledged="2026-09-23"))])
    last = answer(facts)
    assert deadline(last, rule).strict.isoformat() == "2026-11-22"
    assert stands(last, "ans") == ("in_progress", "acknowledged")
    after = answer(facts, on="2026-11-23")
    assert deadline(after, rule).state == "tacitly_rejected"
    assert stands(after, "ans") == ("refused", "tacitly_rejected")


def test_two_stops_add_up_and_an_open_one_holds_the_clock() -> None:
    answered = [
        request("2026-10-05", "2026-10-12", answer_days=10),
        request("2026-10-20", "2026-10-29", answer_days=15),
    ]
    done = steps(acknowledged="2026-10-01")
    got = answer(ans(applications=[asked("latm", answered, steps=done)]))
    assert deadline(got, "ans.latm_certificate_decision").strict.isoformat() == "2026-12-16"
    held = answer(
        ans(applications=[asked("latm", [*answered, request("2026-11-18", answer_days=10)], steps=done)])
    )
    assert deadline(held, "ans.latm_certificate_decision").state == "clock_stopped"
    assert stands(held, "ans") == ("attention", "clock_stopped")


def test_an_answer_not_given_in_the_time_set_abandons_the_request() -> None:
    facts = ans(
        applications=[
            asked("lppr", [request("2026-11-02", answer_days=20)], steps=steps(acknowledged="2026-10-01"))
        ]
    )
    assert stands(answer(facts), "ans") == ("attention", "clock_stopped")
    after = answer(facts, on="2026-11-23")
    assert stands(after, "ans") == ("expired", "deemed_abandoned")
    assert not deadlines(after, "ans.lppr_certificate_decision")


def test_a_decision_closes_the_answers_that_are_not_recorded() -> None:
    done = steps(acknowledged="2026-09-01", notified="2026-10-20")
    requests = [request("2026-09-10", answer_days=10)]
    got = answer(ans(applications=[asked("lppr", requests, steps=done, outcome="granted")]))
    assert not deadlines(got, "ans.missing_information")
    assert stands(got, "ans") == ("valid", "certified")


def test_a_time_under_ten_days_is_told() -> None:
    facts = ans(applications=[asked("lppr", [request("2026-11-16", answer_days=9)])])
    found = finding(answer(facts), "time_set_too_short")
    assert (found.track, found.values) == ("ans", {"set": "9", "least": "10"})
    enough = ans(applications=[asked("lppr", [request("2026-11-16", answer_days=10)])])
    assert "time_set_too_short" not in codes(answer(enough))


def test_the_general_regime_has_six_months_and_no_stop() -> None:
    facts = ans(
        applications=[
            asked("general", [request("2026-09-01", "2026-09-30")], steps=steps(acknowledged="2026-08-31"))
        ]
    )
    got = answer(facts)
    assert deadline(got, "ans.csp_instruction").strict.isoformat() == "2027-02-28"
    assert not deadlines(got, "ans.missing_information")
    assert deadline(answer(facts, on="2027-03-01"), "ans.csp_instruction").state == "overdue"


def test_a_request_submitted_then_granted_or_refused() -> None:
    submitted = ans(applications=[asked(steps=steps(requested="2026-11-02"))])
    assert stands(answer(submitted), "ans") == ("in_progress", "submitted")
    done = steps(acknowledged="2026-09-01", notified="2026-10-20")
    granted = answer(ans(applications=[asked(steps=done, outcome="granted")]))
    assert stands(granted, "ans") == ("valid", "certified")
    assert deadline(granted, "ans.lppr_certificate_decision").state == "met"
    refused = answer(ans(applications=[asked(steps=done, outcome="refused")]))
    assert stands(refused, "ans") == ("refused", "refused")
    assert deadline(refused, "fr.appeal_two_months").strict.isoformat() == "2026-12-20"


@pytest.mark.parametrize(
    ("fields", "stand"),
    [
        ({}, ("valid", "certified")),
        ({"ends_on": "2026-11-22"}, ("valid", "certified")),
        ({"ends_on": "2026-11-21"}, ("expired", "expired")),
        ({"ended_on": "2026-11-22", "ended_reason": "withdrawn"}, ("expired", "ended")),
        ({"ended_on": "2026-11-23", "ended_reason": "withdrawn"}, ("valid", "certified")),
        ({"issued_on": "2026-11-23"}, ("unknown", "unknown")),
    ],
)
def test_a_certificate_by_its_dates(fields: dict[str, Any], stand: tuple[str, str]) -> None:
    facts = ans(certificates=[certificate(**{"issued_on": "2025-01-15", **fields})])
    assert stands(answer(facts), "ans") == stand


def test_of_two_certificates_the_running_one_counts() -> None:
    old = certificate("old", issued_on="2022-01-15", ends_on="2025-01-15")
    new = certificate("new", issued_on="2025-01-10", ends_on="2028-01-15")
    got = answer(ans(certificates=[old, new]))
    assert stands(got, "ans") == ("valid", "certified")
    assert str(got.tracks["ans"].until) == "2028-01-15"


def test_a_breach_ends_the_certificate_and_allows_a_delisting() -> None:
    broken = certificate(issued_on="2025-01-15", ended_on="2026-06-01", ended_reason="breach")
    facts = {**device(listings=[listed("latm", line="brand")]), "ans": {"certificates": [broken]}}
    got = answer(facts)
    assert stands(got, "ans") == ("expired", "ended")
    assert finding(got, "delistable").values == {"rule": "latm.delisting_without_opinion"}
    assert "delistable" not in codes(answer(ans(certificates=[broken])))


@pytest.mark.parametrize(
    ("requested", "on", "stand", "delistable"),
    [
        (None, "2026-10-31", ("valid", "certified"), False),
        (None, "2026-11-01", ("attention", "recertification_due"), False),
        (None, "2026-11-16", ("attention", "recertification_due"), False),
        (None, "2026-11-17", ("attention", "stale"), True),
        ("2026-11-16", "2026-11-22", ("valid", "certified"), False),
        ("2026-11-17", "2026-11-22", ("valid", "certified"), True),
    ],
)
def test_a_changed_referentiel_gives_fifteen_days(
    requested: str | None, on: str, stand: tuple[str, str], delistable: bool
) -> None:
    change = {"key": "c", "purpose": "latm", "in_force_on": "2026-11-01", "requested_on": requested}
    got = answer(ans(certificates=[certificate(issued_on="2025-01-15")], referentiel_changes=[change]), on=on)
    assert deadline(got, "ans.recertification_request").strict.isoformat() == "2026-11-16"
    assert stands(got, "ans") == stand
    assert ("delistable" in codes(got)) is delistable


def test_a_request_or_a_certificate_since_the_change_meets_it() -> None:
    change = {"key": "c", "purpose": "lppr", "in_force_on": "2026-10-01"}
    request_made = asked("lppr", steps=steps(requested="2026-10-10"))
    got = answer(ans(referentiel_changes=[change], applications=[request_made]))
    assert deadline(got, "ans.recertification_request").state == "met"
    again = ans(referentiel_changes=[change], certificates=[certificate(issued_on="2026-11-02")])
    assert not deadlines(answer(again), "ans.recertification_request")
    elsewhere = answer(ans(referentiel_changes=[{**change, "purpose": "general"}]))
    assert not deadlines(elsewhere, "ans.recertification_request")


@pytest.mark.parametrize(
    ("months", "strict"),
    [(2, "2026-10-31"), (6, "2027-02-28"), (None, "2027-02-28"), (9, "2027-02-28")],
)
def test_a_formal_notice_has_the_time_set_and_six_months_at_most(months: int | None, strict: str) -> None:
    notice = {"key": "n", "notified_on": "2026-08-31", "time_set_months": months}
    got = answer(ans(formal_notices=[notice]))
    assert deadline(got, "ans.csp_formal_notice").strict.isoformat() == strict
    assert ("time_set_too_long" in codes(got)) is (months == 9)
    corrected = answer(ans(formal_notices=[{**notice, "corrected_on": "2026-10-15"}]))
    assert deadline(corrected, "ans.csp_formal_notice").state == "met"
    assert stands(corrected, "ans") == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("fields", "stand", "told"),
    [
        ({}, ("expired", "ended"), {"users_to_inform"}),
        ({"users_informed_on": "2026-09-01"}, ("expired", "ended"), set()),
        ({"ended_on": "2027-02-28"}, ("attention", "withdrawal_notified"), {"users_to_inform"}),
        (
            {"ended_on": "2027-03-01", "users_informed_on": "2026-09-01"},
            ("attention", "withdrawal_notified"),
            {"withdrawal_effect_too_late"},
        ),
        ({"withdrawal_notified_on": "2026-11-23"}, ("valid", "certified"), set()),
    ],
)
def test_a_withdrawal_takes_effect_within_six_months(
    fields: dict[str, Any], stand: tuple[str, str], told: set[str]
) -> None:
    paper = certificate(issued_on="2025-01-15", **{"withdrawal_notified_on": "2026-08-31", **fields})
    got = answer(ans(certificates=[paper]))
    assert stands(got, "ans") == stand
    assert codes(got) == told


def test_a_notice_is_answered_by_observations_and_closed_by_a_correction() -> None:
    notice = {"key": "n", "notified_on": "2026-08-31", "observations_on": "2026-10-15"}
    got = answer(ans(certificates=[certificate(issued_on="2025-01-15")], formal_notices=[notice]))
    assert deadline(got, "ans.csp_formal_notice").state == "met"
    assert stands(got, "ans") == ("attention", "formal_notice")
    closed = ans(
        certificates=[certificate(issued_on="2025-01-15")],
        formal_notices=[{**notice, "suspended_on": "2026-09-15", "corrected_on": "2026-11-02"}],
    )
    assert stands(answer(closed), "ans") == ("valid", "certified")
    assert stands(answer(closed, on="2026-11-01"), "ans") == ("suspended", "certificate_suspended")
    assert stands(answer(closed, on="2026-09-14"), "ans") == ("attention", "formal_notice")


def test_a_certificate_issued_after_the_notice_is_not_suspended_by_it() -> None:
    notice = {"key": "n", "notified_on": "2026-08-31", "suspended_on": "2026-09-15"}
    got = answer(ans(certificates=[certificate(issued_on="2026-10-01")], formal_notices=[notice]))
    assert stands(got, "ans") == ("valid", "certified")


@pytest.mark.parametrize(
    ("purpose", "in_force", "strict"),
    [
        ("lppr", "2023-12-31", None),
        ("lppr", "2024-01-01", "2024-01-16"),
        ("latm", "2022-12-31", None),
        ("latm", "2023-01-01", "2023-01-16"),
        ("pecan", "2026-01-01", None),
    ],
)
def test_the_fifteen_days_start_with_the_rule_of_each_list(
    purpose: str, in_force: str, strict: str | None
) -> None:
    got = answer(ans(referentiel_changes=[{"key": "c", "purpose": purpose, "in_force_on": in_force}]))
    ends = [one.strict.isoformat() for one in deadlines(got, "ans.recertification_request")]
    assert ends == ([strict] if strict else [])


@pytest.mark.parametrize(
    ("changes", "released", "told"),
    [
        (["architecture"], "2026-06-01", True),
        (["interoperability"], "2026-06-01", True),
        (["bug_fix"], "2026-06-01", False),
        (["architecture"], "2025-01-15", False),
        (["architecture"], "2026-11-23", False),
    ],
)
def test_a_major_version_after_the_certificate_is_told(changes: list[str], released: str, told: bool) -> None:
    version = {"key": "v", "number": "2.0", "released_on": released, "changes": changes}
    facts = {"versions": [version], **ans(certificates=[certificate(issued_on="2025-01-15")])}
    assert ("certified_version_changed" in codes(answer(facts))) is told


def test_the_opinion_on_transitional_coverage_concerns_digital_products_only() -> None:
    asked_for = file("pect", steps=steps(requested="2026-11-02", acknowledged="2026-11-04"))
    got = answer(device(asked_for, digital_device=True))
    assert deadline(got, "pect.ans_opinion").strict.isoformat() == "2027-01-03"
    assert stands(got, "ans") == ("in_progress", "opinion_awaited")
    assert not deadlines(answer(device(asked_for, digital_device=False)), "pect.ans_opinion")


def test_without_certificate() -> None:
    assert stands(answer({}), "ans") == ("unknown", "unknown")
    assert stands(answer(ans(whole=True)), "ans") == ("not_started", "not_started")
    assert stands(answer({"digital_device": False}), "ans") == ("not_applicable", "not_applicable")


def hosted(*certificates: dict[str, Any], on: str = "2026-11-22") -> Any:
    host = {
        "key": "host",
        "hds_certificates": [{"key": f"h{n}", **one} for n, one in enumerate(certificates)],
    }
    facts = {"host": "host", **ans(certificates=[certificate(issued_on="2025-01-15")])}
    return answer(facts, organisations=[host], on=on)


def test_the_host_is_certified_three_years_and_audited_yearly() -> None:
    got = hosted({"issued_on": "2024-02-29"})
    assert deadline(got, "hds.certificate_validity").strict.isoformat() == "2027-02-28"
    assert deadline(got, "hds.surveillance_audit").strict.isoformat() == "2025-02-28"
    assert deadline(got, "hds.surveillance_audit").state == "overdue"
    assert stands(got, "ans") == ("valid", "certified")


def test_a_printed_end_counts_when_it_is_earlier_and_is_told_when_it_is_later() -> None:
    earlier = hosted({"issued_on": "2024-03-15", "ends_on": "2026-12-31"})
    assert deadline(earlier, "hds.certificate_validity").strict.isoformat() == "2026-12-31"
    later = hosted({"issued_on": "2024-03-15", "ends_on": "2027-03-16"})
    assert deadline(later, "hds.certificate_validity").strict.isoformat() == "2027-03-15"
    assert finding(later, "certificate_period_too_long").values == {"legal_end": "2027-03-15"}


def test_a_host_without_valid_certificate_asks_for_attention() -> None:
    ended = {"issued_on": "2023-11-21"}
    assert stands(hosted(ended, on="2026-11-21"), "ans") == ("valid", "certified")
    assert stands(hosted(ended), "ans") == ("attention", "certified")
    assert stands(hosted(ended, {"issued_on": "2026-11-02"}), "ans") == ("valid", "certified")
    withdrawn = hosted({"issued_on": "2025-11-21", "withdrawn_on": "2026-11-22"})
    assert stands(withdrawn, "ans") == ("attention", "certified")
    assert not deadlines(withdrawn, "hds.certificate_validity")


def test_nonconformities_are_corrected_within_three_months_of_the_audit() -> None:
    asked = {"audit_ended_on": "2026-08-31", "nonconformities_found": True}
    rule = "hds.nonconformity_correction"
    assert deadline(hosted(asked), rule).strict.isoformat() == "2026-11-30"
    assert deadline(hosted(asked, on="2026-12-01"), rule).state == "overdue"
    assert deadline(hosted({**asked, "corrected_on": "2026-10-01"}), rule).state == "met"
    assert not deadlines(hosted({**asked, "nonconformities_found": None}), rule)
    both = hosted({"issued_on": "2025-11-03"}, asked)
    assert deadline(both, rule).trigger_fact == "organisations[host].hds_certificates[h1]"


def test_first_version_certificates_are_flagged_once_their_time_is_over() -> None:
    first = {"issued_on": "2024-03-15", "version": "1"}
    assert "hds_v1_to_confirm" in codes(hosted(first))
    assert "hds_v1_to_confirm" not in codes(hosted(first, on="2026-05-16"))
    assert "hds_v1_to_confirm" not in codes(hosted({**first, "version": "2"}))
    assert deadline(hosted(first), "hds.v1_end").certainty == "unconfirmed"
