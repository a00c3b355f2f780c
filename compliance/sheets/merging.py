"""The lines of a workbook laid over what is recorded: a facts file that describes whole what they change.

A line adds or corrects; what the workbook does not hold stays as it is recorded.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.facts import values
from compliance.facts.reading import kinds_of
from compliance.law.text import gettext_noop
from compliance.sheets.cells import UNSET, CellError
from compliance.sheets.entries import Entry, Fact, Merged, Part, recorded_fact, write_facts_file
from compliance.sheets.layout import MARK, POSITION, SUBJECTS, sheets
from compliance.sheets.reading import Book, Line
from devices import wall
from devices.models import Device, Organisation, Role, Source, User
from devices.queries import KEEP_RECORDS, Caller, editable_devices

_NOT_YOURS = gettext_noop("This entry is not yours to change: put the line back as it was, or take it out.")


def merge(book: Book, user: User) -> Merged:
    """Return the facts file that the lines make of what the person keeps; add to the faults of the book."""
    return _Merging(book, user).done()


class _Merging:
    def __init__(self, book: Book, user: User) -> None:
        self.book, self.merged = book, Merged()
        caller = Caller(user)
        self.administrator = Role.ADMINISTRATOR in caller.held
        self.kept = {one for role in KEEP_RECORDS for one in caller.held.get(role, ())}
        self.entries: dict[tuple[str, str], Entry] = {}
        self.editable = editable_devices(caller)

    def done(self) -> Merged:
        lines = self.book.lines
        self._load({path: _named(lines, path) for path in SUBJECTS})
        for line in lines:
            if line.sheet.kind is None:
                self._subject(line)
        for line in lines:
            if line.sheet.kind and not line.sheet.part:
                self._fact(line)
        for line in lines:
            if line.sheet.part:
                self._part(line)
        write_facts_file(self.entries.values(), self.merged)
        return self.merged

    # --- What is recorded ---

    def _load(self, keys: Mapping[str, set[str]]) -> None:
        for source in Source.objects.filter(key__in=keys["sources"]):
            self._recorded("sources", values.source_value(source))
        organisations = Organisation.objects.filter(key__in=keys["organisations"]).values_list(
            "pk", flat=True
        )
        for organisation in values.organisations_by_id(organisations).values():
            self._recorded("organisations", organisation)
        own = self.editable.filter(key__in=keys["devices"]).values_list("pk", flat=True)
        for device in values.device_values(own).values():
            self._recorded("devices", device)
        with wall.system():  # a key is taken by whatever device, in view or not
            taken = set(Device.objects.filter(key__in=keys["devices"]).values_list("key", flat=True))
        self.foreign = {key for key in taken if ("devices", key) not in self.entries}
        houses = Organisation.objects.filter(pk__in=self.kept).values_list("key", flat=True)
        self.houses = frozenset(houses)

    def _recorded(self, path: str, value: Any) -> None:
        data = values.as_json(value)
        entry = Entry(path, data, new=False)
        for place, kind in kinds_of(type(value)).items():
            holder = data
            for name in place[:-1]:
                holder = holder.get(name, {})
            for fact in holder.get(place[-1], ()):
                entry.facts[kind.path, fact["key"]] = recorded_fact(fact, kind.parts)
        for head in {place[0] for place in kinds_of(type(value))}:
            data.pop(head, None)
        self.entries[path, value.key] = entry

    # --- Lines ---

    def _subject(self, line: Line) -> None:
        key = self._key(line, "key")
        if key is None:
            return
        path = line.sheet.path
        if key in self.foreign and path == "devices":
            message = gettext_noop("This key is taken: choose another one.")
            self.book.fault(line.place(), "duplicate_key", message)
            return
        entry = self.entries.setdefault((path, key), Entry(path, {"key": key}, new=True))
        if entry.line is not None:
            self._twice(line, entry.line)
            return
        entry.line = line
        if path == "devices" and entry.new:
            self._own(entry, line)
        changed = self._overlay(line, entry.data) or entry.new
        if changed and not self._may_write(entry):
            self.book.fault(line.place(), "forbidden", _NOT_YOURS)
            entry.barred = True
        else:
            self._counted(entry, changed)

    def _own(self, entry: Entry, line: Line) -> None:
        """Give a new device to the organisation of the person, who has only one."""
        if "owner" in line.data:
            return
        if len(self.houses) == 1:
            entry.data["owner"] = next(iter(self.houses))
        elif not self.administrator:
            message = gettext_noop("Say which organisation keeps the record: more than one may.")
            self.book.fault(line.place("owner"), "missing", message)

    def _may_write(self, entry: Entry) -> bool:
        if self.administrator:
            return True
        key = entry.data["key"]
        if entry.path == "devices":
            return entry.data.get("owner") in self.houses
        return key in self.houses if entry.path == "organisations" else entry.new and bool(self.houses)

    def _fact(self, line: Line) -> None:
        entry = self._entry(line)
        if entry is None:
            return
        kind, given = line.sheet.path, line.data.get("key")
        if isinstance(given, CellError):
            return
        if given is None or given is UNSET:
            given = self._same(entry, line) or _free_key(entry, line)
        key = str(given)
        fact = entry.facts.get((kind, key))
        if fact is not None and fact.line is not None:
            self._twice(line, fact.line)
            return
        if line.data.get(MARK) == "remove":
            self._remove(entry, line, fact, key)
            return
        new = fact is None
        if fact is None:
            fact = Fact({"key": key}, {name: [] for name in line.sheet.kind.parts})  # type: ignore[union-attr]
            entry.facts[kind, key] = fact
        fact.line = line
        self._counted(entry, self._overlay(line, fact.data) or new)

    def _remove(self, entry: Entry, line: Line, fact: Fact | None, key: str) -> None:
        if fact is None:
            self._nothing_there(line)
            return
        fact.line = line
        self.merged.removed.add((entry.data["key"], line.sheet.path, key))
        entry.changed = True

    def _part(self, line: Line) -> None:
        entry = self._entry(line)
        key = self._key(line, "key") if entry else None
        if entry is None or key is None:
            return
        path = line.sheet.kind.path if line.sheet.kind else ""
        fact = entry.facts.get((path, key))
        if fact is None or (entry.data["key"], path, key) in self.merged.removed:
            message = gettext_noop(
                "No entry has this key in the sheet of %(kind)s: write the key as it stands there."
            )
            self.book.fault(line.place(), "unknown_key", message, kind=str(sheets()[path].label))
            return
        parts = fact.parts[line.sheet.part]
        number = line.data.get(POSITION)
        if isinstance(number, CellError):
            return
        found = next((one for one in parts if one.position == number), None)
        if number is None or number is UNSET:
            found = self._same_part(parts, line)
            number = found.position if found else max((one.position for one in parts), default=0) + 1
        if found is not None and found.line is not None:
            self._twice(line, found.line, POSITION)
            return
        if line.data.get(MARK) == "remove":
            if found is None:
                self._nothing_there(line)
                return
            parts.remove(found)
            entry.changed = True
            return
        new = found is None
        if found is None:
            found = Part({}, number)
            parts.append(found)
        found.line = line
        self._counted(entry, self._overlay(line, found.data) or new)

    def _counted(self, entry: Entry, changed: bool) -> None:
        if changed:
            entry.changed = True
        else:
            self.merged.unchanged += 1

    def _entry(self, line: Line) -> Entry | None:
        """Return the subject of a line; add a fault where it is neither recorded nor in the workbook."""
        subject = line.sheet.subject
        key = self._key(line, subject)
        if key is None:
            return None
        entry = self.entries.get((f"{subject}s", key))
        if entry is None:
            message = gettext_noop(
                "No record that you keep has this key, and the workbook adds none: write the key as "
                "it stands in its sheet."
            )
            self.book.fault(line.place(subject), "unknown_subject", message)
        elif subject == "organisation" and not entry.new and not self._may_write(entry):
            if self._would_change(entry, line):
                self.book.fault(line.place(subject), "forbidden", _NOT_YOURS)
            return None
        elif entry.line is None:
            entry.line = line
        return entry

    def _would_change(self, entry: Entry, line: Line) -> bool:
        fact = entry.facts.get((line.sheet.path, str(line.data.get("key"))))
        return fact is None or MARK in line.data or self._overlay(line, dict(fact.data), counted=False)

    def _key(self, line: Line, name: str) -> str | None:
        key = line.data.get(name)
        if isinstance(key, CellError):
            return None
        if key is None or key is UNSET:
            self.book.fault(line.place(name), "missing", gettext_noop("This field is required."))
            return None
        return str(key)

    def _twice(self, line: Line, first: Line, name: str = "key") -> None:
        message = gettext_noop("This entry stands already in line %(row)d: keep one of the two lines.")
        self.book.fault(line.place(name), "duplicate", message, row=first.row)

    def _nothing_there(self, line: Line) -> None:
        message = gettext_noop(
            "Nothing with this key is recorded, so nothing can be taken out: correct the key."
        )
        self.book.fault(line.place(), "unknown_key", message)

    def _overlay(self, line: Line, data: dict[str, Any], *, counted: bool = True) -> bool:
        """Write the cells of a line into the data of its entry; return whether anything changes."""
        changed = False
        for column in line.sheet.columns:
            name = column.name
            if name in (MARK, POSITION, line.sheet.subject) or (name == "key" and line.sheet.kind):
                continue
            if name not in line.data:
                if name in data and name in line.columns and counted:
                    self.merged.kept.append(line.place(name))
                continue
            value = line.data[name]
            if isinstance(value, CellError):
                continue
            default = list(column.default) if isinstance(column.default, tuple) else column.default
            before = data.get(name)
            if value is UNSET or (value == default and not column.required):
                data.pop(name, None)
            else:
                data[name] = value
            changed |= before != data.get(name)
        return changed

    def _same(self, entry: Entry, line: Line) -> str | None:
        """Return the key of a fact that says just what a line without a key says."""
        for (kind, key), fact in entry.facts.items():
            if kind == line.sheet.path and fact.line is None and self._equal(line, fact.data):
                return key
        return None

    def _same_part(self, parts: Iterable[Part], line: Line) -> Part | None:
        return next((one for one in parts if one.line is None and self._equal(line, one.data)), None)

    def _equal(self, line: Line, data: Mapping[str, Any]) -> bool:
        said: dict[str, Any] = {}
        self._overlay(line, said, counted=False)
        names = {one.name for one in line.sheet.columns}
        return said == {name: one for name, one in data.items() if name in names and name != "key"}


def _named(lines: Iterable[Line], path: str) -> set[str]:
    """Return the keys of the subjects that the lines are about."""
    names = {(line, line.sheet.subject or "key") for line in lines if line.sheet.subjects == path}
    return {key for line, name in names if isinstance(key := line.data.get(name), str)}


def _free_key(entry: Entry, line: Line) -> str:
    """Return a key that no fact of this kind and subject has."""
    taken = {key for kind, key in entry.facts if kind == line.sheet.path}
    return line.sheet.kind.next_key(taken)  # type: ignore[union-attr]
