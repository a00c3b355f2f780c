"""Plan the steps to a CE marking or a coverage: latest days backwards, earliest days forwards, as JSON."""

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, override

from compliance.facts.errors import FactError
from compliance.facts.files import read_file
from compliance.law.facts import FactsFile
from compliance.law.facts.ce_marking import DeviceClass
from compliance.law.parameters import current_law
from compliance.planning.plan import Plan, Planned, UnknownAssumption, class_of, plan, plan_for
from compliance.planning.steps import TARGETS, Route
from config import clock


class Command(BaseCommand):
    """``plan TARGET --by D``: with ``--facts`` and ``--device``, what is recorded as done is done."""

    help = "Plan the steps to a target and print them as JSON, law and assumptions apart."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the target, its date, what changes its steps, and the facts of a device."""
        parser.add_argument("target", choices=TARGETS)
        parser.add_argument("--by", type=date.fromisoformat, default=None)
        parser.add_argument("--on", type=date.fromisoformat, default=None)
        parser.add_argument("--known-on", type=date.fromisoformat, default=None)
        parser.add_argument("--facts", type=Path, default=None)
        parser.add_argument("--device", help="the device of this key in the facts file")
        parser.add_argument("--class", dest="device_class", choices=get_args(DeviceClass), default=None)
        parser.add_argument("--implantable", action="store_true")
        parser.add_argument("--without-personal-data", action="store_true")
        parser.add_argument("--under-pecan", action="store_true")
        parser.add_argument("--without-hearing", action="store_true")
        parser.add_argument("--assume", action="append", default=[], metavar="NAME=DAYS")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the plan. Raises CommandError where the file, a name or a number is wrong."""
        with override(options["language"]):
            try:
                found = _planned(options)
            except (FactError, UnknownAssumption) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(json.dumps(_body(found, options["language"]), ensure_ascii=False, indent=2))


def _planned(options: dict[str, Any]) -> Plan:
    on, known_on = options["on"] or clock.today(), options["known_on"] or clock.today()
    law, assumed = current_law(), _assumed(options["assume"])
    file = read_file(options["facts"]) if options["facts"] else FactsFile(format="jalon-facts/1")
    devices = [one for one in file.devices if options["device"] in {None, one.key}]
    if options["facts"] and len(devices) != 1:
        raise CommandError(gettext("Name one device of the file."))
    held = class_of(devices[0], law, on=on, known_on=known_on) if devices else None
    route = Route(
        options["target"],
        device_class=options["device_class"] or held or "IIa",
        implantable=options["implantable"],
        digital=not options["without_personal_data"],
        under_pecan=options["under_pecan"],
        hearing=not options["without_hearing"],
    )
    if not devices:
        return plan(route, law, on=on, known_on=known_on, by=options["by"], assumed=assumed)
    return plan_for(
        devices[0],
        file.organisations,
        route,
        law,
        on=on,
        known_on=known_on,
        by=options["by"],
        assumed=assumed,
    )


def _assumed(pairs: list[str]) -> dict[str, int]:
    assumed: dict[str, int] = {}
    for pair in pairs:
        name, _, days = pair.partition("=")
        if not days.isdigit() or int(days) > 3650:
            raise CommandError(gettext("%(pair)s: write NAME=DAYS, at most 3650.") % {"pair": pair})
        assumed[name] = int(days)
    return assumed


def _body(found: Plan, language: str) -> dict[str, Any]:
    return {
        "target": found.route.target,
        "class": found.route.device_class,
        "on": found.on.isoformat(),
        "known_on": found.known_on.isoformat(),
        "law_version": found.law_version,
        "by": _date(found.by),
        "earliest": found.earliest.isoformat(),
        "feasible": not found.late_by,
        "late_by_days": found.late_by,
        "first_step": found.first_step,
        "critical": list(found.critical),
        "limits_not_kept": list(found.over),
        "done": {event: _date(day) for event, day in sorted(found.done.items())},
        "law": [_step(one) for one in found.law],
        "assumed": [_step(one) for one in found.assumed],
        "assumptions": [
            {
                "name": one.key,
                "days": one.days,
                "default_days": one.default.days,
                "words": getattr(one.default, language),
                "certainty": "unconfirmed",
            }
            for one in found.assumptions
        ],
    }


def _step(one: Planned) -> dict[str, Any]:
    return {
        "step": one.key,
        "words": gettext(one.words),
        "kind": one.kind,
        "rule": one.rule,
        "article": one.citation,
        "certainty": one.certainty,
        "obliged": one.obliged or None,
        "limit": one.limit,
        "days": one.days,
        "earliest_start": one.earliest_start.isoformat(),
        "earliest_end": one.earliest_end.isoformat(),
        "latest_start": _date(one.latest_start),
        "latest_end": _date(one.latest_end),
        "safe": _date(one.safe),
    }


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None
