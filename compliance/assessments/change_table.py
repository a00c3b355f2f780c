"""What a new version of a device touches, as a decision table: UDI-DI, notified body, AI Act, ANS, coverage.

Pure. Each "yes" that touches a track is a conclusion with its rule; where no text was read the rule says so
by its certainty. What no question asks is not decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.law.decisions import Ask, Question, Table
from compliance.law.facts import Track
from compliance.law.text import gettext_noop

_UDI = "mdr.udi_di_change"
PERFORMANCE = Question("performance", gettext_noop("Does it change the original performance?"), _UDI)
INTENDED_USE = Question(
    "safety_or_intended_use",
    gettext_noop("Does it change the safety or the intended use of the software?"),
    _UDI,
)
INTERPRETATION = Question(
    "data_interpretation", gettext_noop("Does it change the interpretation of data?"), _UDI
)
ARCHITECTURE = Question(
    "algorithm_or_architecture",
    gettext_noop(
        "Are there new or modified algorithms, database structures, operating platform or architecture, new "
        "user interfaces, or new channels for interoperability?"
    ),
    _UDI,
)
IDENTITY = Question(
    "identity",
    gettext_noop(
        "Does it change the name, the version or model as labelled, or a critical warning or "
        "contra-indication, or could the device be taken for another?"
    ),
    "mdr.udi_di_data_change",
)
CERTIFIED = Question(
    "notified_body", gettext_noop("Did a notified body certify the device?"), "mdr.device_change_approval"
)
AFFECTS = Question(
    "affects_safety_or_use",
    gettext_noop("Could it affect the safety, the performance or the conditions prescribed for use?"),
    "mdr.device_change_approval",
)
QUALITY = Question(
    "quality_system",
    gettext_noop("Does it change the quality management system or the device range substantially?"),
    "mdr.qms_change_approval",
)
DIRECTIVE = Question(
    "directive_device",
    gettext_noop("Is the device still on the market under the former directives?"),
    "mdr.legacy_no_significant_change",
)
SIGNIFICANT = Question(
    "significant_change",
    gettext_noop("Is it a significant change in the design or the intended purpose?"),
    "mdr.significant_change_guidance",
)
AI = Question(
    "ai_tier",
    gettext_noop("What is the AI system of the device under the AI Act?"),
    "aia.substantial_modification",
    ("none", "high_risk", "placed_before", "other"),
)
PREDETERMINED = Question(
    "predetermined",
    gettext_noop("Was the change predetermined and documented at the initial conformity assessment?"),
    "aia.predetermined_change",
)
REQUIREMENTS = Question(
    "affects_requirements",
    gettext_noop("Does it affect the compliance with the requirements of Articles 8 to 15?"),
    "aia.substantial_modification",
)
PURPOSE = Question(
    "changes_intended_purpose",
    gettext_noop("Does it change the intended purpose for which the AI system was assessed?"),
    "aia.substantial_modification",
)
ANS = Question("ans_certificate", gettext_noop("Does the ANS certify the device?"), "ans.major_change")
MAJOR = Question(
    "major_change",
    gettext_noop("Is it a major change since the certification (version, scope, architecture)?"),
    "ans.major_change",
)
COVERED = Question(
    "covered",
    gettext_noop("How is the device covered today?"),
    "lppr.change_notice",
    ("none", "lppr", "latm", "pecan", "other"),
)
_NOTICES: Mapping[str, str] = {
    "lppr": "lppr.change_notice",
    "latm": "latm.change_notice",
    "pecan": "pecan.change_notice",
}
LISTED_DATA = Question(
    "listing_data",
    gettext_noop("Does it change the data on which the coverage was given (indication, description, use)?"),
    "lppr.change_notice",
)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touches. ``tracks`` holds the rules that say so, by track."""

    new_udi_di: bool
    tracks: Mapping[Track, tuple[str, ...]]


