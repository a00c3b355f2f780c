"""The reference of the facts file, field by field, made from the values and the labels of their models."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import override

from compliance.facts.kinds import KINDS
from compliance.facts.reading import kinds_of
from compliance.facts.shapes import shape
from compliance.law.facts import Device, Organisation, Source
from compliance.law.facts.base import Value
from devices import models as devices

_COMMON = ("key", "source", "note")


_INTRODUCTION = """# The facts file, field by field

Made by `manage.py facts_reference` from the values themselves; `docs/facts-file.md` explains the file.
`*` marks what is required. Every fact also takes `key` *, `source` (key of a source) and `note`.
"""


def reference() -> str:
    """Return the reference as Markdown, in English."""
    with override("en"):
        return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield from _section("## `sources`", devices.Source, Source)
    yield from _section("## `organisations`", devices.Organisation, Organisation)
    yield from _section("## `devices`", devices.Device, Device)
    for path, kind in KINDS.items():
        yield from _section(f"## `{path}`", kind.model, kind.value_class, left_out=_COMMON)
        for name, part in shape(kind.model, kind.value_class).parts.items():
            part_class: type[Value] = part.value_class  # type: ignore[attr-defined]
            yield from _section(f"Each of its `{name}`:", part, part_class, docstring=False)


def _section(
    title: str,
    model: type[models.Model],
    value_class: type[Value],
    *,
    left_out: tuple[str, ...] = (),
    docstring: bool = True,
) -> Iterator[str]:
    schema = value_class.model_json_schema()
    held = shape(model, value_class)
    yield from (title, "")
    if docstring:
        yield from (_paragraph(value_class), "")
    yield from ("| Field | Meaning | Value |", "|---|---|---|")
    for name, form in schema["properties"].items():
        if name in left_out or name not in {*held.plain, *held.keys}:
            continue
        star = " *" if name in schema.get("required", ()) else ""
        yield f"| `{name}`{star} | {_meaning(model, name)} | {_form(form, schema)} |"
    lists = [".".join(place) for place in kinds_of(value_class)] or list(held.parts)
    if lists:
        yield from ("", "Lists: " + ", ".join(f"`{name}`" for name in lists) + ".")
    yield ""


def _paragraph(value_class: type[Value]) -> str:
    return " ".join((value_class.__doc__ or "").replace("``", "`").split())


def _meaning(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return f"{field.verbose_name}. {field.help_text}".removesuffix(". ")


def _form(form: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what a field takes, from its JSON Schema; leaving it out says unknown."""
    if "anyOf" in form:
        forms = [one for one in form["anyOf"] if one.get("type") != "null"]
        number = any(one.get("type") == "number" for one in forms)
        return "amount" if number else _form(forms[0], schema)
    if "enum" in form or "const" in form:
        return "one of " + ", ".join(f"`{one}`" for one in form.get("enum", [form.get("const")]))
    if form["type"] == "array":
        return f"list: {_form(form['items'], schema)}"
    if form["type"] == "string":
        return _text(form)
    if form["type"] == "integer":
        return f"whole number, {form['minimum']} to {form['maximum']}"
    return "true or false"


def _text(form: dict[str, Any]) -> str:
    if form.get("format") == "date":
        return "date"
    if "a-z0-9" in form.get("pattern", ""):
        return "key"
    if "pattern" in form:
        return f"text like `{form['pattern'].strip('^$')}`"
    return f"text, at most {form['maxLength']}"
