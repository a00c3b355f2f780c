"""The LPPR and the intra-GHS list: values as the texts give them, and what each rule makes of the facts."""

from typing import Any

import pytest

from compliance.law.parameters import current_law
from compliance.law.types import Assessment
from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps

# Rule: value, article, version read, day from which it governs (CSS, state of 2026-03-14).
TEXTS = {
    "lppr.listing_max_brand": ("P5Y", "R.165-3", "000031605160", "2015-12-14"),
    "lppr.listing_max_generic": ("P10Y", "R.165-3", "000031605160", "2015-12-14"),
    "lppr.initial_decision": ("P180D", "R.165-8", "000021020326", "2009-09-05"),
    "lppr.simultaneous_copies": (None, "R.165-7", "000042270857", "2020-08-28"),
    "lppr.contradictory_response": ("P10D", "R.165-12", "000037027334", "2018-06-07"),
    "lppr.cnedimts_hearing": ("P45D", "R.165-12", "000037027334", "2018-06-07"),
    "lppr.cnedimts_hearing_reduced": ("P1M", "R.165-12", "000037027334", "2018-06-07"),
    "lppr.cnedimts_data_request": ("P45D", "R.165-21", "000046884440", "2023-01-01"),
    "lppr.renewal_request_lead": ("P180D", "R.165-10 I", "000046884478", "2023-01-01"),
    "lppr.generic_renewal_data": ("P180D", "R.165-10-1", "000046884470", "2023-01-01"),
    "lppr.initiative_written_obs": ("P20D", "R.165-9 I", "000042270854", "2020-08-28"),
    "lppr.initiative_hearing_request": ("P8D", "R.165-9 I", "000042270854", "2020-08-28"),
    "lppr.initiative_hearing": ("P45D", "R.165-9 I", "000042270854", "2020-08-28"),
    "lppr.initiative_ceps_obs_or_hearing": ("P20D", "R.165-9 II", "000042270854", "2020-08-28"),
    "lppr.ceps_hearing": ("P35D", "R.165-9 II", "000042270854", "2020-08-28"),
    "lppr.initiative_cnedimts_opinion": ("P20D", "R.165-9 III", "000042270854", "2020-08-28"),
    "lppr.initiative_second_notice": ("P10D", "R.165-9 III", "000042270854", "2020-08-28"),
    "lppr.tariff_change_request": ("P90D", "R.165-15 II", "000042270821", "2020-08-28"),
    "lppr.tariff_change_initiative": ("P20D", "R.165-15 III", "000042270821", "2020-08-28"),
    "lppr.tariff_change_hearing": ("P35D", "R.165-15 III", "000042270821", "2020-08-28"),
    "lppr.minister_tariff_obs": ("P20D", "R.165-14 II", "000038189943", "2019-03-02"),
    "lppr.rebates_hearing_request": ("P8D", "R.165-4-2 II", "000042270883", "2020-08-28"),
    "lppr.rebates": ("P20D", "R.165-4-2 II", "000042270883", "2020-08-28"),
    "lppr.rebates_hearing": ("P45D", "R.165-4-2 II", "000042270883", "2020-08-28"),
    "lppr.delisting_obs": ("P20D", "R.165-5 III", "000046884493", "2023-01-01"),
    "lppr.delisting_no_reimbursement": ("P1Y", "R.165-5 II 1°", "000046884493", "2023-01-01"),
    "lppr.market_suspension": (None, "R.165-4-1", "000046884512", "2023-01-01"),
    "lppr.market_ban": (None, "R.165-5-1 2°", "000050942662", "2025-01-01"),
    "lppr.post_listing_declaration": ("P15D", "D.165-2", "000044133692", "2021-10-01"),
    "lppr.data_request": ("P15D", "R.165-48-1 II", "000037114513", "2018-06-29"),
    "lppr.data_request_longest": ("P1M", "R.165-48-1 II", "000037114513", "2018-06-29"),
    "lppr.price_information": ("P1M", "R.165-102 III and IV", "000043298557", "2021-03-29"),
    "lppr.generic_code": ("P2M", "R.165-88 I", "000046884405", "2023-01-01"),
    "lppr.generic_code_completion": ("P15D", "R.165-88 I", "000046884405", "2023-01-01"),
    "lppr.generic_code_deletion_obs": ("P15D", "R.165-88 II", "000046884405", "2023-01-01"),
    "lppr.reinforced_attestation": ("P3M", "R.165-7-1 I", "000031604259", "2015-12-14"),
    "lppr.reinforced_listing": ("P3M", "R.165-7-1 I", "000031604259", "2015-12-14"),
    "lppr.prescription_max": ("P12M", "R.165-36", "000026153092", "2012-09-01"),
    "lppr.refusal_reasons": (None, "R.165-16", "000037116194", "2018-06-29"),
    "lppr.ceesp_response": ("P10D", "R.161-71-3 II", "000042270724", "2020-08-28"),
    "ghs.listing_max": ("P5Y", "R.165-50", "000026370762", "2012-09-16"),
    "ghs.renewal_request_lead": ("P180D", "R.165-56", "000026370774", "2012-09-16"),
    "ghs.renewal_extension_max": ("P3M", "R.165-56", "000026370774", "2012-09-16"),
    "ghs.contradictory_response": ("P10D", "R.165-60", "000037027274", "2018-06-07"),
    "ghs.hearing": ("P45D", "R.165-60", "000037027274", "2018-06-07"),
    "ghs.hearing_reduced": ("P1M", "R.165-60", "000037027274", "2018-06-07"),
    "ghs.project_obs": ("P30D", "R.165-54", "000037027293", "2018-06-07"),
    "ghs.project_hearing_request": ("P10D", "R.165-54", "000037027293", "2018-06-07"),
    "ghs.project_hearing": ("P45D", "R.165-54", "000037027293", "2018-06-07"),
    "ghs.project_hearing_reduced": ("P1M", "R.165-54", "000037027293", "2018-06-07"),
}
OURS = [one for one in current_law().parameters.values() if one.id.startswith(("lppr.", "ghs.", "listing."))]


