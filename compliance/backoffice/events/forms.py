"""The form of an event: what it asks, in the user's words, made from the table of events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.assessments.tables import TABLES
from compliance.assessments.words import language
from compliance.backoffice.documents.forms import AddForm, ShownByForm
from compliance.backoffice.facts.plain_fields import WordsField, choice_field, form_field
from compliance.backoffice.facts.records import summary
from compliance.backoffice.forms import PlainForm
from compliance.events.operations import Answers, Evidence
from compliance.events.table import Asked, Event, Write
from compliance.facts import values
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.procedures import StepName
from compliance.facts.values import as_json
from compliance.law.parameters import Words
from devices.models import Device, Organisation, Source

# Fields that name another fact of the device by its key.
_NAMES = {
    "listing": "listing.listings",
    "extends": "ce_marking.certificates",
    "supplement_of": "",  # of its own kind
}
# Kinds whose fields are the answers to the questions of a table.
_TABLES = {"ce_marking.rule11": TABLES["rule11"], "ai_act.systems": TABLES["ai_act"]}


class EvidenceForm(AddForm, ShownByForm):
    """A document that shows what happened: one of the device, or a file to add; or nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].help_text = ""
        for name in self.uploaded:
            self.fields[name].required = False

    uploaded = ("file", "kind", "title", "language", "issued_on", "published")

    @property
    def new(self) -> list[Any]:
        """Return the fields of a document to add."""
        return [self[name] for name in self.uploaded]

    def clean(self) -> dict[str, Any]:
        """Check that one document is named, and what is said of a new one."""
        asked = self.cleaned_data
        if asked.get("version") and asked.get("file"):
            self.add_error("file", _("Choose a document of the device or a file, not both."))
        elif asked.get("file"):
            for name in ("kind", "title", "language"):
                if not asked.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        elif asked.get("kind") or asked.get("title"):
            self.add_error("file", _("Choose the file: browsers do not keep it."))
        return asked

    def evidence(self) -> Evidence | None:
        """Return what a valid form names, None for nothing."""
        asked = self.cleaned_data
        if asked["file"]:
            return Evidence(details=self.details, upload=self.upload)
        return Evidence(asked["version"]) if asked["version"] else None


@dataclass(frozen=True, slots=True)
class Part:
    """The fields of one write. ``missing`` says that there is no fact to add to."""

    legend: str
    fields: list[Any]
    missing: bool


