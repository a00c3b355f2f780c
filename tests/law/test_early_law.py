"""The dated law of telemonitoring, early and transitional coverage and innovation funding, value by value."""

import pytest

from compliance.law.parameters import current_law

# Rule, value, first day it governs, version of the article, state when it is over, who is obliged, roll.
READ = """
latm.listing_max P5Y 2026-01-01 053185293 elapsed ministers none
latm.decision P120D 2023-01-01 046879972 silent_at_term ministers fr_indicative
latm.decision_under_pecan P90D 2023-01-01 046879972 silent_at_term ministers fr_indicative
latm.cnedimts_opinion P90D 2023-01-01 046879974 overdue cnedimts fr_indicative
latm.cnedimts_opinion_under_pecan P70D 2023-01-01 046879974 overdue cnedimts fr_indicative
latm.contradictory_response P10D 2023-01-01 046879974 overdue exploitant fr_indicative
latm.hearing P45D 2023-01-01 046879974 overdue cnedimts fr_indicative
latm.hearing_reduced P1M 2023-01-01 046879974 overdue cnedimts fr_indicative
latm.missing_information P10D 2023-01-01 046879976 deemed_abandoned exploitant fr_indicative
latm.ministers_initiative_information P45D 2023-01-01 046879980 overdue exploitant fr_indicative
latm.generic_project P20D 2023-01-01 046879984 overdue exploitant fr_indicative
latm.generic_project_hearing_request P8D 2023-01-01 046879984 overdue exploitant fr_indicative
latm.generic_project_hearing P45D 2023-01-01 046879984 overdue cnedimts fr_indicative
latm.generic_project_opinion P20D 2023-01-01 046879984 overdue cnedimts fr_indicative
latm.generic_project_second_notice P10D 2023-01-01 046879984 overdue exploitant fr_indicative
latm.delisting_obs P20D 2023-01-01 046879990 overdue exploitant fr_indicative
latm.delisting_no_reimbursement P1Y 2023-01-01 046879988 applies - none
latm.renewal_request_lead P120D 2023-01-01 046879996 overdue exploitant prev
latm.renewal_opinion P90D 2023-01-01 046879996 overdue cnedimts fr_indicative
latm.generic_renewal_open P180D 2023-01-01 046879998 applies cnedimts none
latm.generic_renewal_information P120D 2023-01-01 046879998 elapsed exploitant prev
latm.generic_renewal_opinion P30D 2023-01-01 046879998 elapsed cnedimts prev
latm.generic_code P2M 2023-01-01 046880038 silent_at_term ministers fr_indicative
latm.generic_code_information P15D 2023-01-01 046880038 deemed_abandoned exploitant fr_indicative
latm.code_deletion_obs P15D 2023-01-01 046880038 overdue exploitant fr_indicative
latm.ars_receipt P1M 2023-01-01 046880042 overdue ars fr_indicative
latm.prescription_max P1Y 2023-01-01 046880028 elapsed - none
latm.billing_prescription_age P6M 2023-01-01 046880030 elapsed - none
pecan.missing_information P30D 2023-04-01 047382388 deemed_abandoned exploitant fr_indicative
pecan.cnedimts_opinion P60D 2023-04-01 047382395 overdue cnedimts fr_indicative
pecan.ans_opinion P60D 2023-04-01 047382398 overdue ans fr_indicative
pecan.decision P30D 2026-01-01 053185289 silent_at_term ministers fr_indicative
pecan.duration P1Y 2024-01-01 048703007 elapsed - none
pecan.lppr_filing P6M 2024-01-01 048703007 overdue exploitant fr_indicative
pecan.latm_filing P9M 2024-01-01 048703007 overdue exploitant fr_indicative
pecan.continuity P6M 2024-01-01 048703007 elapsed exploitant none
pecan.continuity_after_refusal P45D 2024-01-01 048703007 elapsed exploitant none
pecan.penalty_procedure P20D 2023-04-01 047382420 overdue exploitant fr_indicative
pecan.penalty_hearing_request P8D 2023-04-01 047382420 overdue exploitant fr_indicative
pecan.penalty_hearing P45D 2023-04-01 047382420 overdue ministers fr_indicative
pecan.penalty_turnover P20D 2023-04-01 047382420 overdue exploitant fr_indicative
pecan.penalty_payment P1M 2023-04-01 047382420 overdue exploitant fr_indicative
pect.missing_information P15D 2023-04-01 047384113 deemed_abandoned exploitant fr_indicative
pect.cnedimts_opinion P60D 2025-01-01 050942654 overdue cnedimts fr_indicative
pect.ans_opinion P60D 2025-01-01 050942654 overdue ans fr_indicative
pect.ministers_intent P10D 2023-04-01 047384103 overdue ministers fr_indicative
pect.compensation_proposal P10D 2023-04-01 047384103 deemed_abandoned exploitant fr_indicative
pect.ministers_reply P45D 2023-04-01 047384103 silent_at_term ministers fr_indicative
pect.counter_proposal_reply P10D 2023-04-01 047384103 deemed_abandoned exploitant fr_indicative
pect.lppr_filing P12M 2022-12-25 046812781 overdue exploitant fr_indicative
pect.lppr_filing_after_suspension P12M 2022-12-25 046812781 overdue exploitant fr_indicative
pect.renewal_missing_information P15D 2023-04-01 047384103 deemed_abandoned exploitant fr_indicative
pect.renewal_decision P10D 2023-04-01 047384103 silent_at_term ministers fr_indicative
pect.annual_update P4M1D 2023-04-01 047384113 overdue exploitant fr_indicative
pect.reference_price P30M 2022-12-25 046812781 applies ceps none
pect.reference_price_obs P8D 2021-02-26 043180019 overdue exploitant fr_indicative
pect.continuity P1Y 2021-12-25 044628336 elapsed exploitant none
pect.continuity_after_refusal P45D 2021-12-25 044628336 elapsed exploitant none
pect.penalty_procedure P20D 2021-07-01 043759116 overdue exploitant fr_indicative
pect.penalty_hearing_request P8D 2021-07-01 043759116 overdue exploitant fr_indicative
pect.penalty_hearing P45D 2021-07-01 043759116 overdue ceps fr_indicative
pect.penalty_turnover P20D 2021-07-01 043759116 overdue exploitant fr_indicative
pect.penalty_turnover_notice P15D 2021-07-01 043759116 overdue exploitant fr_indicative
pect.penalty_payment P1M 2021-07-01 043759116 overdue exploitant fr_indicative
fi.admissibility P15D 2019-12-28 039742370 overdue has fr_indicative
fi.has_opinion P75D 2019-12-28 039742352 overdue has fr_indicative
fi.protocol_changes P30D 2019-12-28 039742352 overdue exploitant fr_indicative
fi.modified_protocol P30D 2019-12-28 039742352 overdue exploitant fr_indicative
fi.has_second_opinion P30D 2019-12-28 039742352 overdue has fr_indicative
fi.ministers_first_opinion P75D 2019-12-28 039742343 overdue ministers fr_indicative
fi.ministers_second_opinion P45D 2019-12-28 039742343 overdue ministers fr_indicative
fi.ministers_additions P30D 2019-12-28 039742343 deemed_abandoned exploitant fr_indicative
fi.tacit_rejection P195D 2019-12-28 039742312 tacitly_rejected ministers none
fi.lppr_filing_after_study P1Y 2021-12-25 044628361 overdue exploitant fr_indicative
"""
OF_THESE_TEXTS = ("latm.", "pecan.", "pect.", "fi.")
# Appeals rest on the Code de justice administrative, not on an article of these texts.
PERIODS = {
    one.id
    for one in current_law().parameters.values()
    if one.id.startswith(OF_THESE_TEXTS) and one.kind == "period" and not one.id.endswith("_appeal")
}