@pytest.mark.parametrize("rule", sorted(TEXTS))
def test_the_value_is_that_of_the_text(rule: str) -> None:
    (dated,) = current_law()[rule].values
    read = (dated.value, dated.citation.article, dated.citation.version, dated.applies.isoformat())
    value, article, version, applies = TEXTS[rule]
    assert read == (value, article, f"LEGIARTI{version}", applies)


@pytest.mark.parametrize("parameter", OURS, ids=lambda one: one.id)
def test_a_value_that_is_not_read_says_what_would_settle_it(parameter: Any) -> None:
    for dated in parameter.values:
        assert dated.certainty in {"verified", "quoted"} or dated.settled_by


def on_listing(kind: str, requests: Any = (), name: str = "lppr", **fields: Any) -> dict[str, Any]:
    """Return a device listed on one list, with one procedure on its listing."""
    procedure = {"key": "p", "procedure": kind, "information_requests": list(requests), **fields}
    line = listed(name, line="brand", starts_on="2024-01-01", ends_on="2028-12-31")
    return device(listings=[line], listing={"procedures": [procedure]})


def dates(got: Assessment) -> dict[str, str]:
    """Return the strict dates of the deadlines of the procedure, by rule."""
    return {
        one.rule: one.strict.isoformat()
        for one in got.deadlines
        if one.trigger_fact == "listing.procedures[p]"
    }


# ------------------------------------------------------------------------------------------------ Projects


@pytest.mark.parametrize(
    ("done", "on", "shown"),
    [
        ({}, "2026-11-12", {"lppr.rebates_hearing_request", "lppr.rebates"}),
        # Observations were sent: once its eight days are over, the hearing is nobody's lateness.
        (
            {"observations_sent": "2026-11-09"},
            "2026-11-11",
            {"lppr.rebates_hearing_request", "lppr.rebates"},
        ),
        ({"observations_sent": "2026-11-09"}, "2026-11-12", {"lppr.rebates"}),
        (
            {"hearing_requested": "2026-11-09", "hearing_held": "2026-12-01"},
            "2026-11-24",
            {"lppr.rebates_hearing_request", "lppr.rebates_hearing"},
        ),
        ({"decided": "2026-11-20"}, "2026-11-24", set()),
    ],
)
def test_the_way_not_taken_is_no_longer_shown(done: dict[str, str], on: str, shown: set[str]) -> None:
    outcome = {"outcome": "granted"} if "decided" in done else {}
    facts = on_listing("rebates", steps=steps(notified="2026-11-03", **done), **outcome)
    assert set(dates(answer(facts, on=on))) == shown


@pytest.mark.parametrize("kind", ["minister_tariff", "rebates", "tariff_change_initiative", "delisting"])
def test_a_project_decided_later_is_open_on_the_day(kind: str) -> None:
    """``notified`` is the project: a decision to come does not close it from its notification."""
    done = steps(notified="2026-11-02", decided="2026-12-14")
    facts = on_listing(kind, steps=done, outcome="granted")
    assert dates(answer(facts, on="2026-11-10"))
    assert not dates(answer(facts, on="2026-12-14"))


