"""The pages of a dossier as HTML, for the measure: texts, tables and marks as on the template's own pages."""

from collections.abc import Iterable
from html import escape

from compliance.assessments.render import Json

_STYLE = """
@page { size: A4; margin: 25mm 18mm 21mm; @bottom-right { content: counter(page) " / " counter(pages) }
        @top-left { content: string(title) } }
body { font: 9.6pt/1.3 serif; color: #17212b; hyphens: auto } h1, h2, h3 { color: #12486b }
h1.title { string-set: title content() }
table { width: 100%; border-collapse: collapse; font-size: 8.7pt; margin-bottom: 1em }
th { text-align: left; background: #f4f6f8; border-bottom: 0.8pt solid #465463; color: #465463 }
td, th { padding: 4pt 4.5pt; vertical-align: top; line-height: 1.16 }
td p { margin: 2pt 0 } td { border-bottom: 0.5pt solid #d5dce3 }
tr { break-inside: avoid } code { font-family: monospace; font-size: 0.8em; hyphens: none }
small { font-size: 0.87em; color: #465463 } i.bar { color: #d5dce3 }
.chip { background: #e2f3e8; color: #0b6237; font-weight: bold; border-radius: 2pt; padding: 2pt 4pt }
.chip svg { width: 0.95em; height: 0.95em } .unsure { border: 0.4pt solid #724800; background: #fdf0d0 }
"""
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='#0b6237'>"
    "<circle cx='8' cy='8' r='6.2'/><path d='m5.3 8.2 1.9 1.9 3.6-4'/></svg>"
)


def html(sheet: Json) -> str:
    """Return the page of a sheet (``compliance.dossiers.sheet``)."""
    words = sheet["words"]
    parts = [
        f"<h1 class=title>{_text(words['title'])} – {_text(sheet['name'])}</h1>",
        _table((words["status_on"], words["known_on"]), [(_text(sheet["on"]), _text(sheet["known_on"]))]),
        _table(
            (words["field"], words["value"]),
            [(_text(one["label"]), _text(one["text"])) for one in sheet["identity"]],
        ),
        _facts(words, sheet["general"]),
    ]
    for gate in sheet["gates"]:
        parts += [_heading(gate["label"]), _chip(gate["word"])]
        parts += [_reasons(words, gate["blockers"]), _reasons(words, gate["reasons"])]
    parts.append(_path(words, sheet["path"]["lines"]))
    for track in [*sheet["tracks"], {**sheet["data"], "word": "", "reasons": []}]:
        parts += [_heading(track["label"]), _chip(track["word"])]
        parts += [_reasons(words, track["reasons"]), _reasons(words, track["findings"])]
        parts.append(_facts(words, track["facts"]))
    parts += [_heading(words["incidents_and_changes"]), _facts(words, sheet["incidents"])]
    parts += [_facts(words, sheet["changes"])]
    parts += [_deadlines(words, sheet["running"]), _deadlines(words, sheet["settled"]), _duties(words, sheet)]
    for one in sheet["organisations"]:
        parts += [_heading(one["name"]), f"<b>{_text(one['roles'])}</b>", _fields(one["fields"])]
        parts.append(_facts(words, one["facts"]))
    parts += [_law(words, sheet), _sources(words, sheet), _documents(words, sheet), _events(words, sheet)]
    files = [(_code(one["path"]), str(one["size"]), _code(one["sha512"])) for one in sheet["files"]]
    parts += [_heading(words["files"]), _table((words["file"], words["size"], "SHA-512"), files)]
    head = f"<title>{_text(words['title'])}</title><style>{_STYLE}</style>"
    return f"<html lang='{sheet['language']}'><head>{head}</head><body>{''.join(parts)}</body></html>"


def _text(text: object) -> str:
    return escape(str(text)).replace("\n", "<br>")


def _small(text: object) -> str:
    return f"<small>{_text(text)}</small>"


def _code(text: object) -> str:
    return f"<code>{_text(text)}</code>"


def _heading(text: str) -> str:
    return f"<h2>{_text(text)}</h2>"


def _chip(word: str) -> str:
    return f"<span class=chip>{_ICON} {_text(word)}</span>"


