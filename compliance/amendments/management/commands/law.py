"""``manage.py law``: preview and apply a change of the law, show a rule, check that citations still stand."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from compliance.amendments import currency
from compliance.amendments.errors import AmendmentError
from compliance.amendments.operations import apply, read
from compliance.amendments.preview import Record, both_laws, day_of, moved
from compliance.amendments.queries import law_in_force
from compliance.amendments.reference import history, reference
from compliance.assessments.moves import Move
from compliance.assessments.operations import recorded_facts
from compliance.audit.actors import Actor
from compliance.facts.errors import FactError
from compliance.facts.files import read_file
from compliance.law.parameters import Law, current_law
from config import clock
from devices.commands import SystemCommand
from devices.models import Device

_TROUBLE = {"changed", "not_found", "other_version"}


class Command(SystemCommand):
    """``law preview FILE``, ``apply FILE``, ``show RULE``, ``check --legi FOLDER`` and ``table``."""

    help = "Preview, apply, show and check the dated law."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of the five tasks with its arguments."""
        tasks = parser.add_subparsers(dest="task", required=True)
        preview = tasks.add_parser("preview", help="list the devices and deadlines that a text moves")
        preview.add_argument("file", type=Path)
        preview.add_argument(
            "--facts", nargs="+", type=Path, help="facts files, in place of what is recorded"
        )
        preview.add_argument("--on", type=date.fromisoformat, help="default: when the whole text governs")
        preview.add_argument("--json", action="store_true", dest="as_json")
        application = tasks.add_parser("apply", help="put an adopted text into the law in force")
        application.add_argument("file", type=Path)
        application.add_argument("--reason", default="")
        show = tasks.add_parser("show", help="print the whole history of a rule")
        show.add_argument("rule")
        show.add_argument("--shipped", action="store_true", help="as shipped: asks no database")
        check = tasks.add_parser("check", help="compare the French articles cited with consolidated codes")
        check.add_argument("--legi", type=Path, required=True, help="folder of the JSON files of legi-data")
        check.add_argument("--shipped", action="store_true", help="as shipped: asks no database")
        tasks.add_parser("table", help="print docs/law.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the task. Raises CommandError with what is wrong."""
        try:
            getattr(self, f"_{options['task']}")(options)
        except (AmendmentError, FactError) as error:
            raise CommandError(str(error)) from error

    def _preview(self, options: dict[str, Any]) -> None:
        text = read(_content(options["file"]))
        before, after = both_laws(current_law() if options["facts"] else law_in_force(), text)
        known_on = day_of(text, clock.today())
        on = options["on"] or known_on
        records = list(_from_files(options["facts"]) if options["facts"] else _recorded())
        found = list(moved(records, before, after, on=on, known_on=known_on))
        if options["as_json"]:
            told = {"text": text.key, "status": text.status, "on": str(on), "known_on": str(known_on)}
            devices = {device.key: [one.as_json() for one in what] for device, what in found}
            self.stdout.write(json.dumps({**told, "devices": devices}, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{text.title.en} ({text.reference}), {text.status}")
        self.stdout.write(f"on {on}, as known on {known_on}, among {len(records)} devices:")
        for device, what in found:
            self.stdout.write(f"{device.name} ({device.key})")
            self._lines(f"  {_line(one)}" for one in what)
        dates = sum(one.what == "deadline" for _, what in found for one in what)
        self.stdout.write(f"{len(found)} devices and {dates} deadlines move")

    def _apply(self, options: dict[str, Any]) -> None:
        content = _content(options["file"]).decode()
        row = apply(
            actor=Actor.system("law apply"), document=content, reason=options["reason"], at=clock.now()
        )
        self.stdout.write(f"{row.key} is applied: {row.effects.count()} devices move, law {row.law_version}")

    def _show(self, options: dict[str, Any]) -> None:
        law = _law(options)
        if options["rule"] not in law.parameters:
            near = [one for one in sorted(law.parameters) if options["rule"] in one]
            raise CommandError(f"no rule {options['rule']}; there are: {', '.join(near or law.parameters)}")
        self._lines(history(law[options["rule"]]))

    def _check(self, options: dict[str, Any]) -> None:
        law = _law(options)
        extracts = list(_extracts(options["legi"]))
        for one in extracts:
            self.stdout.write(
                f"{one.code}: {one.title}, state of {one.state_on}, {len(one.articles)} articles"
            )
        checked = list(currency.check(law, extracts))
        for finding in checked:
            if finding.verdict not in {"current", "not_in_extract"}:
                self.stdout.write(_said(finding))
        self.stdout.write("")
        self.stdout.write("Not confirmed, and what would settle it:")
        self._lines(_unsettled(law))
        counts = Counter(one.verdict for one in checked)
        self.stdout.write("")
        self.stdout.write(
            ", ".join(f"{name} {counts[name]}" for name in sorted(counts)) or "no French article"
        )
        if any(one.verdict in _TROUBLE for one in checked):
            raise CommandError("articles have changed since they were read")

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _table(self, options: dict[str, Any]) -> None:
        self.stdout.write(reference(current_law()), ending="")


def _law(options: dict[str, Any]) -> Law:
    return current_law() if options["shipped"] else law_in_force()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error


def _from_files(files: Iterable[Path]) -> Iterator[Record]:
    for file in files:
        facts = read_file(file)
        yield from ((device, facts.organisations) for device in facts.devices)


def _recorded() -> Iterable[Record]:
    return recorded_facts(Device.objects.order_by("key"))


def _extracts(folder: Path) -> Iterator[currency.Extract]:
    files = sorted(folder.rglob("LEGITEXT*.json"))
    if not files:
        raise CommandError(f"{folder}: no LEGITEXT*.json in it")
    for file in files:
        try:
            found = currency.extract(json.loads(file.read_bytes()))
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{file}: not a consolidated code of legi-data ({error})") from error
        if found:
            yield found


def _line(move: Move) -> str:
    if move.what != "deadline":
        return f"{move.name}: {move.was} → {move.now}"
    was = f"{move.before} ({move.was})" if move.before else "no such deadline"
    now = f"{move.after} ({move.now})" if move.after else "no such deadline"
    return f"{move.name}{f' {move.n}' if move.n else ''}: {was} → {now}"


def _said(one: currency.Checked) -> str:
    since = f" since {one.since}" if one.since else ""
    found = f", now {one.found}" if one.found else ""
    where = f"{one.code} {one.article}, read {one.read or '?'}{found}"
    return f"{one.verdict.replace('_', ' ')}{since}: {one.rule} ({where})"


def _unsettled(law: Law) -> Iterator[str]:
    for rule in sorted(law.parameters):
        for value in law[rule].values:
            if value.certainty == "unconfirmed":
                settled = value.settled_by.en if value.settled_by else "?"
                yield f"  {rule} (from {value.applies}): {settled}"
