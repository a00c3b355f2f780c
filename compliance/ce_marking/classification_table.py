"""Decision tables: the class of a software (MDR Annex VIII, rule 11), and how conformity is assessed."""

from dataclasses import dataclass
from typing import Literal, get_args

from compliance.law.decisions import Ask, Question, Table
from compliance.law.facts.ce_marking import DecisionImpact, DeviceClass, RiskClass
from compliance.law.text import gettext_noop

Procedure = Literal["declaration", "one_aspect", "by_category", "by_generic_group", "every_device", "full"]
Part = Literal["none", "limited", "full"]

CLASSES: tuple[RiskClass, ...] = get_args(RiskClass)
INFORMS = Question(
    "informs_diagnosis_or_therapy",
    gettext_noop(
        "Is the software intended to provide information used to take decisions of diagnosis or therapy?"
    ),
    "mdr.rule11_decisions",
)
IMPACT = Question(
    "worst_decision_impact",
    gettext_noop("What may these decisions cause at worst?"),
    "mdr.rule11_decisions",
    get_args(DecisionImpact),
)
MONITORS = Question(
    "monitors_physiology",
    gettext_noop("Is the software intended to monitor physiological processes?"),
    "mdr.rule11_monitoring",
)
VITAL = Question(
    "vital_with_immediate_danger",
    gettext_noop("Are they vital parameters whose variations could put the patient in immediate danger?"),
    "mdr.rule11_monitoring",
)
DRIVES = Question(
    "drives_device_class",
    gettext_noop("Of what class is the device that the software drives or whose use it influences?"),
    "mdr.software_drives_device",
    ("none", *CLASSES),
)
DEVICE_CLASS = Question(
    "device_class",
    gettext_noop("Of what class is the device?"),
    "mdr.conformity_route",
    get_args(DeviceClass),
)
IMPLANTABLE = Question("implantable", gettext_noop("Is the device implantable?"), "mdr.route_iib_implantable")
WELL_ESTABLISHED = Question(
    "well_established",
    gettext_noop(
        "Is the implant one of those excepted: sutures, staples, dental fillings, dental braces, tooth "
        "crowns, screws, wedges, plates, wires, pins, clips or connectors?"
    ),
    "mdr.route_iib_implantable",
)

_BY_IMPACT: dict[str, RiskClass] = {
    "none": "IIa",
    "serious_deterioration_or_surgery": "IIb",
    "death_or_irreversible": "III",
}
_ROUTES: dict[str, tuple[Procedure, str]] = {
    "I": ("declaration", "mdr.route_i"),
    "Is": ("one_aspect", "mdr.route_i_limited"),
    "Im": ("one_aspect", "mdr.route_i_limited"),
    "Ir": ("one_aspect", "mdr.route_i_limited"),
    "IIa": ("by_category", "mdr.route_iia"),
    "IIb": ("by_generic_group", "mdr.route_iib"),
    "III": ("full", "mdr.route_iii"),
    "A": ("declaration", "ivdr.route_a"),
    "As": ("one_aspect", "ivdr.route_a_sterile"),
    "B": ("by_category", "ivdr.route_b"),
    "C": ("by_generic_group", "ivdr.route_c"),
    "D": ("full", "ivdr.route_d"),
}
_PARTS: dict[Procedure, Part] = {"declaration": "none", "one_aspect": "limited"}
_WORDS: dict[Procedure, str] = {
    "declaration": gettext_noop("The manufacturer declares the conformity, without notified body."),
    "one_aspect": gettext_noop(
        "A notified body assesses one aspect: sterility, measuring or reuse of the instrument."
    ),
    "by_category": gettext_noop(
        "A notified body assesses the quality management system, and the documentation of one device for "
        "each category."
    ),
    "by_generic_group": gettext_noop(
        "A notified body assesses the quality management system, and the documentation of one device for "
        "each generic device group."
    ),
    "every_device": gettext_noop(
        "A notified body assesses the quality management system, and the documentation of every device."
    ),
    "full": gettext_noop(
        "A notified body assesses the quality management system and the documentation of the device."
    ),
}


@dataclass(frozen=True, slots=True)
class ConformityRoute:
    """How the conformity of a class is assessed, and the part that a notified body takes in it."""

    notified_body: Part
    procedure: Procedure


def software_class(ask: Ask) -> RiskClass:
    """Return the class of a software: the strictest of rule 11 and of the device that it drives."""
    found: list[RiskClass] = []
    informs, monitors = ask.known(INFORMS, MONITORS)
    if informs:
        device_class = _BY_IMPACT[ask.which(IMPACT)]
        _conclude(ask, found, device_class, "mdr.rule11_decisions")
    if monitors:
        _conclude(ask, found, "IIb" if ask(VITAL) else "IIa", "mdr.rule11_monitoring")
    driven = ask.which(DRIVES)
    for device_class in CLASSES:
        if driven == device_class:
            _conclude(ask, found, device_class, "mdr.software_drives_device")
    if not found:
        _conclude(ask, found, "I", "mdr.rule11_other")
    strictest = max(found, key=CLASSES.index)
    if len(found) > 1:
        message = gettext_noop("Several rules apply: the strictest gives class %(device_class)s.")
        ask.because(message, "mdr.strictest_rule", device_class=strictest)
    return strictest


def _conclude(ask: Ask, found: list[RiskClass], device_class: RiskClass, rule: str) -> None:
    found.append(device_class)
    ask.because(gettext_noop("This gives class %(device_class)s."), rule, device_class=device_class)


def conformity_route(ask: Ask) -> ConformityRoute:
    """Return how the conformity of the device is assessed (MDR Art. 52, IVDR Art. 48)."""
    return route_of(ask, ask.which(DEVICE_CLASS))


def route_of(ask: Ask, device_class: str) -> ConformityRoute:
    """Return how the conformity of a class is assessed; only an implant of class IIb needs more questions."""
    procedure, rule = _ROUTES[device_class]
    if device_class == "IIb" and ask(IMPLANTABLE) and not ask(WELL_ESTABLISHED):
        procedure, rule = "every_device", "mdr.route_iib_implantable"
    ask.because(_WORDS[procedure], rule)
    return ConformityRoute(_PARTS.get(procedure, "full"), procedure)


RULE11 = Table(
    "rule11",
    gettext_noop("Class of a software under the MDR"),
    (INFORMS, IMPACT, MONITORS, VITAL, DRIVES),
    software_class,
)
CONFORMITY = Table(
    "conformity_route",
    gettext_noop("Conformity assessment of a device"),
    (DEVICE_CLASS, IMPLANTABLE, WELL_ESTABLISHED),
    conformity_route,
)
