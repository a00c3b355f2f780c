"""The law in words: the history of one rule, and the table of all rules kept in docs/law.md. Pure."""

from collections import Counter
from collections.abc import Iterator

from compliance.law.parameters import DatedValue, Law, Parameter

_INTRODUCTION = """# The law, rule by rule

Made by `manage.py law table` from the law data; [amendments.md](amendments.md) says how the law changes, and
`manage.py law show RULE` prints the history of one rule with its sources.

**Certainty**: *verified*, the text was read; *quoted*, a passage quoted word for word was read; *secondary*,
a summary; *interpretation*, our reading of a text that is silent; *unconfirmed*, nothing read confirms it.
Whatever is less than verified shows as "à confirmer". **Late** and **silence** are the effects that the text
gives; a dash: none is written.
"""
_HEADS = ("Rule", "What", "Value", "Applies from", "Obliged", "Late", "Silence", "Text", "Certainty")
_TITLES = {
    "ce_marking": "CE marking",
    "cnedimts": "CNEDiMTS",
    "listing": "Listing and coverage",
    "ans": "ANS and HDS",
    "ai_act": "AI Act",
}


def reference(law: Law) -> str:
    """Return docs/law.md: every rule with each of its values, by track."""
    return "\n".join(_lines(law)) + "\n"


def history(rule: Parameter) -> Iterator[str]:
    """Yield the lines that tell the whole history of a rule, oldest value first."""
    yield f"{rule.id}: {rule.label.en} / {rule.label.fr}"
    told = {
        "track": rule.track, "kind": rule.kind, "direction": rule.direction, "obliged": rule.obliged,
        "roll": rule.roll, "on expiry": rule.on_expiry, "earlier triggers": rule.earlier_triggers,
        "late": rule.late.en if rule.late else "", "silence": rule.silence.en if rule.silence else "",
    }  # fmt: skip
    yield from (f"  {name}: {value}" for name, value in told.items() if value)
    for value in sorted(rule.values, key=lambda one: (one.applies, one.published)):
        yield f"  from {value.applies}, known since {value.published}: {_shown(value)}"
        version = f" [{value.citation.version}]" if value.citation.version else ""
        yield f"    {value.citation}{version}"
        yield f"    source: {value.citation.source}"
        read = f", on {value.verified_on}" if value.verified_on else ""
        yield f"    certainty: {value.certainty}{read}"
        if value.note:
            yield f"    note: {value.note.en}"
        if value.settled_by:
            yield f"    settled by: {value.settled_by.en}"


def _lines(law: Law) -> Iterator[str]:
    rules = sorted(law.parameters.values(), key=lambda one: one.id)
    counts = Counter(value.certainty for rule in rules for value in rule.values)
    yield _INTRODUCTION
    said = ", ".join(f"{counts[name]} {name}" for name in sorted(counts, key=lambda name: -counts[name]))
    yield f"{len(rules)} rules, {counts.total()} values: {said}."
    for track in dict.fromkeys((*_TITLES, *(one.track for one in rules))):
        yield from ("", f"## {_TITLES.get(track, track)}", "")
        yield f"| {' | '.join(_HEADS)} |"
        yield "|---" * len(_HEADS) + "|"
        for rule in rules:
            if rule.track == track:
                yield from (_row(rule, value) for value in rule.values)


def _row(rule: Parameter, value: DatedValue) -> str:
    version = f" ({value.citation.version})" if value.citation.version else ""
    cells = (
        f"`{rule.id}`", rule.label.en, _shown(value), value.applies.isoformat(), rule.obliged or "–",
        rule.late.en if rule.late else "–", rule.silence.en if rule.silence else "–",
        f"{value.citation}{version}", value.certainty,
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _shown(value: DatedValue) -> str:
    return "repealed" if value.repealed else value.value or "condition"
