"""The French catalogue says all that the product says, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest
import yaml
from django.conf import settings
from django.utils.translation.template import templatize

Message = tuple[str, str, str]  # context, message, plural; "" where there is none

CATALOGUE = Path(settings.BASE_DIR, "locale", "fr", "LC_MESSAGES", "django.po")
ROOMS = ("compliance", "config", "devices", "templates")
# Which arguments of a call are the context, the message and its plural.
ARGUMENTS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(rf"\b(?:_|n?p?gettext)\({_LITERAL}(?:, ?(?:{_LITERAL}|count))*\)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
_NOT_FRENCH = re.compile(r"'| [:;?!»]|« ")


@pytest.fixture(scope="module")
def catalogue() -> list[polib.POEntry]:
    return [one for one in polib.pofile(str(CATALOGUE)) if not one.obsolete]


def _key(entry: polib.MOEntry | polib.POEntry) -> Message:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _texts(entry: polib.MOEntry | polib.POEntry) -> list[str]:
    """Return the translations of a message: one, or one for each plural form."""
    return [entry.msgstr_plural[n] for n in (0, 1)] if entry.msgid_plural else [entry.msgstr]


def _called(tree: ast.AST) -> Iterator[Message]:
    """Yield the messages that calls of gettext name; a message held in a variable is marked elsewhere."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        places = ARGUMENTS.get(name)
        if places and isinstance(texts[places[1]], str):
            context, message, plural = ("" if n is None else str(texts[n]) for n in places)
            yield context, message, plural


def _of_template(source: str) -> Iterator[Message]:
    for call in _TEMPLATE_CALL.findall(templatize(source)):
        yield from _called(ast.parse(call))


def _french(node: object) -> Iterator[str]:
    """Yield the French texts within a document of the law data."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        if key == "fr" and isinstance(value, str):
            yield value
        yield from _french(value)


def _said() -> Iterator[tuple[Message, str]]:
    """Yield every message of the sources, with the file that says it."""
    for room in ROOMS:
        for path in sorted(Path(settings.BASE_DIR, room).rglob("*.*")):
            if path.suffix == ".py":
                messages = _called(ast.parse(path.read_text()))
            elif path.suffix in {".html", ".txt"}:
                messages = _of_template(path.read_text())
            else:
                continue
            for message in messages:
                yield message, str(path.relative_to(settings.BASE_DIR))


def test_every_message_is_translated_and_sure(catalogue: list[polib.POEntry]) -> None:
    assert [one.msgid for one in catalogue if not all(_texts(one))] == []
    assert [one.msgid for one in catalogue if one.fuzzy] == []


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: list[polib.POEntry]) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {_key(one): _texts(one) for one in compiled} == {_key(one): _texts(one) for one in catalogue}


def test_a_translation_holds_the_values_of_its_message_and_no_other(catalogue: list[polib.POEntry]) -> None:
    wrong = [
        (one.msgid, text)
        for one in catalogue
        for text in _texts(one)
        if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(one.msgid_plural or one.msgid))
    ]
    assert wrong == []


def test_apostrophes_and_spaces_are_those_of_french(catalogue: list[polib.POEntry]) -> None:
    assert [text for one in catalogue for text in _texts(one) if _NOT_FRENCH.search(text)] == []


def test_the_french_of_the_law_data_is_written_like_that_of_the_catalogue() -> None:
    files = sorted(Path(settings.BASE_DIR, "compliance", "law").rglob("*.yaml"))
    texts = [text for file in files for text in _french(yaml.safe_load(file.read_text()))]
    assert len(texts) > 500
    assert [text for text in texts if _NOT_FRENCH.search(text)] == []


def test_every_message_of_the_sources_is_in_the_catalogue(catalogue: list[polib.POEntry]) -> None:
    known = {_key(one) for one in catalogue}
    missing = {message: path for message, path in _said() if message not in known}
    assert missing == {}, "run make messages, and translate"


def test_messages_are_read_from_python() -> None:
    source = (
        'text(gettext_noop("One " "two.")), pgettext("of a date", "on"), ngettext("day", "days", n), _(name)'
    )
    assert set(_called(ast.parse(source))) == {
        ("", "One two.", ""),
        ("of a date", "on", ""),
        ("", "day", "days"),
    }


def test_messages_are_read_from_templates() -> None:
    source = (
        '{% translate "It\'s" %} {% translate "Open" context "link" as word %} {{ x|default:_("none") }}'
        "{% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    assert list(_of_template(source)) == [
        ("", "It's", ""),
        ("link", "Open", ""),
        ("", "none", ""),
        ("", "%(n)s day", "%(n)s days"),
    ]
