"""Import of a facts file into the database: all or nothing, and again changes nothing.

A source, an organisation or a device in the file is described whole: what the file does not say of it is not
recorded any more. What the file does not name at all is left alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.facts import values, writing
from compliance.facts.checks import check_portfolio
from compliance.facts.errors import FactError, Problem
from compliance.facts.form import Item, Portfolio, Record, read_portfolio
from compliance.facts.operations import affected_devices, audit_changes, lock
from compliance.facts.parsing import parse
from compliance.facts.permissions import permit
from compliance.facts.writing import Change
from compliance.law.text import gettext_noop
from devices.models import Device, Organisation, Source


@dataclass(frozen=True, slots=True)
class Report:
    """What an import read, and how many rows it recorded, amended and retracted."""

    sources: int
    organisations: int
    devices: int
    recorded: int
    amended: int
    retracted: int


@transaction.atomic
def import_file(
    *, actor: Actor, content: bytes, name: str, at: datetime, owner: str | None = None, dry_run: bool = False
) -> Report:
    """Load a facts file and return what it changed. Raises FactError with every problem, nothing is written.

    ``name`` tells JSON from YAML, ``owner`` is the key of the organisation that keeps the record of the
    devices whose owner the file leaves out. With ``dry_run`` all is done, then undone.
    """
    parsed = parse(content, name)
    portfolio = read_portfolio(parsed.data)
    _take_turns()
    sources, organisations = (
        set(model.objects.values_list("key", flat=True)) for model in (Source, Organisation)
    )
    check_portfolio(portfolio, sources, organisations)
    if owner:
        _give_owner(portfolio, owner, organisations)
    problems = parsed.problems + portfolio.problems
    changes = list(_changes(portfolio))
    for device in _changed(changes, Device):
        permit(actor, device)
    seen = {one.path for one in problems}
    problems += [one for one in writing.apply(changes, writing.Keys()) if one.path not in seen]
    if problems:
        raise FactError(parsed.located(problems))
    _finish(actor, changes, at)
    if dry_run:
        transaction.set_rollback(True)
    return Report(
        sources=len(portfolio.sources),
        organisations=len(portfolio.organisations),
        devices=len(portfolio.devices),
        recorded=sum(one.before is None for one in changes),
        amended=sum(bool(one.before and one.after) for one in changes),
        retracted=sum(one.after is None for one in changes),
    )


def _take_turns() -> None:
    """Wait for the end of another import: two of them could wait for each other's rows for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import', 0))")


def _give_owner(portfolio: Portfolio, owner: str, organisations: set[str]) -> None:
    if owner not in organisations | portfolio.keys.get("organisations", set()):
        message = gettext_noop("No organisation has the key %(name)s.")
        portfolio.problems.append(Problem("", "unknown_organisation", message, {"name": owner}))
    for n, record in enumerate(portfolio.devices):
        if record.own and record.own.owner is None:
            own = record.own.model_copy(update={"owner": owner})
            portfolio.devices[n] = Record(record.path, record.key, own, record.items)


def _changes(portfolio: Portfolio) -> Iterator[Change]:
    """Yield what differs between the file and what is recorded, in an order in which it can be written.

    All rows that will be written or assessed are locked before, so that no other writer can be met half-way.
    """
    organisations = _rows(Organisation, portfolio.organisations)
    lock(affected_devices(list(organisations.values())))
    devices = _rows(Device, portfolio.devices)
    sources = [Record(path, one.key, one, ()) for path, one in portfolio.sources]
    yield from _record_changes("source", sources, _rows(Source, sources), {})
    recorded = values.organisations_by_id(row.pk for row in organisations.values())
    yield from _record_changes("organisation", portfolio.organisations, organisations, recorded)
    recorded = values.device_values(row.pk for row in devices.values())
    yield from _record_changes("device", portfolio.devices, devices, recorded)


def _rows(model: type[models.Model], records: Iterable[Record]) -> dict[str, Any]:
    """Return the recorded rows that the file describes, by key, locked."""
    value_class = model.value_class  # type: ignore[attr-defined]
    keys = [one.key for one in records if one.key]
    return {row.key: row for row in lock(values.fetched(model, value_class).filter(key__in=keys))}


_MODELS: dict[str, type[models.Model]] = {"source": Source, "organisation": Organisation, "device": Device}


def _record_changes(
    name: str, records: Iterable[Record], rows: dict[str, Any], recorded: dict[Any, Any]
) -> Iterator[Change]:
    """Yield the changes of the subjects; of a key that stands twice only the first counts."""
    seen = set()
    for record in records:
        if record.key in seen:
            continue
        seen.add(record.key)
        row = rows.get(record.key or "") or _MODELS[name]()
        before = None if row._state.adding else values.read(row, type(row).value_class)
        if record.own and record.own != before:
            yield Change(row, name, row, before, record.own, record.path)
        if not isinstance(row, Source):
            yield from _fact_changes(row, record.items, recorded.get(row.pk))


def _fact_changes(row: Any, items: Iterable[Item], recorded: Any) -> Iterator[Change]:
    before = {(one.kind.path, one.value.key): one for one in (values.items_of(recorded) if recorded else ())}
    after: dict[tuple[str, str], Item] = {}
    for item in items:
        after.setdefault((item.kind.path, item.value.key), item)
    for name in [*after, *(one for one in before if one not in after)]:
        old, new = before.get(name), after.get(name)
        if old and new and old.value == new.value:
            continue
        kind = (new or before[name]).kind
        link = {kind.subject: row}
        fact = kind.model._default_manager.get(**link, key=name[1]) if old else kind.model(**link)
        yield Change(
            row,
            name[0],
            fact,
            old.value if old else None,
            new.value if new else None,
            new.path if new else "",
        )


def _changed(changes: Iterable[Change], model: type[models.Model]) -> list[Any]:
    """Return the rows of the model that the changes concern, each once."""
    found = {one.subject.pk: one.subject for one in changes if isinstance(one.subject, model)}
    return list(found.values())


def _finish(actor: Actor, changes: list[Change], at: datetime) -> None:
    """Audit the changes, one event for each subject, and assess every device that they concern."""
    by_subject: dict[Any, list[Change]] = {}
    for change in changes:
        by_subject.setdefault(change.subject, []).append(change)
    for subject, its_changes in by_subject.items():
        audit_changes(actor, subject, its_changes, Action.RECORD_IMPORTED, "", at)
    devices = _changed(changes, Device)
    for device in devices:
        permit(actor, device)
    others = affected_devices(_changed(changes, Organisation))
    reassess(devices=[*devices, *others], today=timezone.localdate(at), at=at)