class EventForm(PlainForm):
    """The questions of an event. A field is named by its write: ``0-issued_on``, ``0-step-decided``."""

    def __init__(
        self,
        *args: Any,
        event: Event,
        device: Device,
        subjects: Sequence[Device | Organisation | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.device, self.subjects = event, device, subjects
        self._facts: dict[tuple[str, Any], list[Any]] = {}
        for n, write in enumerate(event.writes):
            self.fields |= dict(self._asked(n, write))
        if any(write.new for write in event.writes):
            self.fields["source"] = forms.ModelChoiceField(
                Source.objects.order_by("title"),
                label=_("Where it is written"),
                required=False,
                empty_label=gettext("I do not know"),
                to_field_name="key",
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment"),
            required=False,
            max_length=2000,
            widget=forms.Textarea({"rows": 2}),
            help_text=_("Optional. It stays with the fact and in the audit trail."),
        )

    @property
    def parts(self) -> list[Part]:
        """Return the fields write by write, then those of the whole."""
        found, new = [], {write.new for write in self.event.writes}
        for n, write in enumerate(self.event.writes):
            if write.add in new and self._lacks(n, write):
                continue
            own = [self[name] for name in self.fields if name.startswith(f"{n}-")]
            legend = capfirst(str(KINDS[write.kind].model._meta.verbose_name))
            found.append(Part(legend, own, self._lacks(n, write)))
        return found

    @property
    def shared(self) -> list[Any]:
        """Return the fields of the whole event."""
        return [self[name] for name in ("source", "comment") if name in self.fields]

    @property
    def impossible(self) -> bool:
        """Return whether a write that the event needs has nothing to add to."""
        return any(self._lacks(n, write) and not write.optional for n, write in enumerate(self.event.writes))

    def answers(self) -> list[Answers | None]:
        """Return what a valid form says, write by write; None for one that is left out."""
        return [self._said(n, write) for n, write in enumerate(self.event.writes)]

    def told(self) -> list[tuple[str, str]]:
        """Return the answers of a valid form with their labels, as they are shown before saving."""
        out = tuple(f"{n}-" for n, one in enumerate(self.answers()) if one is None)
        said = [(self[name], self.cleaned_data.get(name)) for name in self.fields if not name.startswith(out)]
        return [(str(bound.label), _shown(bound, one)) for bound, one in said if one not in (None, "", [])]

    def _asked(self, n: int, write: Write) -> Iterator[tuple[str, forms.Field]]:
        """Yield the fields of one write."""
        kind = KINDS[write.kind]
        if self.subjects[n] is None or self._lacks(n, write):
            return
        if write.add:
            yield f"{n}-fact", self._which(n, write, kind)
        for one in write.ask:
            db_field = kind.model._meta.get_field(one.name)
            yield f"{n}-{one.name}", self._field(n, kind, db_field, one, write.start.get(one.name))
        for one in write.steps:
            if self._asked_elsewhere(one):
                continue
            label = _said(one.words) or StepName(one.name).label
            step = models.DateField()
            yield (
                f"{n}-step-{one.name}",
                form_field(step, label=label, required=one.required and not write.optional),
            )
        part = kind.parts.get(write.part or write.ends or "")
        for one in write.ask_part if part else ():
            db_field = part._meta.get_field(one.name)  # type: ignore[union-attr]
            yield f"{n}-part-{one.name}", self._field(n, kind, db_field, one, None)

    def _asked_elsewhere(self, step: Asked) -> str:
        """Return the field of another write that asks the day of a step (``published_on``), "" for none."""
        day = f"{step.name}_on"
        asked = [
            f"{n}-{day}" for n, write in enumerate(self.event.writes) for one in write.ask if one.name == day
        ]
        return asked[0] if asked else ""

    def _field(self, n: int, kind: Kind, db_field: Any, one: Asked, start: str | None) -> forms.Field:
        label = _said(one.words) or _question(kind, db_field) or capfirst(str(db_field.verbose_name))
        own: dict[str, Any] = {"label": label, "required": one.required, "initial": start}
        if db_field.name in _NAMES and kind.subject == "device":
            named = KINDS[_NAMES[db_field.name] or kind.path]
            facts = self._recorded(named, self.device)
            return choice_field([(one.key, _line(named, one)) for one in facts], **own)
        if db_field.name == "indication":
            words = forms.TextInput({"autocomplete": "off"})
            return WordsField(widget=words, help_text=_("In your words, the same in every fact"), **own)
        return form_field(db_field, **own)

    def _which(self, n: int, write: Write, kind: Kind) -> forms.Field:
        """Return the question to which recorded fact the event belongs; the version seen goes with it."""
        facts = self._candidates(n, write)
        choices = [(f"{one.pk}:{one.row_version}", _line(kind, one)) for one in facts]
        label = _("Which one: %(kind)s") % {"kind": kind.model._meta.verbose_name}
        own: dict[str, Any] = {"label": label, "required": not write.optional}
        if len(choices) == 1:
            own["initial"] = choices[0][0]
        stale = _("Someone changed this record meanwhile: choose again.")
        return choice_field(choices, error_messages={"invalid_choice": stale}, **own)

    def _candidates(self, n: int, write: Write) -> list[Any]:
        facts = self._recorded(KINDS[write.kind], self.subjects[n])
        return [one for one in facts if all(getattr(one, name) in kept for name, kept in write.where.items())]

    def _lacks(self, n: int, write: Write) -> bool:
        return self.subjects[n] is None or bool(write.add and not self._candidates(n, write))

    def _recorded(self, kind: Kind, subject: Any) -> list[Any]:
        """Return the facts of a kind, asked for once."""
        asked = (kind.path, subject.pk)
        if asked not in self._facts:
            rows = values.fetched(kind.model, kind.value_class).filter(**{kind.subject: subject})
            self._facts[asked] = list(rows)
        return self._facts[asked]

    def _said(self, n: int, write: Write) -> Answers | None:
        cleaned, subject = self.cleaned_data, self.subjects[n]
        if subject is None or self._lacks(n, write):
            return None
        fact, version = None, None
        if write.add:
            chosen = cleaned[f"{n}-fact"]
            if chosen is None:
                return None
            pk, _colon, seen = chosen.rpartition(":")
            fact, version = next(one for one in self._candidates(n, write) if str(one.pk) == pk), int(seen)
        part = {one.name: cleaned[f"{n}-part-{one.name}"] for one in write.ask_part}
        said = any(one not in (None, "", []) for one in part.values())
        found = Answers(
            subject,
            fact,
            version,
            {one.name: cleaned[f"{n}-{one.name}"] for one in write.ask},
            {one.name: cleaned[self._asked_elsewhere(one) or f"{n}-step-{one.name}"] for one in write.steps},
            {name: one for name, one in part.items() if one is not None} if said else None,
        )
        return None if write.optional and not found.says else found


def _said(words: Words | None) -> str:
    if words is None:
        return ""
    return str(getattr(words, language()))


def _question(kind: Kind, db_field: Any) -> str:
    """Return the question of the law that a field answers by yes, no or a choice, "" for none."""
    asked = _TABLES[kind.path].questions if kind.path in _TABLES else ()
    answers = isinstance(db_field, models.BooleanField) or db_field.choices
    return next((gettext(one.words) for one in asked if answers and one.key == db_field.name), "")


def _line(kind: Kind, fact: Any) -> str:
    """Return a recorded fact in one line, as the page of the device shows it."""
    return summary(kind.model, as_json(values.read(fact, kind.value_class))) or str(fact.key)


def _shown(bound: Any, value: Any) -> str:
    """Return an answer as it is shown before saving."""
    choices = {str(code): str(label) for code, label in getattr(bound.field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    if isinstance(value, date):
        return write_date(value)
    return choices.get(str(value), str(value))
