"""The steps to a coverage: certificate of the ANS, early coverage, listing, renewal."""

from collections.abc import Iterator

from compliance.law.text import gettext_noop
from compliance.planning.marking_steps import to_marking
from compliance.planning.steps import START, Route, Step, assumed


def steps(route: Route) -> tuple[Step, ...]:
    """Return the steps to the target of a route."""
    if route.target == "lppr_renewal" or route.target == "latm_renewal":
        return tuple(_renewal(route.target.removesuffix("_renewal")))
    found = [*to_marking(route)]
    if route.target == "pecan" or route.under_pecan:
        found += _pecan()
    if route.target == "lppr" or route.target == "latm":
        found += [] if route.under_pecan else _certificate(route)
        found += _lppr(route) if route.target == "lppr" else _latm(route)
    return tuple(found)


def _certificate(route: Route) -> Iterator[Step]:
    """Yield the steps to the certificate of the ANS, asked before the listing (R.165-5-2 I, R.162-76 I)."""
    if route.target == "lppr" and not route.digital:
        return
    latm = route.target == "latm"
    yield assumed("ans_file", START, "ans_requested", gettext_noop("Prepare the evidence for the ANS"))
    yield assumed("ce_before_ans", "ce", "ans_requested", gettext_noop("The ANS certifies marked devices"))
    yield assumed(
        "ans_acknowledgement", "ans_requested", "ans_acknowledged", gettext_noop("Acknowledgement by the ANS")
    )
    yield assumed(
        "ans_interruptions", "ans_acknowledged", "ans_resumed", gettext_noop("The clock of the ANS stops")
    )
    yield Step(
        "ans_decision",
        "ans_resumed",
        "ans",
        gettext_noop("Decision of the ANS on the certificate"),
        "ans.latm_certificate_decision" if latm else "ans.lppr_certificate_decision",
    )
    yield Step(
        "certificate_before_request",
        "ans",
        f"{route.target}_requested",
        gettext_noop("The certificate of the ANS is in the file"),
        "latm.certificate_required" if latm else "lppr.dmn_certificate_required",
    )


def _marked_first(name: str, rule: str) -> Iterator[Step]:
    """Yield the order of the CE marking: by law before the decision, by assumption before the request."""
    yield assumed(
        "ce_before_request", "ce", f"{name}_requested", gettext_noop("The device is marked when it is filed")
    )
    yield Step(
        "ce_before_decision",
        "ce",
        f"{name}_decided",
        gettext_noop("The CE marking comes before the decision"),
        rule,
    )


def _after_pecan(name: str) -> Iterator[Step]:
    """Yield what ties a request to the decision on early coverage (L.162-1-23 VI 1°)."""
    yield assumed(
        "filing_after_pecan", "pecan_decided", f"{name}_requested", gettext_noop("File after early coverage")
    )


def _pecan() -> Iterator[Step]:
    """Yield the steps to early coverage (R.162-112 to R.162-116)."""
    yield assumed("pecan_file", START, "pecan_requested", gettext_noop("Prepare the early coverage file"))
    yield from _marked_first("pecan", "door.pecan_ce")
    yield assumed(
        "pecan_acknowledgement", "pecan_requested", "pecan_acknowledged", gettext_noop("Acknowledgement")
    )
    yield assumed(
        "pecan_interruptions", "pecan_acknowledged", "pecan_resumed", gettext_noop("The clocks stop")
    )
    for key, rule, words in (
        ("pecan_opinion", "pecan.cnedimts_opinion", gettext_noop("Opinion of the CNEDiMTS")),
        ("pecan_ans_opinion", "pecan.ans_opinion", gettext_noop("Opinion of the ANS")),
    ):
        yield Step(key, "pecan_resumed", "pecan_opinions", words, rule)
    words = gettext_noop("Decision on early coverage")
    yield Step("pecan_decision", "pecan_opinions", "pecan_decided", words, "pecan.decision")
    yield Step(
        "pecan_publication",
        "pecan_decided",
        "pecan",
        gettext_noop("Publication and effect of the act"),
        assumption="publication",
    )
    for name in ("lppr", "latm"):
        words = gettext_noop("Last day of the listing request")
        yield Step(
            f"{name}_filing_limit", "pecan_decided", "after", words, f"pecan.{name}_filing", limit=True
        )
    words = gettext_noop("End of the year of early coverage")
    yield Step("pecan_end", "pecan", "after", words, "pecan.duration", limit=True)


