"""Text of a facts file to plain data: YAML or JSON, strict, with the line of each place.

The YAML is the plain part of the language: text, numbers, true, false, null, lists, mappings. Dates stay
text, ``on`` and ``no`` are text, ``0123`` is text. Aliases and tags are refused: no file needs them, and a
small file could unfold into a huge one.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from compliance.facts.errors import FactError, Loc, Problem, path_text
from compliance.law.text import Param, gettext_noop

MAX_BYTES = 32_000_000
MAX_DEPTH = 30
_MAX_DIGITS = 40
_PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}


@dataclass(slots=True)
class Parsed:
    """Plain data, the line of each place (YAML only), and what is wrong at single places."""

    data: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, loc: Loc, code: str, message: str, **params: Param) -> None:
        """Add a problem at a place."""
        self.problems.append(Problem(path_text(loc), code, message, params))

    def located(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return the problems in the order of the file, each with its line and the key of its subject."""
        lines = {path_text(loc): line for loc, line in self.lines.items() if loc}
        found = {(one.path, one.code): one for one in problems}.values()
        placed = [replace(one, line=_line(one.path, lines), subject=self._subject(one.path)) for one in found]
        return sorted(placed, key=lambda one: (one.line or 0, _natural(one.path)))

    def _subject(self, path: str) -> str:
        """Return the key of the source, organisation or device that a path leads into."""
        if place := re.match(r"(sources|organisations|devices)\[(\d+)\]", path):
            entry = self.data[place[1]][int(place[2])]
            key = entry.get("key") if isinstance(entry, dict) else None
            return key if isinstance(key, str) and key.isprintable() else ""
        return ""


def _natural(path: str) -> list[tuple[int, str]]:
    """Return a sort key that puts ``devices[2]`` before ``devices[10]``."""
    return [(int(n or 0), text) for n, text in re.findall(r"\[(\d+)\]|([^.\[]+)", path)]


def _line(path: str, lines: Mapping[str, int]) -> int | None:
    """Return the line of a place, or of the nearest place around it that the file holds."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)


def parse(content: bytes, name: str = "") -> Parsed:
    """Return the data of a file. ``name`` tells JSON from YAML by its ending, else the first sign does.

    Raises FactError where nothing can be made of the whole: too large, not UTF-8, broken syntax.
    """
    if len(content) > MAX_BYTES:
        message = gettext_noop("The file is larger than %(limit)d MB: split it.")
        _refuse("too_large", message, limit=MAX_BYTES // 1_000_000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("encoding", gettext_noop("The file is not UTF-8 text: save it as UTF-8."))
    if not text.strip():
        _refuse("empty", gettext_noop("The file is empty."))
    is_json = name.endswith(".json") or (
        not name.endswith((".yaml", ".yml")) and text.lstrip().startswith("{")
    )
    return _from_json(text) if is_json else _from_yaml(text)


def _refuse(code: str, message: str, **params: Param) -> NoReturn:
    raise FactError([Problem("", code, message, params)])


def _too_deep() -> NoReturn:
    _refuse("too_deep", gettext_noop("The file nests more than %(limit)d levels."), limit=MAX_DEPTH)


# --- YAML ---


def _from_yaml(text: str) -> Parsed:
    try:
        _refuse_tricks(text)
        node = yaml.CBaseLoader(text).get_single_node()
    except yaml.reader.ReaderError:
        _refuse("control_character", gettext_noop("The file holds control characters: it is not YAML text."))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (0, 0) if mark is None else (mark.line, mark.column)
        message = gettext_noop("This is not YAML: the error shows at line %(line)d, column %(column)d.")
        _refuse("syntax", message, line=line + 1, column=column + 1)
    parsed = Parsed()
    parsed.data = _node(node, (), parsed) if node else None
    return parsed


def _refuse_tricks(text: str) -> None:
    """Refuse aliases and depth before any structure is built: they are what makes YAML dangerous."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            message = gettext_noop("Line %(line)d uses an alias (*): write the value out.")
            _refuse("alias", message, line=event.start_mark.line + 1)  # type: ignore[union-attr]
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                _too_deep()
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _node(node: yaml.Node, loc: Loc, parsed: Parsed) -> Any:
    parsed.lines[loc] = node.start_mark.line + 1
    if node.tag not in _TAGS:
        parsed.report(loc, "tag", gettext_noop("Tags (!) are not accepted: write the plain value."))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_node(one, (*loc, n), parsed) for n, one in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, loc, parsed)
    if node.style:  # type: ignore[attr-defined]
        return node.value
    if node.value.lower() in _PLAIN:
        return _PLAIN[node.value.lower()]
    if _INTEGER.fullmatch(node.value) and len(node.value) <= _MAX_DIGITS:
        return int(node.value)
    return Decimal(node.value) if _DECIMAL.fullmatch(node.value) else node.value


def _mapping(node: yaml.MappingNode, loc: Loc, parsed: Parsed) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            parsed.report(loc, "key", gettext_noop("The name of a field must be text."))
            continue
        name = key_node.value
        if name in found:
            _report_twice(parsed, loc, name)
        found[name] = _node(value_node, (*loc, name), parsed)
    return found


# --- JSON ---


class _Twice(dict[str, Any]):
    """An object that holds a name more than once."""

    names: list[str]


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    names = [name for name, _ in pairs]
    twice.names = sorted({name for name in names if names.count(name) > 1})
    return twice


def _from_json(text: str) -> Parsed:
    constant: Callable[[str], str] = str  # NaN and Infinity become text, which no number field takes
    try:
        data = json.loads(
            text, object_pairs_hook=_pairs, parse_float=_number, parse_int=_number, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        message = gettext_noop("This is not JSON: the error shows at line %(line)d, column %(column)d.")
        _refuse("syntax", message, line=error.lineno, column=error.colno)
    except RecursionError:
        _too_deep()
    parsed = Parsed(data)
    _walk(data, (), parsed)
    return parsed


def _number(text: str) -> int | Decimal | str:
    if len(text) > _MAX_DIGITS:
        return text
    return int(text) if _INTEGER.fullmatch(text) else Decimal(text)


def _walk(value: Any, loc: Loc, parsed: Parsed) -> None:
    if isinstance(value, list | dict) and len(loc) >= MAX_DEPTH:
        _too_deep()
    if isinstance(value, list):
        for n, one in enumerate(value):
            _walk(one, (*loc, n), parsed)
    elif isinstance(value, dict):
        for name in value.names if isinstance(value, _Twice) else ():
            _report_twice(parsed, loc, name)
        for name, one in value.items():
            _walk(one, (*loc, name), parsed)


def _report_twice(parsed: Parsed, loc: Loc, name: str) -> None:
    parsed.report((*loc, name), "twice", gettext_noop("The field stands twice."))