def test_the_intra_ghs_list_has_its_own_project_times() -> None:
    done = steps(notified="2026-11-02", hearing_requested="2026-11-10")
    facts = on_listing("ministers_initiative", name="intra_ghs", steps=done)
    assert dates(answer(facts)) == {
        "ghs.project_obs": "2026-12-02",
        "ghs.project_hearing_request": "2026-11-12",
        "ghs.project_hearing": "2026-12-25",
    }


# ------------------------------------------------------------------------------------------------- Answers


def test_data_whose_time_is_not_recorded_has_no_limit() -> None:
    assert dates(answer(on_listing("data_request", [request("2026-11-02")]))) == {}


def test_a_month_for_data_counts_in_calendar_months() -> None:
    asked = [request("2027-01-31", answer_days=28)]
    assert "time_set_too_long" not in codes(answer(on_listing("data_request", asked), on="2027-02-01"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"steps": steps(requested="2026-08-31")}, {"lppr.generic_code": "2026-10-31"}),
        # The complete request came later: the time counts from it, and an older question stops nothing.
        (
            {
                "steps": steps(requested="2026-08-31", acknowledged="2026-09-25"),
                "requests": [request("2026-09-10", "2026-09-25")],
            },
            {"lppr.generic_code": "2026-11-25", "lppr.generic_code_completion": "2026-09-25"},
        ),
        ({"steps": steps(requested="2026-08-31", withdrawn="2026-09-10")}, {}),
        ({"steps": steps(requested="2026-08-31"), "outcome": "granted"}, {}),
    ],
)
def test_an_individual_code(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert dates(answer(on_listing("individual_code", **fields))) == expected


def test_an_individual_code_of_telemonitoring_has_its_own_text() -> None:
    facts = on_listing("individual_code", name="latm", steps=steps(requested="2026-08-31"))
    assert not [rule for rule in dates(answer(facts)) if rule.startswith("lppr.")]


@pytest.mark.parametrize(
    ("notified", "state"), [("2026-11-20", "met"), ("2026-11-21", "met_late"), (None, "tacitly_rejected")]
)
def test_an_attestation_is_rejected_by_silence(notified: str | None, state: str) -> None:
    done = steps(requested="2026-08-20", **({"notified": notified} if notified else {}))
    got = answer(on_listing("reinforced_attestation", steps=done))
    assert deadline(got, "lppr.reinforced_attestation").state == state
    assert bool(deadlines(got, "fr.appeal_implicit_rejection")) is (state == "tacitly_rejected")


# ------------------------------------------------------------------------------------------------- Appeals


@pytest.mark.parametrize(
    ("done", "strict"),
    [
        # The project of 2 November is no decision.
        ({"notified": "2026-11-02"}, None),
        ({"notified": "2026-11-02", "decided": "2026-11-16"}, None),
        ({"notified": "2026-11-02", "published": "2026-11-18"}, "2027-01-18"),
        ({"published": "2026-12-18"}, None),
    ],
)
def test_an_appeal_against_a_delisting(done: dict[str, str], strict: str | None) -> None:
    got = answer(on_listing("delisting", steps=steps(**done), outcome="granted"))
    put = [one.strict.isoformat() for one in deadlines(got, "fr.appeal_two_months")]
    assert put == ([strict] if strict else [])


def test_the_notification_of_the_delisting_itself_counts_before_its_publication() -> None:
    done = [
        {"step": "notified", "on": "2026-10-01"},
        *steps(decided="2026-11-16", published="2026-11-18"),
        {"step": "notified", "on": "2026-11-20"},
    ]
    got = answer(on_listing("delisting", steps=done, outcome="granted"))
    assert deadline(got, "fr.appeal_two_months").strict.isoformat() == "2027-01-20"


@pytest.mark.parametrize(("procedure", "told"), [("lppr_listing", True), ("latm_listing", False)])
def test_the_remedies_are_to_be_named_on_the_lppr(procedure: str, told: bool) -> None:
    refused = file(procedure, outcome="refused", remedies_mentioned=False, steps=steps(notified="2026-11-02"))
    got = answer(device(refused))
    assert "appeal_time_not_opposable" in codes(got)
    assert ("remedies_missing" in codes(got)) is told


# ---------------------------------------------------------------------------------------------- The market


@pytest.mark.parametrize(
    ("fields", "name", "stand"),
    [
        ({"steps": steps(decided="2026-11-22")}, "lppr", ("suspended", "suspended")),
        ({"steps": steps(decided="2026-11-23")}, "lppr", ("valid", "listed")),
        ({"steps": steps(decided="2026-11-02", withdrawn="2026-11-22")}, "lppr", ("valid", "listed")),
        ({"steps": steps(decided="2026-11-02"), "listing": "other"}, "lppr", ("valid", "listed")),
        # The text is about the list of L.165-1 alone.
        ({"steps": steps(decided="2026-11-02")}, "intra_ghs", ("valid", "listed")),
    ],
)
def test_a_suspension_of_the_market(fields: dict[str, Any], name: str, stand: tuple[str, str]) -> None:
    assert stands(answer(on_listing("market_suspension", name=name, **fields)), "listing") == stand


def test_a_suspended_listing_outweighs_a_ban() -> None:
    facts = on_listing("market_ban", steps=steps(decided="2026-11-02"))
    assert stands(answer(facts), "listing") == ("attention", "to_be_delisted")
    both = {"key": "s", "procedure": "market_suspension", "steps": steps(decided="2026-10-02")}
    facts["listing"]["procedures"].append(both)
    assert stands(answer(facts), "listing") == ("suspended", "suspended")


@pytest.mark.parametrize(
    ("released", "changes", "told"),
    [
        ("2026-11-02", ["modified_algorithm"], True),
        ("2026-11-02", ["performance", "usability"], True),
        ("2026-11-02", ["bug_fix", "user_interface"], False),
        ("2024-01-01", ["modified_algorithm"], False),
        ("2026-11-23", ["modified_algorithm"], False),
    ],
)
def test_a_version_that_the_ministers_should_know(released: str, changes: list[str], told: bool) -> None:
    version = {"key": "v", "number": "2.0", "released_on": released, "changes": changes}
    line = listed("lppr", line="brand", starts_on="2024-01-01", ends_on="2028-12-31")
    assert ("change_to_notify" in codes(answer(device(listings=[line], versions=[version])))) is told


@pytest.mark.parametrize(
    ("procedure", "asked", "told"),
    [
        ("lppr_modification", "2026-11-02", False),
        ("lppr_modification", "2026-11-01", True),
        ("lppr_listing", "2026-11-02", True),
    ],
)
def test_a_request_to_modify_tells_the_ministers(procedure: str, asked: str, told: bool) -> None:
    version = {"key": "v", "number": "2.0", "released_on": "2026-11-02", "changes": ["performance"]}
    line = listed("lppr", line="brand", starts_on="2024-01-01", ends_on="2028-12-31")
    got = answer(device(file(procedure, steps=steps(requested=asked)), listings=[line], versions=[version]))
    assert ("change_to_notify" in codes(got)) is told


# --------------------------------------------------------------------------------------- Intra-GHS renewal


def ghs(filed: str | None = "2026-05-04", requests: Any = (), **fields: Any) -> dict[str, Any]:
    """Return a device on the intra-GHS list until 15 November 2026, its renewal asked for."""
    line = {"line": "brand", "starts_on": "2021-11-16", "ends_on": "2026-11-15", **fields}
    done = steps(**({"requested": filed} if filed else {}))
    asked = file("intra_ghs_renewal", "renewal", requests, listing="line", file_complete=True, steps=done)
    return device(asked, listings=[listed("intra_ghs", **line)], whole=True)


@pytest.mark.parametrize(
    ("fields", "until"),
    [
        ({}, "2031-11-15"),
        # Three years; ten months; a term that is not made of whole months: 46 days.
        ({"starts_on": "2023-11-16"}, "2029-11-15"),
        ({"starts_on": "2026-01-16"}, "2027-09-15"),
        ({"starts_on": "2026-10-01"}, "2026-12-31"),
        ({"starts_on": None}, "None"),
        # A printed end that the law does not allow: five years, to 16 November 2026, and five years again.
        ({"starts_on": "2021-11-16", "ends_on": "2026-11-18"}, "2031-11-17"),
    ],
)
def test_a_tacit_renewal_lasts_as_long_as_the_listing(fields: dict[str, Any], until: str) -> None:
    got = answer(ghs(**fields))
    assert stands(got, "listing") == ("valid", "tacitly_renewed")
    assert str(got.tracks["listing"].until) == until


def test_the_second_term_is_unknown_once_over() -> None:
    got = answer(ghs(starts_on="2026-10-01"), on="2027-01-01")
    assert stands(got, "listing") == ("unknown", "listing_end_reached")


@pytest.mark.parametrize(
    ("requests", "on", "stand", "until"),
    [
        # While the answer is awaited the term can reach 15 February, three months after its end.
        ([request("2026-11-10")], "2026-11-22", ("valid", "renewal_requested"), "2027-02-15"),
        ([request("2026-11-10")], "2027-02-10", ("valid", "renewal_requested"), "2027-02-15"),
        # Three months after the request, 10 February, nothing came.
        ([request("2026-11-10")], "2027-02-11", ("attention", "renewal_incomplete"), "2027-02-15"),
        ([request("2026-11-10")], "2027-02-16", ("expired", "listing_ended"), "2027-02-15"),
        # 21 days, from receipt: 6 December.
        (
            [request("2026-09-28", "2026-10-21", received_on="2026-09-30")],
            "2026-12-06",
            ("valid", "renewal_requested"),
            "2026-12-06",
        ),
        (
            [request("2026-09-28", "2026-10-21", received_on="2026-09-30")],
            "2026-12-07",
            ("valid", "tacitly_renewed"),
            "2031-12-06",
        ),
        # Two answers in time, 80 and 61 days: three months at most.
        (
            [request("2026-05-10", "2026-07-29"), request("2026-08-01", "2026-10-01")],
            "2026-11-22",
            ("valid", "renewal_requested"),
            "2027-02-15",
        ),
    ],
)
def test_the_term_is_put_off_by_an_answer(
    requests: list[Any], on: str, stand: tuple[str, str], until: str
) -> None:
    got = answer(ghs(requests=requests), on=on)
    assert stands(got, "listing") == stand
    assert str(got.tracks["listing"].until) == until


def test_an_lppr_term_is_not_put_off_by_an_answer() -> None:
    line = listed("lppr", line="brand", starts_on="2021-11-16", ends_on="2026-11-15")
    asked = [request("2026-09-30", "2026-10-31")]
    renewal = file("lppr_renewal", "r", asked, file_complete=True, steps=steps(requested="2026-05-04"))
    got = answer(device(renewal, listings=[line]))
    assert stands(got, "listing") == ("valid", "tacitly_renewed")
    assert got.tracks["listing"].until is None


def test_the_draft_opinion_of_an_intra_ghs_renewal() -> None:
    done = steps(requested="2026-05-04", draft_opinion_received="2026-11-02", hearing_requested="2026-11-12")
    got = answer(device(file("intra_ghs_renewal", hearing_reduced=True, steps=done)))
    assert deadline(got, "ghs.contradictory_response").state == "met"
    assert deadline(got, "ghs.hearing").strict.isoformat() == "2026-12-12"


# ------------------------------------------------------------------------------------- Clocks, prescriptions


@pytest.mark.parametrize(
    ("procedure", "start", "rule", "strict"),
    [
        ("lppr_listing", "requested", "lppr.initial_decision", "2026-12-23"),
        # 120 days from 1 June are 29 September, and 97 days of the stop until the decision.
        ("latm_listing", "acknowledged", "latm.decision", "2027-01-04"),
    ],
)
def test_a_decision_ends_a_stop_that_runs(procedure: str, start: str, rule: str, strict: str) -> None:
    asked = "2026-11-10" if procedure == "lppr_listing" else "2026-08-30"
    done = steps(**{start: "2026-06-01", "notified": "2026-12-05"})
    got = answer(
        device(file(procedure, requests=[request(asked)], outcome="granted", steps=done)), on="2026-12-10"
    )
    assert (deadline(got, rule).strict.isoformat(), deadline(got, rule).state) == (strict, "met")


@pytest.mark.parametrize(
    ("lists", "named", "rule"),
    [
        ([], None, "latm.prescription_max"),
        (["lppr"], None, "lppr.prescription_max"),
        (["latm"], None, "latm.prescription_max"),
        (["lppr", "latm"], None, "latm.prescription_max"),
        (["lppr", "latm"], "lppr", "lppr.prescription_max"),
    ],
)
def test_which_text_governs_a_prescription(lists: list[str], named: str | None, rule: str) -> None:
    lines = [listed(name, name, starts_on="2024-01-01") for name in lists]
    prescription = {"key": "p", "listing": named, "prescribed_on": "2026-01-15", "duration_months": 13}
    got = answer(device(listings=lines, listing={"prescriptions": [prescription]}))
    assert {one.rule for one in got.deadlines if one.rule.endswith("prescription_max")} == {rule}
    assert finding(got, "prescription_too_long").values == {"end": "2027-01-15"}
    assert ("prescription_too_old_to_bill" in codes(got)) is rule.startswith("latm")
