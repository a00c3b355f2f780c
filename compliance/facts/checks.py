"""What facts must satisfy beyond their form: codes that are right, names that name something."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from compliance.facts.errors import Problem
from compliance.facts.form import Item, Portfolio, Record
from compliance.law.facts import Device, Organisation
from compliance.law.facts.base import Value
from compliance.law.facts.ce_marking import Audit, Certificate, NotifiedBodyApplication
from compliance.law.facts.devices import ActorRegistration, Identifier
from compliance.law.facts.procedures import Procedure
from compliance.law.facts.reimbursement import Listing
from compliance.law.text import Param, gettext_noop
from devices.identifiers import IdentifierError, Kind, check

ROLES = ("owner", "manufacturer", "exploitant", "authorised_representative", "host")

_CODES: dict[type[Value], Callable[[Any], dict[str, Kind]]] = {
    Device: lambda one: {"emdn": Kind.EMDN},
    Organisation: lambda one: {"siren": Kind.SIREN, "srn": Kind.SRN},
    ActorRegistration: lambda one: {"srn": Kind.SRN},
    Identifier: lambda one: {} if one.scheme == "catalogue" else {"value": Kind(one.scheme)},
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
        name = (item.kind.path, item.value.key)
        seen[name] += 1
        if seen[name] > 1:
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
    sources = sources | portfolio.keys.get("sources", set())
    organisations = organisations | portfolio.keys.get("organisations", set())
    for records in (portfolio.organisations, portfolio.devices):
        records[:] = [_checked(portfolio, record) for record in records]
        for record in records:
            portfolio.problems += device_problems(record.items)
            for path, value in [(record.path, record.own), *((one.path, one.value) for one in record.items)]:
                portfolio.problems += unknown_keys(value, sources, organisations, path)
        _report_repeated(portfolio, [(within(one.path, "key"), one.key) for one in records if one.key])
    _report_repeated(portfolio, [(within(path, "key"), one.key) for path, one in portfolio.sources])
    udi = [
        (within(item.path, "value"), item.value.value)
        for record in portfolio.devices
        for item in record.items
        if isinstance(item.value, Identifier) and item.value.scheme == "udi_di"
    ]
    _report_repeated(portfolio, udi)


def _checked(portfolio: Portfolio, record: Record) -> Record:
    """Return the record with its codes in their stored form; a fact with a wrong one is left as it is."""
    own, problems = checked_codes(record.own, record.path) if record.own else (None, [])
    portfolio.problems += problems
    items = []
    for item in record.items:
        value, problems = checked_codes(item.value, item.path)
        portfolio.problems += problems
        items.append(Item(item.path, item.kind, value))
    return Record(record.path, record.key, own, tuple(items))


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


def _report_repeated(portfolio: Portfolio, places: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for path, value in places:
        if value in first:
            message = gettext_noop("%(value)s stands already at %(first)s.")
            params: dict[str, Param] = {"value": value, "first": first[value]}
            portfolio.problems.append(Problem(path, "duplicate", message, params))
        first.setdefault(value, path)
