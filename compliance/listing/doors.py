"""Which coverage is open to a device in one indication: the bars of each door, as a decision table.

A door that no bar closes is open to a request; what its authority then judges (the service expected, the
novelty, the studies) is not decided here. The list of devices within hospital stays (CSS L.165-11) takes only
categories that an arrêté names, and is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from compliance.law.decisions import Ask, Question, Table
from compliance.law.text import gettext_noop

Door = Literal["lppr", "latm", "pecan", "pect", "forfait_innovation", "act_tariff", "hospital_funding"]
DOORS: tuple[Door, ...] = get_args(Door)

SOFTWARE = Question(
    "is_software",
    gettext_noop("Is it a software that is a medical device by itself (a digital medical device)?"),
    "door.latm_scope",
)
FUNCTIONS = Question(
    "functions",
    gettext_noop(
        "What are its functions: therapeutic aim, telemonitoring (collects, analyses and sends data, and "
        "alerts beyond thresholds), both, telemonitoring and others, or neither?"
    ),
    "door.latm_scope",
    ("therapeutic", "telemonitoring", "both", "telemonitoring_and_other", "other"),
)
ACT = Question(
    "used_during_act",
    gettext_noop(
        "Is it used by a professional for or during an act, with a function that does not go beyond it?"
    ),
    "door.lppr_act",
)
INVASIVE = Question(
    "invasive_excepted",
    gettext_noop(
        "Does it enter the body during hospital care and carry itself the therapeutic, diagnostic or "
        "compensating action, without being a consumable of the act?"
    ),
    "door.lppr_act",
)
CE = Question("ce_marked", gettext_noop("Does it bear the CE marking in the indication?"), "door.lppr_ce")
PERSONAL_DATA = Question(
    "digital_device",
    gettext_noop("Does it process personal data, or imply hosting health data?"),
    "lppr.dmn_certificate_required",
)
ANS = Question(
    "ans_certificate",
    gettext_noop("Does the ANS certify its conformity, with the certificate in the file?"),
    "lppr.dmn_certificate_required",
)
COVERAGE = Question(
    "coverage",
    gettext_noop("How is it covered in the indication, today or in the past?"),
    "pecan.not_cumulable",
    ("never", "past", "lppr", "latm", "pecan", "pect", "forfait_innovation", "intra_ghs", "hospital_stay"),
)
PECAN_BEFORE = Question(
    "pecan_before",
    gettext_noop("Was early coverage given or refused in the indication, and on what ground?"),
    "pecan.single_use",
    ("never", "given", "refused_on_studies", "refused_otherwise"),
)
PECT_BEFORE = Question(
    "pect_before",
    gettext_noop("Was transitional coverage ended or refused in the indication?"),
    "door.pect_once",
)
NEED = Question(
    "unmet_need",
    gettext_noop("Is it for a serious or rare disease, or for a handicap, with no relevant comparator?"),
    "door.pect_need",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What closes a door: the rule, its words, when it holds. ``code`` is that of the finding."""

    door: Door
    code: str
    rule: str
    words: str
    holds: Callable[[Ask], bool]
    right_door: str = ""


def telemonitors(ask: Ask) -> bool:
    """Return whether it is a digital device with telemonitoring functions (L.162-48 I 2°)."""
    return ask.every(SOFTWARE, lambda a: a.which(FUNCTIONS) not in {"therapeutic", "other"})


def early(ask: Ask) -> bool:
    """Return whether it is a digital device with a therapeutic aim or telemonitoring functions."""
    return ask.every(SOFTWARE, lambda a: a.which(FUNCTIONS) != "other")


def only_telemonitors(ask: Ask) -> bool:
    """Return whether it is a digital device with telemonitoring functions alone (R.165-4 6°)."""
    return ask.every(SOFTWARE, lambda a: a.which(FUNCTIONS) == "telemonitoring")


def within_act(ask: Ask) -> bool:
    """Return whether R.165-4 4° keeps it out: no software enters the body, so none is excepted."""
    return ask.every(ACT, lambda a: a(SOFTWARE) or not a(INVASIVE))


def uncertified(ask: Ask) -> bool:
    """Return whether it processes personal data and its file holds no certificate of the ANS."""
    return ask.every(PERSONAL_DATA, lambda a: not a(ANS))


def _unmarked(ask: Ask) -> bool:
    return not ask(CE)


def _covered_by(*coverages: str) -> Callable[[Ask], bool]:
    return lambda ask: ask.which(COVERAGE) in coverages