class _Bench:
    """Gathers what is touched, and notes each conclusion on the path."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.found = ask, dict[Track, tuple[str, ...]]()

    def touch(self, track: Track, message: str, rule: str) -> None:
        """Note that a rule touches a track, where its text is known."""
        if self.ask.governs(rule):
            self.ask.because(message, rule)
            self.found[track] = (*self.found.get(track, ()), rule)


def touched(ask: Ask) -> Touched:
    """Return what a change of the device touches under the law of the date."""
    bench = _Bench(ask)
    new = _udi(bench)
    _notified_body(bench)
    _directive(bench)
    _ai(bench)
    _ans(bench)
    _coverage(bench)
    if not bench.found:
        ask.because(gettext_noop("A minor revision: only a new UDI-PI, and no track is touched."), _UDI)
    return Touched(new, bench.found)


def _udi(bench: _Bench) -> bool:
    """Say whether a new UDI-DI is needed (MDR Annex VI part C 6.5.2 and 3.9)."""
    ask = bench.ask
    software = ask.any(PERFORMANCE, INTENDED_USE, INTERPRETATION, ARCHITECTURE)
    identity = ask(IDENTITY)
    if software:
        bench.touch("ce_marking", gettext_noop("The change of the software needs a new UDI-DI."), _UDI)
    if identity:
        message = gettext_noop("The change of the identification needs a new UDI-DI.")
        bench.touch("ce_marking", message, IDENTITY.rule)
    if software or identity:
        message = gettext_noop("The new UDI-DI is registered in EUDAMED before it is placed on the market.")
        bench.touch("ce_marking", message, "eudamed.new_udi_di_registration")
    return software or identity


def _notified_body(bench: _Bench) -> None:
    """Say what the notified body is to approve (MDR Annex IX 2.4, 4.10)."""
    if not bench.ask(CERTIFIED):
        return
    device, quality = bench.ask(AFFECTS), bench.ask(QUALITY)
    if device:
        message = gettext_noop("The notified body is told of the planned change, and approves it first.")
        bench.touch("ce_marking", message, AFFECTS.rule)
    if quality:
        message = gettext_noop("The notified body is told of the plan, and approves it by a supplement.")
        bench.touch("ce_marking", message, QUALITY.rule)


def _directive(bench: _Bench) -> None:
    """Say whether a device of the directives loses the transition (MDR Art. 120(3c)(b))."""
    if bench.ask(DIRECTIVE) and bench.ask(SIGNIFICANT):
        message = gettext_noop("The transition of the directives is lost: the device needs the MDR first.")
        bench.touch("ce_marking", message, DIRECTIVE.rule)
        bench.ask.because(
            gettext_noop("Whether a change is significant is read from guidance."), SIGNIFICANT.rule
        )


def _ai(bench: _Bench) -> None:
    """Say whether the AI Act asks for a new conformity assessment (Art. 3(23), 43(4), 111(2))."""
    tier = bench.ask.which(AI)
    if tier not in {"high_risk", "placed_before"}:
        return
    if bench.ask(PREDETERMINED):
        message = gettext_noop("The change was predetermined at the initial assessment: no new assessment.")
        bench.ask.because(message, PREDETERMINED.rule)
    elif bench.ask.any(REQUIREMENTS, PURPOSE):
        message = gettext_noop("A substantial modification: a new conformity assessment under the AI Act.")
        bench.touch("ai_act", message, REQUIREMENTS.rule)
    if tier == "placed_before":
        message = gettext_noop(
            "A significant change in design, which no text defines, would end the grace of Article 111(2)."
        )
        bench.touch("ai_act", message, "aia.legacy_cutoff_annex_i")


def _ans(bench: _Bench) -> None:
    """Say whether the certificate of the ANS is to be asked for again."""
    if bench.ask(ANS) and bench.ask(MAJOR):
        message = gettext_noop("The certificate of the ANS bears a version: a new one is to be asked for.")
        bench.touch("ans", message, MAJOR.rule)


def _coverage(bench: _Bench) -> None:
    """Say whom to tell of a change of what was covered."""
    notice = _NOTICES.get(bench.ask.which(COVERED))
    if notice and bench.ask(LISTED_DATA, rule=notice):
        early = gettext_noop("No text was found on a change during early coverage: ask the ministers.")
        told = gettext_noop("The data of the coverage change: the ministers are told.")
        bench.touch("listing", early if notice == "pecan.change_notice" else told, notice)
        if notice == "lppr.change_notice":
            message = gettext_noop(
                "Whether the CNEDiMTS examines a modification of the listing is to be asked."
            )
            bench.touch("cnedimts", message, "lppr.modification_opinion")


VERSION_CHANGE = Table(
    "version_change",
    gettext_noop("What a new version of the device touches"),
    (
        PERFORMANCE,
        INTENDED_USE,
        INTERPRETATION,
        ARCHITECTURE,
        IDENTITY,
        CERTIFIED,
        AFFECTS,
        QUALITY,
        DIRECTIVE,
        SIGNIFICANT,
        AI,
        PREDETERMINED,
        REQUIREMENTS,
        PURPOSE,
        ANS,
        MAJOR,
        COVERED,
        LISTED_DATA,
    ),
    touched,
)
