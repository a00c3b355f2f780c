"""What facts must satisfy beyond their form: codes that are right, names that name something."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from compliance.facts.errors import Problem
from compliance.facts.reading import Item, Portfolio, Record
from compliance.law.facts import Device, Organisation
from compliance.law.facts.base import Value
from compliance.law.facts.ce_marking import Audit, Certificate, NotifiedBodyApplication
from compliance.law.facts.devices import ActorRegistration, Identifier
from compliance.law.facts.procedures import Procedure
from compliance.law.facts.reimbursement import Listing
from compliance.law.text import Param, gettext_noop
from devices.identifiers import CHECKERS, IdentifierError, Kind, check

ROLES = ("owner", "manufacturer", "exploitant", "authorised_representative", "host")

# The facts that name each other within a device.
CROSS_NAMED = (Certificate, Listing, Procedure)

_CODES: dict[type[Value], Callable[[Any], dict[str, Kind]]] = {
    Device: lambda one: {"emdn": Kind.EMDN},
    Organisation: lambda one: {"siren": Kind.SIREN, "srn": Kind.SRN},
    ActorRegistration: lambda one: {"srn": Kind.SRN},
    Identifier: lambda one: {"value": Kind(one.scheme)} if one.scheme in CHECKERS else {},
    Listing: lambda one: {"code": Kind.LPP_CODE} if one.list == "lppr" else {},
    Certificate: lambda one: {"notified_body": Kind.NOTIFIED_BODY},
    NotifiedBodyApplication: lambda one: {"notified_body": Kind.NOTIFIED_BODY},
    Audit: lambda one: {"notified_body": Kind.NOTIFIED_BODY},
}


def within(path: str, name: str) -> str:
    """Return the path of a field within the value at ``path``; either may be empty."""
    return ".".join(part for part in (path, name) if part)


def checked_codes(value: Any, path: str = "") -> tuple[Any, list[Problem]]:
    """Return the value with its codes in their stored form, and the codes that are wrong."""
    fields = _CODES.get(type(value), lambda one: {})(value)
    stored, problems = {}, []
    for name, kind in fields.items():
        if code := getattr(value, name):
            try:
                stored[name] = check(kind, code).normalised
            except IdentifierError as error:
                problems.append(Problem(within(path, name), error.code, error.message, error.params))
    return value.model_copy(update=stored), problems


def device_problems(items: Iterable[Item]) -> Iterator[Problem]:
    """Yield what is wrong between the facts of one device, or of one organisation."""
    items = tuple(items)
    seen: Counter[tuple[str, str]] = Counter()
    for item in items:
        name = (item.kind.path if item.kind else "", item.value.key)
        seen[name] += 1
        if seen[name] > 1 and item.value.key is not None:
            message = gettext_noop("The key %(key)s stands twice in this list.")
            yield Problem(within(item.path, "key"), "duplicate_key", message, {"key": item.value.key})
    listings = {item.value.key for item in items if isinstance(item.value, Listing)}
    certificates = [item.value for item in items if isinstance(item.value, Certificate)]
    for item in items:
        if isinstance(item.value, Procedure) and item.value.listing:
            if item.value.listing not in listings:
                message = gettext_noop("No listing of this device has the key %(name)s.")
                yield _unknown(item, "listing", message)
        elif isinstance(item.value, Certificate):
            yield from _unknown_certificates(item, certificates)


def _unknown(item: Item, name: str, message: str) -> Problem:
    params: dict[str, Param] = {"name": getattr(item.value, name)}
    return Problem(within(item.path, name), f"unknown_{name}", message, params)


def _unknown_certificates(item: Item, certificates: list[Certificate]) -> Iterator[Problem]:
    others = {name for one in certificates if one.key != item.value.key for name in (one.key, one.number)}
    for field in ("supplement_of", "extends"):
        if (name := getattr(item.value, field)) and name not in others:
            message = gettext_noop("No other certificate of this device has the key or number %(name)s.")
            yield _unknown(item, field, message)


def check_portfolio(portfolio: Portfolio, sources: set[str], organisations: set[str]) -> None:
    """Check what could be read of a file: its problems are added, its codes put in their stored form.

    ``sources`` and ``organisations`` are the keys known besides those of the file.
    """
    sources = sources | {one.own.value.key for one in portfolio.sources}
    organisations = organisations | {one.own.value.key for one in portfolio.organisations}
    for records in (portfolio.sources, portfolio.organisations, portfolio.devices):
        records[:] = [_checked(portfolio, record) for record in records]
        for record in records:
            portfolio.problems += device_problems(record.items)
            for item in (record.own, *record.items):
                portfolio.problems += unknown_keys(item.value, sources, organisations, item.path)
        _report_repeated(portfolio, "key", [one.own for one in records])
    facts = [item for record in portfolio.devices for item in record.items]
    udi = [one for one in facts if isinstance(one.value, Identifier) and one.value.scheme == "udi_di"]
    _report_repeated(portfolio, "value", udi)


def _checked(portfolio: Portfolio, record: Record) -> Record:
    """Return the record with its codes in their stored form; a code that is wrong is left as it is."""
    items = []
    for item in (record.own, *record.items):
        value, problems = checked_codes(item.value, item.path)
        portfolio.problems += problems
        items.append(replace(item, value=value))
    return Record(items[0], tuple(items[1:]))


def unknown_keys(
    value: Any, sources: Collection[str], organisations: Collection[str], path: str = ""
) -> Iterator[Problem]:
    """Yield the keys by which a value names a source or an organisation that is not among those known."""
    name = getattr(value, "source", None)
    if name and name not in sources:
        message = gettext_noop("No source has the key %(name)s.")
        yield Problem(within(path, "source"), "unknown_source", message, {"name": name})
    for role in ROLES if isinstance(value, Device) else ():
        if (name := getattr(value, role)) and name not in organisations:
            message = gettext_noop("No organisation has the key %(name)s.")
            yield Problem(within(path, role), "unknown_organisation", message, {"name": name})


def _report_repeated(portfolio: Portfolio, name: str, items: Iterable[Item]) -> None:
    first: dict[str, str] = {}
    for item in items:
        value, path = getattr(item.value, name), within(item.path, name)
        if value is not None and first.setdefault(value, path) != path:
            message = gettext_noop("%(value)s stands already at %(first)s.")
            params: dict[str, Param] = {"value": value, "first": first[value]}
            portfolio.problems.append(Problem(path, "duplicate", message, params))