_NO_CE = gettext_noop("Without the CE marking the device is neither listed nor covered.")
_NO_CERTIFICATE = gettext_noop("The file holds no certificate of the ANS: the device cannot be listed.")
_OTHER_COVERAGE = gettext_noop("Another coverage of the indication runs: early coverage is excluded.")
BARS: tuple[Bar, ...] = (
    Bar(
        "lppr",
        "not_listable",
        "door.lppr_act",
        gettext_noop(
            "Used for an act and not beyond it, the device is not listed on the LPPR: what remains is the "
            "tariff of the act, the funding of the hospital stay and innovation funding."
        ),
        within_act,
    ),
    Bar(
        "lppr",
        "not_listable",
        "lppr.telemonitoring_only",
        gettext_noop("A device with only telemonitoring functions is not listed on the LPPR."),
        only_telemonitors,
        "LATM",
    ),
    Bar("lppr", "no_ce_marking", "door.lppr_ce", _NO_CE, _unmarked),
    Bar("lppr", "not_listable", "lppr.dmn_certificate_required", _NO_CERTIFICATE, uncertified),
    Bar(
        "latm",
        "not_listable",
        "door.latm_scope",
        gettext_noop("The list of telemonitoring takes only digital devices with telemonitoring functions."),
        lambda ask: not telemonitors(ask),
    ),
    Bar("latm", "no_ce_marking", "door.latm_ce", _NO_CE, _unmarked),
    Bar("latm", "not_listable", "latm.certificate_required", _NO_CERTIFICATE, lambda ask: not ask(ANS)),
    Bar(
        "pecan",
        "not_eligible",
        "door.pecan_scope",
        gettext_noop("Early coverage takes only digital devices with a therapeutic aim or telemonitoring."),
        lambda ask: not early(ask),
    ),
    Bar("pecan", "no_ce_marking", "door.pecan_ce", _NO_CE, _unmarked),
    Bar(
        "pecan",
        "not_eligible",
        "pecan.single_use",
        gettext_noop("The indication has already had early coverage."),
        lambda ask: ask.which(PECAN_BEFORE) == "given",
    ),
    Bar(
        "pecan",
        "not_eligible",
        "pecan.single_use",
        gettext_noop("Early coverage was refused: eligible only if the ongoing studies were the ground."),
        lambda ask: ask.which(PECAN_BEFORE) == "refused_otherwise",
    ),
    Bar(
        "pecan",
        "not_cumulable",
        "pecan.not_cumulable",
        _OTHER_COVERAGE,
        _covered_by("lppr", "latm", "pect", "forfait_innovation", "intra_ghs", "hospital_stay"),
    ),
    Bar(
        "pect",
        "not_eligible",
        "pect.not_for_dmn",
        gettext_noop("Transitional coverage is closed to this digital device."),
        early,
        "PECAN",
    ),
    Bar(
        "pect",
        "not_eligible",
        "door.pect_need",
        gettext_noop("Transitional coverage asks for a serious need that no comparator meets."),
        lambda ask: not ask(NEED),
    ),
    Bar("pect", "no_ce_marking", "door.pect_ce", _NO_CE, _unmarked),
    Bar(
        "pect",
        "not_eligible",
        "door.pect_once",
        gettext_noop("Transitional coverage was already ended or refused in the indication."),
        lambda ask: ask(PECT_BEFORE),
    ),
    Bar(
        "pect",
        "not_cumulable",
        "door.pect_exclusive",
        gettext_noop("Another coverage of the indication runs: transitional coverage is excluded."),
        # Innovation funding ends by itself when transitional coverage starts (R.165-72 IV).
        _covered_by("lppr", "latm", "pecan", "pect", "intra_ghs", "hospital_stay"),
    ),
    Bar(
        "forfait_innovation",
        "not_eligible",
        "door.fi_never_covered",
        gettext_noop("Innovation funding is for what was never covered in the indication."),
        lambda ask: ask.which(COVERAGE) != "never",
    ),
    Bar(
        "act_tariff",
        "not_eligible",
        "door.act_tariff",
        gettext_noop("The tariff of an act pays for what a professional uses during it."),
        lambda ask: not ask(ACT),
    ),
    Bar(
        "hospital_funding",
        "not_cumulable",
        "pecan.not_cumulable",
        gettext_noop("Early coverage excludes the funding of the hospital stay."),
        _covered_by("pecan"),
    ),
    Bar(
        "hospital_funding",
        "not_cumulable",
        "door.pect_exclusive",
        gettext_noop("Transitional coverage excludes the funding of the hospital stay."),
        _covered_by("pect"),
    ),
    Bar(
        "hospital_funding",
        "not_cumulable",
        "door.fi_exclusive",
        gettext_noop("Innovation funding excludes the funding of the hospital stay."),
        _covered_by("forfait_innovation"),
    ),
)
_OPEN: Mapping[Door, tuple[str, str]] = {
    "lppr": ("door.lppr_request", gettext_noop("The LPPR is open to a request.")),
    "latm": ("door.latm_request", gettext_noop("The list of telemonitoring is open to a request.")),
    "pecan": ("door.pecan_request", gettext_noop("Early coverage is open to a request.")),
    "pect": ("door.pect_request", gettext_noop("Transitional coverage is open to a request.")),
    "forfait_innovation": ("door.fi_request", gettext_noop("Innovation funding is open to a request.")),
    "act_tariff": ("door.act_tariff", gettext_noop("The tariff of the act may pay for its use.")),
    "hospital_funding": (
        "door.hospital_funding",
        gettext_noop("The funding of hospital stays may pay for its use."),
    ),
}


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors that are open, and those that are closed with the rules that close them."""

    open: tuple[Door, ...]
    closed: Mapping[Door, tuple[str, ...]]


def doors(ask: Ask) -> Doors:
    """Return which doors are open to the device in one indication, and what closes the others."""
    closed: dict[Door, tuple[str, ...]] = {}
    for door in DOORS:
        bars = [one for one in BARS if one.door == door and ask.governs(one.rule) and one.holds(ask)]
        for one in bars:
            ask.because(one.words, one.rule)
        if bars:
            closed[door] = tuple(one.rule for one in bars)
        else:
            rule, words = _OPEN[door]
            ask.because(words, rule)
    return Doors(tuple(one for one in DOORS if one not in closed), closed)


COVERAGE_DOORS = Table(
    "coverage_doors",
    gettext_noop("Coverage open to a device in an indication"),
    (SOFTWARE, FUNCTIONS, ACT, INVASIVE, CE, PERSONAL_DATA, ANS, COVERAGE, PECAN_BEFORE, PECT_BEFORE, NEED),
    doors,
)
