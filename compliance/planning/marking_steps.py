"""The steps to the CE marking, by the class of the device."""

from collections.abc import Iterator

from compliance.law.questions import needs_notified_body
from compliance.law.text import gettext_noop
from compliance.planning.steps import START, Route, Step, assumed


def to_marking(route: Route) -> Iterator[Step]:
    """Yield the steps to the CE marking (MDR Art. 29, 31, 52; Implementing Regulation (EU) 2026/977)."""
    assessed = needs_notified_body(route.device_class)
    filed = "nb_applied" if assessed else "certified"
    yield assumed("srn_registration", START, "srn", gettext_noop("Register the manufacturer (SRN)"))
    yield assumed("basic_udi", START, "basic_udi", gettext_noop("Assign the Basic UDI-DI"))
    yield assumed("technical_file", START, filed, gettext_noop("Draw up the technical documentation"))
    if assessed:
        yield Step(
            "srn_before_application",
            "srn",
            "nb_applied",
            gettext_noop("The SRN comes before the application to the notified body"),
            "mdr.srn_before_nb_application",
        )
        yield from _assessment(route)
        words = gettext_noop("Longest validity of the certificate")
        yield Step("certificate_end", "certified", "after", words, "mdr.certificate_max_validity", limit=True)
    else:
        yield Step(
            "srn_before_market",
            "srn",
            "ce",
            gettext_noop("The registration comes before placing on the market"),
            "mdr.srn_before_market",
        )
    yield Step(
        "udi_before_market",
        "basic_udi",
        "ce",
        gettext_noop("The Basic UDI-DI comes before placing on the market"),
        "mdr.basic_udi_before_market",
    )
    yield assumed(
        "declaration",
        "certified",
        "ce",
        gettext_noop("Sign the declaration of conformity, affix the marking"),
    )


def _assessment(route: Route) -> Iterator[Step]:
    """Yield the steps before the notified body."""
    if route.device_class == "III" or (route.device_class == "IIb" and route.implantable):
        yield Step(
            "udi_before_application",
            "basic_udi",
            "nb_applied",
            gettext_noop("The Basic UDI-DI comes before the application to the notified body"),
            "mdr.basic_udi_before_nb_application",
        )
    yield Step(
        "nb_review",
        "nb_applied",
        "nb_reviewed",
        gettext_noop("Review of the application by the notified body"),
        "nb.application_review",
        "nb_review",
    )
    yield assumed(
        "nb_contract", "nb_reviewed", "nb_contracted", gettext_noop("Contract with the notified body")
    )
    yield Step(
        "nb_qms_audit",
        "nb_contracted",
        "nb_examined",
        gettext_noop("Audit of the quality management system"),
        "nb.qms_audit",
        "nb_assessment",
    )
    yield Step(
        "nb_td_assessment",
        "nb_contracted",
        "nb_examined",
        gettext_noop("Assessment of the technical documentation"),
        "nb.td_assessment",
        "nb_assessment",
    )
    yield assumed(
        "nb_interruptions", "nb_examined", "nb_assessed", gettext_noop("Interruptions of the assessment")
    )
    yield Step(
        "nb_decision",
        "nb_assessed",
        "certified",
        gettext_noop("Decision of the notified body and certificate"),
        "nb.decision",
        "nb_decision",
    )
