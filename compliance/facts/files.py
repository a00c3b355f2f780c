"""The facts file: reading without a database, and writing in one canonical form.

Canonical: sources, organisations, devices and facts in the order of their keys, fields in the order of the
form, what is unknown or default left out. The same facts give the same bytes.
"""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from compliance.facts.checks import check_portfolio
from compliance.facts.errors import FactError, Problem
from compliance.facts.parsing import MAX_BYTES, parse
from compliance.facts.reading import kinds_of, read_portfolio
from compliance.facts.values import number_text
from compliance.law.facts import Device, FactsFile, Organisation, Source
from compliance.law.text import gettext_noop


def read_file(path: Path) -> FactsFile:
    """Return the facts of a file that holds all it names. Raises FactError with every problem."""
    parsed = parse(content_of(path), path.name)
    portfolio = read_portfolio(parsed.data)
    check_portfolio(portfolio, set(), set())
    if problems := parsed.problems + portfolio.problems:
        raise FactError(parsed.located(problems))
    return FactsFile.model_validate(parsed.data)


def content_of(path: Path) -> bytes:
    """Return the content of a file. Raises FactError where it cannot be read; one byte too many is enough."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = gettext_noop("The file %(path)s cannot be read: %(why)s.")
        params = {"path": str(path), "why": error.strerror or type(error).__name__}
        raise FactError([Problem("", "unreadable", message, params)]) from error


def dump(facts: FactsFile) -> str:
    """Return the canonical YAML of the facts."""
    data: dict[str, Any] = {"format": facts.format}
    for name in ("sources", "organisations", "devices"):
        entries = [_canonical(one) for one in sorted(getattr(facts, name), key=lambda one: str(one.key))]
        if entries:
            data[name] = entries
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _canonical(value: Source | Organisation | Device) -> dict[str, Any]:
    data = value.model_dump(exclude_defaults=True)
    for place in kinds_of(type(value)):
        holder: Any = data
        for name in place[:-1]:
            holder = holder.get(name, {})
        if place[-1] in holder:
            holder[place[-1]] = sorted(holder[place[-1]], key=lambda one: str(one["key"]))
    return data


class _Dumper(yaml.CSafeDumper):
    """Writes plain YAML that any reader understands alike: text that looks like a number is quoted."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if re.match(r"[-+.]?[0-9]", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _date(dumper: _Dumper, value: dt.date) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


def _number(dumper: _Dumper, value: Decimal) -> yaml.ScalarNode:
    text = number_text(value)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dt.date, _date)
_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(tuple, yaml.CSafeDumper.represent_list)