def _lines(*parts: str) -> str:
    return "<br>".join(filter(None, parts))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are HTML already."""
    cells = "".join(f"<th scope=col>{_text(one)}</th>" for one in head)
    lines = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _fields(many: Iterable[Json]) -> str:
    return " <i class=bar>|</i> ".join(f"{_small(one['label'] + ' :')} {_text(one['text'])}" for one in many)


def _facts(words: Json, kinds: Iterable[Json]) -> str:
    head = words["fact"], words["content"], words["source"]
    return "".join(
        f"<h3>{_text(kind['label'])}</h3>"
        + _table(
            head, [(_code(one["key"]), _content(words, one), str(one["source"])) for one in kind["facts"]]
        )
        for kind in kinds
    )


def _content(words: Json, fact: Json) -> str:
    parts = [
        f"{_small(part['label'])}<ul>{''.join(f'<li>{_fields(row)}</li>' for row in part['rows'])}</ul>"
        for part in fact["parts"]
    ]
    note = f"<p>{_small(words['note'] + ' :')} <em>{_text(fact['note'])}</em></p>" if fact["note"] else ""
    return "".join([_fields(fact["fields"]), *parts, note])


def _cited(part: Json) -> str:
    unsure = f"<span class=unsure>{_text(part['unsure'])}</span>" if part["unsure"] else ""
    return _lines(_text(part["citation"]), unsure)


def _reasons(words: Json, reasons: Iterable[Json]) -> str:
    rows = [(_text(one["text"]), _small(one["place"]), _cited(one)) for one in reasons]
    return _table((words["why"], words["fact"], words["article"]), rows) if rows else ""


def _path(words: Json, lines: Iterable[Json]) -> str:
    rows = [
        (str(one["number"]), _lines(*one["days"]), one["lane"], _text(one["text"]), _text(one["more"]))
        for one in lines
    ]
    head = [words[name] for name in ("number", "day", "track", "what", "particulars")]
    return _heading(words["path"]) + _table(head, rows)


def _deadlines(words: Json, deadlines: Iterable[Json]) -> str:
    rows = []
    for one in deadlines:
        details = " · ".join([one["track"], one["obliged"], one["period"], one["trigger"]])
        told = _lines(f"<b>{_text(one['label'])}</b>", _small(details), _small(one["late"]))
        rows.append((told, f"<b>{one['strict']}</b>", one["safe"], _chip(one["word"]), _cited(one)))
    return _table([words[name] for name in ("deadline", "strict", "safe", "state", "article")], rows)


def _duties(words: Json, sheet: Json) -> str:
    rows = [
        (
            _lines(f"<b>{_text(one['label'])}</b>", _text(one["text"])),
            one["obliged"],
            one["from"],
            _cited(one),
        )
        for one in sheet["duties"]
    ]
    return _table((words["duty"], words["obliged"], words["from"], words["article"]), rows)


def _law(words: Json, sheet: Json) -> str:
    rows = [
        (
            _lines(_text(rule["label"]), f"<small>{_code(rule['rule'])}</small>"),
            _text(one["value"]),
            one["published"],
            one["applies"],
            _lines(_cited(one), _small(f"{one['source']} · {one['verified_on']}"), _small(one["note"])),
        )
        for rule in sheet["law"]
        for one in rule["values"]
    ]
    head = [words[name] for name in ("rule", "value", "published", "applies", "text")]
    return _heading(words["law"]) + _table(head, rows)


def _sources(words: Json, sheet: Json) -> str:
    rows = [
        (_lines(_text(one["title"]), _small(one["url"])), _text(one["quality"]), one["read_on"])
        for one in sheet["sources"]
    ]
    return _heading(words["sources"]) + _table((words["source"], words["confidence"], words["read_on"]), rows)


def _documents(words: Json, sheet: Json) -> str:
    rows = [
        (
            _lines(
                f"<b>{_text(one['title'])}</b>",
                _small(f"{one['kind']} · {one['file']}"),
                _small(f"{words['issued']} {one['issued']}"),
                *map(_small, one["facts"]),
            ),
            str(one["version"]),
            one["added"],
            str(one["size"]),
            _code(one["sha256"]),
        )
        for one in sheet["documents"]
    ]
    head = [words[name] for name in ("document", "version", "added", "size", "hash")]
    return _heading(words["documents"]) + _table(head, rows)


def _events(words: Json, sheet: Json) -> str:
    rows = [
        (
            str(one["sequence"]),
            one["at"],
            _lines(
                f"<b>{_text(one['action'])}</b>", _small(one["changed"]), f"<em>{_text(one['reason'])}</em>"
            ),
            _lines(_text(one["actor"]), _small(one["on_behalf_of"])),
            _code(one["hash"]),
        )
        for one in sheet["history"]
    ]
    head = [words[name] for name in ("number", "date", "action", "author", "hash")]
    return _heading(words["history"]) + _table(head, rows)
