"""Import of a facts file into the database: all or nothing, and again changes nothing.

A source, an organisation or a device in the file is described whole: what the file does not say of it is not
recorded any more. What the file does not name at all is left alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import acting, take_turns
from compliance.facts import values, writing
from compliance.facts.checks import check_portfolio
from compliance.facts.errors import FactError, Problem, given_reason, stale
from compliance.facts.kinds import KINDS
from compliance.facts.operations import affected_devices, audit_changes, chains, lock
from compliance.facts.parsing import parse
from compliance.facts.permissions import permit, permit_owner
from compliance.facts.reading import Item, Portfolio, Record, read_portfolio
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import of a file would do: its changes as far as they are sound, and all that is wrong."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def digest(self) -> str:
        """Return what the import is told (``seen``) so that it does these changes and no other."""
        return digest(self.changes)


@transaction.atomic
def import_file(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    reason: str = "",
    at: datetime,
    owner: str | None = None,
    seen: str | None = None,
    dry_run: bool = False,
) -> Report:
    """Load a facts file and return what it changed. Raises FactError with every problem, nothing is written.

    ``name`` tells JSON from YAML, ``owner`` is the key of the organisation that keeps the record of the
    devices whose owner the file leaves out. A file that corrects or removes what is recorded needs a
    ``reason``. ``seen`` is the digest of the changes that the author saw: others are refused. With
    ``dry_run`` all is done, then undone.
    """
    portfolio, changes, problems = _written(actor, content, name, owner, at)
    if seen is not None and (problems or seen != digest(changes)):
        raise stale()
    if problems:
        raise FactError(problems)
    if any(one.before is not None for one in changes) and not dry_run:
        given_reason(reason)
    _finish(actor, changes, reason.strip(), at)
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


@transaction.atomic
def preview_file(*, actor: Actor, content: bytes, name: str, at: datetime) -> Preview:
    """Return what an import would do, nothing is written. Raises FactError where the author may not write.

    A fact that is not sound stands among the changes as one taken out.
    """
    _portfolio, changes, problems = _written(actor, content, name, None, at)
    transaction.set_rollback(True)
    return Preview(tuple(changes), tuple(problems))


def digest(changes: Iterable[Change]) -> str:
    """Return one text for these changes, another for any others."""
    said = [
        [one.name, one.subject.key, *(value and values.as_json(value) for value in (one.before, one.after))]
        for one in changes
    ]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _written(
    actor: Actor, content: bytes, name: str, owner: str | None, at: datetime
) -> tuple[Portfolio, list[Change], list[Problem]]:
    """Write the facts of a file; return what could be read, what was written, and all that is wrong."""
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
    _find_rows(changes)
    subjects = _changed(changes, Source, Organisation, Device)
    permit(actor, *(one for one in subjects if isinstance(one, Source) or not one._state.adding))
    known = {one.path for one in problems}
    with acting(actor, at):
        problems += [one for one in writing.apply(changes) if one.path not in known]
    return portfolio, changes, parsed.located(problems)


def _take_turns() -> None:
    """Wait for the end of another import: two of them could wait for each other's rows for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import', 0))")


def _give_owner(portfolio: Portfolio, owner: str, organisations: set[str]) -> None:
    if owner not in organisations | {one.own.value.key for one in portfolio.organisations}:
        message = gettext_noop("No organisation has the key %(name)s.")
        portfolio.problems.append(Problem("", "unknown_organisation", message, {"name": owner}))
    for n, record in enumerate(portfolio.devices):
        if record.own.value.owner is None:
            own = record.own.value.model_copy(update={"owner": owner})
            portfolio.devices[n] = replace(record, own=replace(record.own, value=own))


def _changes(portfolio: Portfolio) -> Iterator[Change]:
    """Yield what differs between the file and what is recorded, in an order in which it can be written.

    All rows that will be written or assessed are locked before, so that no other writer can be met half-way.
    """
    organisations = _rows(Organisation, portfolio.organisations)
    lock(affected_devices(list(organisations.values())))
    devices = _rows(Device, portfolio.devices)
    yield from _record_changes(Source, portfolio.sources, _rows(Source, portfolio.sources), {})
    known = values.organisations_by_id(row.pk for row in organisations.values())
    yield from _record_changes(Organisation, portfolio.organisations, organisations, known)
    held = values.device_values(row.pk for row in devices.values())
    yield from _record_changes(Device, portfolio.devices, devices, held)


