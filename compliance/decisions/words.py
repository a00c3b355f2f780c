"""Choices and results of the tables in the words of the active language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from compliance.assessments.dates import write_date
from compliance.assessments.words import word
from compliance.law.facts import TRACKS
from compliance.law.text import gettext_noop
from devices.models import AREA_LABELS

_NONE = gettext_noop("none")
_NOT_COVERED = gettext_noop("not covered")
CHOICES: Mapping[tuple[str, str], str] = {
    ("worst_decision_impact", "none"): gettext_noop("nothing as grave as what follows"),
    ("worst_decision_impact", "serious_deterioration_or_surgery"): gettext_noop(
        "a serious deterioration of health, or a surgical intervention"
    ),
    ("worst_decision_impact", "death_or_irreversible"): gettext_noop(
        "death, or an irreversible deterioration of health"
    ),
    ("drives_device_class", "none"): gettext_noop("it drives and influences no device"),
    ("prohibited_practice", "none"): _NONE,
    ("prohibited_practice", "a_to_h"): gettext_noop("points (a) to (h)"),
    ("prohibited_practice", "ba_or_bb"): gettext_noop("points (ba) and (bb)"),
    ("annex_iii", "none"): gettext_noop("in none"),
    ("functions", "therapeutic"): gettext_noop("therapeutic aim"),
    ("functions", "telemonitoring"): gettext_noop("telemonitoring"),
    ("functions", "both"): gettext_noop("both"),
    ("functions", "telemonitoring_and_other"): gettext_noop("telemonitoring and others"),
    ("functions", "other"): gettext_noop("neither"),
    ("coverage", "never"): gettext_noop("never"),
    ("coverage", "past"): gettext_noop("in the past only"),
    ("pecan_before", "never"): gettext_noop("never"),
    ("pecan_before", "given"): gettext_noop("given"),
    ("pecan_before", "refused_on_studies"): gettext_noop("refused on its ongoing studies alone"),
    ("pecan_before", "refused_otherwise"): gettext_noop("refused on another ground"),
    ("ai_tier", "none"): gettext_noop("there is none"),
    ("ai_tier", "high_risk"): gettext_noop("high risk, bound by the duties"),
    ("ai_tier", "placed_before"): gettext_noop("on the market before the duties (Art. 111(2))"),
    ("ai_tier", "other"): gettext_noop("not of high risk"),
    ("covered", "none"): _NOT_COVERED,
    ("covered", "other"): gettext_noop("in another way"),
}
LISTS: Mapping[str, str] = {
    "lppr": gettext_noop("LPPR"),
    "latm": gettext_noop("list of telemonitoring (LATM)"),
    "pecan": gettext_noop("early coverage (PECAN)"),
    "pect": gettext_noop("transitional coverage (PECT)"),
    "forfait_innovation": gettext_noop("innovation funding"),
    "intra_ghs": gettext_noop("list within hospital stays"),
    "hospital_stay": gettext_noop("funding of the hospital stay"),
    "act_tariff": gettext_noop("tariff of the act"),
    "hospital_funding": gettext_noop("funding of the hospital stay"),
}
_CONFORMITY: Mapping[str, str] = {
    "none": gettext_noop("Declared by the manufacturer, without notified body"),
    "limited": gettext_noop("A notified body for one aspect"),
    "full": gettext_noop("A notified body for the whole assessment"),
}


def choice(question: str, code: str) -> str:
    """Return the words of an answer: "yes", "serious deterioration…", "IIa"."""
    if code in {"yes", "no"}:
        return gettext("yes") if code == "yes" else gettext("no")
    if said := CHOICES.get((question, code)):
        return gettext(said)
    return gettext(LISTS[code]) if code in LISTS else code


def headline(table: str, result: Any) -> str:
    """Return the result of a table in one line."""
    if table == "rule11":
        return gettext("Class %(device_class)s") % {"device_class": result}
    if table == "conformity_route":
        return gettext(_CONFORMITY[result["notified_body"]])
    if table == "ai_act":
        return _tier(result)
    if table == "coverage_doors":
        doors = ", ".join(gettext(LISTS[one]) for one in result["open"]) or gettext(_NONE)
        return gettext("Open to a request: %(doors)s") % {"doors": doors}
    in_order = [str(AREA_LABELS[one]) for one in TRACKS if one in result["tracks"]]
    tracks = ", ".join(in_order) or gettext(_NONE)
    udi = gettext("New UDI-DI") if result["new_udi_di"] else gettext("No new UDI-DI")
    return gettext("%(udi)s; tracks touched: %(tracks)s") % {"udi": udi, "tracks": tracks}


def _tier(result: Any) -> str:
    state = word(result["state"])
    if not result["applies"]:
        return state
    day = write_date(date.fromisoformat(result["applies"]))
    return gettext("%(state)s, from %(day)s") % {"state": state, "day": day}
