"""Registration: UDI-DIs and operators in EUDAMED, and what a software change does to the UDI."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from compliance.law.context import Context
from compliance.law.facts.devices import (
    ActorRegistration,
    ChangeKind,
    Identifier,
    Organisation,
    Version,
)
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text

EXISTING = "eudamed.existing_udi_di_registration"
NEW = "eudamed.new_udi_di_registration"
FIRST = "mdr.srn_first_confirmation"
PERIODIC = "mdr.srn_periodic_confirmation"

# MDR Annex VI part C: 6.5.2 asks for a new UDI-DI, 6.5.3 only for a new UDI-PI.
_NEW_UDI_DI: frozenset[ChangeKind] = frozenset(
    {
        "performance",
        "safety_or_intended_use",
        "data_interpretation",
        "modified_algorithm",
        "database_structure",
        "operating_platform",
        "architecture",
        "user_interface",
        "interoperability",
    }
)


def put(ctx: Context) -> None:
    """Put the registrations on the bench."""
    for identifier in ctx.device.identifiers:
        if identifier.scheme in {"udi_di", "eudamed_di"}:
            _put_identifier(ctx, identifier)
    for version in ctx.device.versions:
        if version.changes:
            _find_udi_decision(ctx, version)
    operators = [ctx.organisation(role) for role in ("manufacturer", "authorised_representative")]
    for operator in {one.key: one for one in operators if one}.values():  # one may hold both roles
        _put_operator(ctx, operator)
    for presence in ctx.device.ce_marking.market:
        if ctx.clock.happened(presence.first_placed_on):
            find_unregistered(
                ctx,
                "mdr.srn_before_market",
                presence.first_placed_on,
                "placed_without_srn",
                gettext_noop(
                    "The device was placed on %(day)s, before the registration of the manufacturer."
                ),
                f"ce_marking.market[{presence.key}]",
            )


def find_unregistered(ctx: Context, rule: str, day: date | None, code: str, message: str, fact: str) -> None:
    """Say when the maker registered after an act that asks for it, or, in a whole record, not at all.

    MDR Art. 31(1), IVDR Art. 28(1); an act before the use of EUDAMED became mandatory asks for nothing.
    """
    maker = ctx.organisation("manufacturer")
    if maker is None or day is None or ctx.value(rule, day) is None:
        return
    submitted = min((one.submitted_on for one in maker.actor_registrations if one.submitted_on), default=None)
    if submitted <= day if submitted else not ctx.keeps("ce_marking"):
        return
    ctx.find(code, "ce_marking", "attention", ctx.reason(text(message, day=day), rule=rule, fact=fact))


def needs_new_udi_di(version: Version) -> bool:
    """Return whether the changes of a version ask for a new UDI-DI (MDR Annex VI part C 6.5.2)."""
    return not _NEW_UDI_DI.isdisjoint(version.changes)


def _put_identifier(ctx: Context, identifier: Identifier) -> None:
    """The limit holds for each UDI-DI by itself: its first unit decides, not that of the model."""
    placed, mandatory = identifier.first_unit_placed_on, fixed_date(ctx, "eudamed.mandatory_use")
    if placed is None or mandatory is None:
        return
    fact = f"identifiers[{identifier.key}]"
    if placed >= mandatory:
        ctx.until(NEW, placed, fact=fact, met_on=identifier.registered_on, n=identifier.key)
    elif not _placing_ended_before(ctx, mandatory):
        ctx.fixed(EXISTING, fact=fact, met_on=identifier.registered_on, n=identifier.key)
    elif identifier.registered_on is None:
        message = gettext_noop("Last placed before EUDAMED became mandatory: not to be registered.")
        ctx.find("not_to_register", "ce_marking", "info", ctx.reason(text(message), rule=EXISTING, fact=fact))


def _placing_ended_before(ctx: Context, day: date) -> bool:
    """Return whether the last unit was placed before a day: what is no longer placed is not registered."""
    last = [one.last_placed_on for one in ctx.device.ce_marking.market if one.last_placed_on]
    return bool(last) and max(last) < day


def _find_udi_decision(ctx: Context, version: Version) -> None:
    new_di = needs_new_udi_di(version)
    message = (
        gettext_noop("Version %(number)s takes a new UDI-DI.")
        if new_di
        else gettext_noop("Version %(number)s keeps its UDI-DI and takes a new UDI-PI.")
    )
    reason = ctx.reason(
        text(message, number=version.number), rule="mdr.udi_di_change", fact=f"versions[{version.key}]"
    )
    decision = "new_udi_di" if new_di else "new_udi_pi_only"
    ctx.find("udi_decision", "ce_marking", "info", reason, {"version": version.key, "decision": decision})


def _put_operator(ctx: Context, organisation: Organisation) -> None:
    by_number: dict[str, list[ActorRegistration]] = defaultdict(list)
    for entry in organisation.actor_registrations:
        by_number[entry.srn].append(entry)
        if ctx.clock.happened(entry.data_changed_on):
            ctx.deadline(
                "mdr.srn_change_update",
                trigger=entry.data_changed_on,
                fact=f"organisations[{organisation.key}].actor_registrations[{entry.key}]",
                met_on=entry.updated_on,
            )
    for entries in by_number.values():
        _put_confirmations(ctx, organisation.key, entries)


def _put_confirmations(ctx: Context, organisation: str, entries: list[ActorRegistration]) -> None:
    """Put the confirmations of one registration. Each meets the first limit that no earlier one has met.

    A limit that is over is not shown where the confirmation may have been made and is not recorded.
    """
    submitted = [one for one in entries if one.submitted_on and ctx.clock.reached(one.submitted_on)]
    if not submitted:
        return
    first = min(submitted, key=lambda one: (one.submitted_on or date.max, one.key))
    fact = f"organisations[{organisation}].actor_registrations[{first.key}]"
    confirmed = sorted(
        one.confirmed_on for one in entries if one.confirmed_on and ctx.clock.reached(one.confirmed_on)
    )
    opens, missing = first.submitted_on or date.min, False
    for number, (rule, trigger, limit, binds) in enumerate(_limits(ctx, opens)):
        met_on = next((day for day in confirmed if day > opens), None)
        opens = max(limit, met_on or limit)
        unknown = met_on is None and ctx.clock.passed(limit) and not ctx.keeps("ce_marking")
        if unknown or not binds:
            continue
        ctx.deadline(rule, trigger=trigger, fact=fact, met_on=met_on, n=str(number) if number else "")
        if met_on is None and not missing:
            missing = True
            _find_measures(ctx, limit, fact)


def _limits(ctx: Context, submitted: date) -> Iterator[tuple[str, date, date, bool]]:
    """Yield rule, trigger and day of the first limit and of those every second year, up to the next to come.

    Last comes whether the limit binds: one before the use of EUDAMED became mandatory does not.
    """
    rule, trigger = FIRST, submitted
    while (limit := ctx.last_day(rule, trigger)) is not None:
        governing = ctx.value(rule, trigger)
        yield rule, trigger, limit, governing is not None and limit >= governing.applies
        if rule == PERIODIC and not ctx.clock.reached(limit):
            return
        rule, trigger = PERIODIC, limit


def _find_measures(ctx: Context, limit: date, fact: str) -> None:
    """Say from when a Member State may act on a confirmation that is not made."""
    start = ctx.last_day("mdr.srn_measures", limit)
    if start is None:
        return
    message = gettext_noop("Without confirmation, a Member State may take measures from %(day)s.")
    reason = ctx.reason(text(message, day=start), rule="mdr.srn_measures", fact=fact)
    values = {"limit": limit.isoformat(), "measures_possible_from": start.isoformat()}
    if ctx.clock.passed(limit):
        ctx.find("srn_confirmation_not_made", "ce_marking", "attention", reason, values)
    else:
        ctx.find("srn_confirmation_due", "ce_marking", "info", reason, values)