def _rows(model: Any, records: Iterable[Record]) -> dict[str, Any]:
    """Return the recorded rows that the file describes, by key, locked."""
    keys = [one.own.value.key for one in records if one.own.value.key]
    return {row.key: row for row in lock(values.fetched(model, model.value_class).filter(key__in=keys))}


def _record_changes(
    model: Any, records: Iterable[Record], rows: Mapping[str, Any], recorded: Mapping[Any, Any]
) -> Iterator[Change]:
    """Yield the changes of the subjects; of a key that stands twice only the first counts."""
    first: dict[str, Record] = {}
    for record in records:
        own = record.own.value
        if own.key and first.setdefault(own.key, record) is not record:
            continue
        row = rows.get(own.key) or model()
        before = None if row._state.adding else values.read(row, model.value_class)
        if record.own.sound and own != before:
            yield Change(row, model._meta.model_name, row, before, own, record.own.path)
        yield from _fact_changes(row, record.items, recorded.get(row.pk))


def _fact_changes(row: Any, items: Iterable[Item], recorded: Any) -> Iterator[Change]:
    """Yield the changes of the facts; one that is not sound is taken out of the way of the others."""
    before = {_name(one): one for one in (values.items_of(recorded) if recorded else ())}
    after: dict[tuple[Any, str], Item] = {}
    for item in items:
        if item.sound:
            after.setdefault(_name(item), item)
    for name in [*after, *(one for one in before if one not in after)]:
        old, new = before.get(name), after.get(name)
        if old and new and old.value == new.value:
            continue
        kind = name[0]
        yield Change(
            row,
            kind.path,
            None if old else kind.model(**{kind.subject: row}),
            old.value if old else None,
            new.value if new else None,
            new.path if new else "",
        )


def _find_rows(changes: Iterable[Change]) -> None:
    """Give the changes of recorded facts the rows that they are about: a query for each kind."""
    wanted: dict[str, list[Change]] = {}
    for change in changes:
        if change.row is None:
            wanted.setdefault(change.name, []).append(change)
    for path, several in wanted.items():
        model, subject = KINDS[path].model, KINDS[path].subject
        named = {
            f"{subject}__in": [one.subject.pk for one in several],
            "key__in": [one.key for one in several],
        }
        found = {
            (getattr(row, f"{subject}_id"), row.key): row for row in model._default_manager.filter(**named)
        }
        for one in several:
            one.row = found[one.subject.pk, one.key]


def _name(item: Item) -> tuple[Any, str]:
    return (item.kind, item.value.key)


def _changed(changes: Iterable[Change], *classes: type[models.Model]) -> list[Any]:
    """Return the subjects of these classes that the changes concern, each once."""
    found = {one.subject.pk: one.subject for one in changes if isinstance(one.subject, classes)}
    return list(found.values())


def _finish(actor: Actor, changes: list[Change], reason: str, at: datetime) -> None:
    """Audit the changes, one event for each subject, and assess every device that they concern."""
    by_subject: dict[Any, list[Change]] = {}
    for change in changes:
        by_subject.setdefault(change.subject, []).append(change)
    permit(actor, *_changed(changes, Organisation, Device))
    for change in changes:
        was = change.before.published if change.name == "device" and change.before else False
        if change.name == "device" and change.after.published != was:
            permit_owner(actor, change.subject.owner)
    others = affected_devices(_changed(changes, Organisation))
    reassess(devices=[*_changed(changes, Device), *others], today=timezone.localdate(at), at=at)
    take_turns(one for subject, its_changes in by_subject.items() for one in chains(subject, its_changes))
    for subject, its_changes in by_subject.items():
        audit_changes(actor, subject, its_changes, Action.RECORD_IMPORTED, reason, at)