@pytest.mark.parametrize("line", READ.strip().splitlines(), ids=lambda line: line.split()[0])
def test_each_period_is_that_of_its_article(line: str) -> None:
    rule, value, applies, version, on_expiry, obliged, roll = line.split()
    parameter = current_law()[rule]
    last = parameter.values[-1]
    assert (last.value, last.applies.isoformat()) == (value, applies)
    assert last.citation.version == f"LEGIARTI000{version}"
    assert (parameter.on_expiry, parameter.obliged or "-", parameter.roll) == (on_expiry, obliged, roll)


def test_no_period_is_left_out() -> None:
    assert {line.split()[0] for line in READ.strip().splitlines()} == PERIODS


@pytest.mark.parametrize("rule", [one for one in current_law().parameters if one.startswith(OF_THESE_TEXTS)])
def test_what_rests_on_less_than_a_text_read_says_what_would_settle_it(rule: str) -> None:
    for dated in current_law()[rule].values:
        assert dated.certainty in {"verified", "quoted"} or dated.settled_by is not None


def test_a_known_effect_of_silence_or_lateness_is_told() -> None:
    told = {"deemed_abandoned": "late", "tacitly_rejected": "silence", "silent_at_term": "silence"}
    for one in current_law().parameters.values():
        field = told.get(one.on_expiry)
        if one.id.startswith(OF_THESE_TEXTS) and field:
            assert getattr(one, field) is not None, one.id


def test_the_times_of_a_second_opinion_make_the_hundred_and_ninety_five_days() -> None:
    law = current_law()
    steps = (
        "admissibility",
        "has_opinion",
        "modified_protocol",
        "has_second_opinion",
        "ministers_second_opinion",
    )
    days = [int(str(law[f"fi.{step}"].values[-1].value)[1:-1]) for step in steps]
    assert sum(days) == 15 + 75 + 30 + 30 + 45 == 195
    assert law["fi.tacit_rejection"].values[-1].value == "P195D"


def test_the_degressive_end_has_no_date() -> None:
    (value,) = current_law()["latm.degressive_end"].values
    assert value.value is None
    assert value.certainty == "unconfirmed"