def _lppr(route: Route) -> Iterator[Step]:
    """Yield the steps to a listing on the LPPR (R.165-7 to R.165-12): the 180 days hold all of them."""
    yield assumed("lppr_file", START, "lppr_requested", gettext_noop("Prepare the LPPR file"))
    yield from _after_pecan("lppr") if route.under_pecan else ()
    yield from _marked_first("lppr", "door.lppr_ce")
    yield assumed("lppr_interruptions", "lppr_requested", "lppr_resumed", gettext_noop("The clock stops"))
    yield Step(
        "lppr_decision",
        "lppr_resumed",
        "lppr_decided",
        gettext_noop("Decision on listing and tariff"),
        "lppr.initial_decision",
    )
    yield from _contradictory("lppr", "lppr_requested", "lppr.cnedimts_hearing", route.hearing)
    yield assumed(
        "lppr_tariff", "lppr_opinion", "lppr_decided", gettext_noop("Negotiation of the tariff with the CEPS")
    )
    yield from _publication("lppr", "lppr.listing_max_brand")


def _latm(route: Route) -> Iterator[Step]:
    """Yield the steps to a listing on the telemonitoring list (R.162-78 to R.162-81)."""
    suffix = "_under_pecan" if route.under_pecan else ""
    yield assumed("latm_file", START, "latm_requested", gettext_noop("Prepare the telemonitoring file"))
    yield from _after_pecan("latm") if route.under_pecan else ()
    yield from _marked_first("latm", "door.latm_ce")
    yield assumed(
        "latm_acknowledgement", "latm_requested", "latm_acknowledged", gettext_noop("Acknowledgement")
    )
    yield assumed("latm_interruptions", "latm_acknowledged", "latm_resumed", gettext_noop("The clocks stop"))
    yield from _contradictory("latm", "latm_acknowledged", "latm.hearing", route.hearing)
    yield Step(
        "latm_opinion",
        "latm_resumed",
        "latm_opinion",
        gettext_noop("Opinion of the CNEDiMTS"),
        f"latm.cnedimts_opinion{suffix}",
    )
    yield Step(
        "latm_decision", "latm_resumed", "latm_decided", gettext_noop("Decision"), f"latm.decision{suffix}"
    )
    words = gettext_noop("The opinion comes before the decision")
    yield Step("opinion_before_decision", "latm_opinion", "latm_decided", words, "door.latm_opinion_first")
    yield from _publication("latm", "latm.listing_max")


def _contradictory(name: str, begins: str, hearing_rule: str, hearing: bool) -> Iterator[Step]:
    """Yield the contradictory phase: draft opinion, ten days to answer, and a hearing where it is asked."""
    yield assumed(f"{name}_examination", begins, f"{name}_draft", gettext_noop("Examination to the draft"))
    yield Step(
        f"{name}_contradictory",
        f"{name}_draft",
        f"{name}_answered" if hearing else f"{name}_opinion",
        gettext_noop("Observations, or request for a hearing"),
        f"{name}.contradictory_response",
    )
    if hearing:
        words = gettext_noop("Hearing by the CNEDiMTS")
        yield Step(f"{name}_hearing", f"{name}_answered", f"{name}_opinion", words, hearing_rule)


def _publication(name: str, longest: str) -> Iterator[Step]:
    words = gettext_noop("Publication and effect of the act")
    yield Step(f"{name}_publication", f"{name}_decided", name, words, assumption="publication")
    words = gettext_noop("Longest listing")
    yield Step("listing_end", name, "after", words, longest, limit=True)


def _renewal(name: str) -> Iterator[Step]:
    """Yield the steps to a renewal asked in time, before the end of a listing (R.165-10 I, R.162-88 I)."""
    yield assumed("renewal_file", START, "renewal_requested", gettext_noop("Prepare the renewal file"))
    yield Step(
        "renewal_lead",
        "renewal_requested",
        f"{name}_renewal",
        gettext_noop("The request comes early enough before the end of the listing"),
        f"{name}.renewal_request_lead",
    )
