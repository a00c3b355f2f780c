"""Recording what happened: the list of events, the form of one, and what it changes before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.amendments.queries import law_in_force
from compliance.amendments.words import Labels, Moved
from compliance.assessments.queries import spoken_reason
from compliance.assessments.render import Json, reason_body
from compliance.assessments.tables import TABLES
from compliance.assessments.words import language
from compliance.backoffice import access
from compliance.backoffice.events.forms import EventForm, EvidenceForm
from compliance.backoffice.forms import PlainForm, show
from compliance.backoffice.page import Page
from compliance.events.operations import Moved as MovedDevices
from compliance.events.operations import MovedMeanwhile, fingerprint, happened, preview
from compliance.events.table import Event, events
from compliance.facts.checks import ROLES
from compliance.facts.errors import FactError
from compliance.facts.operations import affected_devices
from compliance.law.parameters import Law, Words
from compliance.law.types import Finding
from config.clock import now, today
from devices.models import AREA_LABELS, Device


class SearchForm(PlainForm):
    """Words to find an event by."""

    q = forms.CharField(label=_("Find an event"), required=False, max_length=100, empty_value="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = {one.group: _group(one) for one in events().values()}
        self.fields["group"] = forms.ChoiceField(
            label=_("Track"), required=False, choices=[("", _("all")), *groups.items()]
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a list: an event with its words in the active language."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that an event is about, with its article and how far it can be trusted."""

    id: str
    label: str
    article: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Change:
    """What moves for one device: statuses and doors, then deadlines; the findings that appear and go."""

    device: Device
    statuses: list[Moved]
    deadlines: list[Moved]
    appearing: list[tuple[str, Json]]
    going: list[tuple[str, Json]]


def listing(request: HttpRequest, device_id: UUID) -> Page:
    """Return the events that can be recorded of a device, group by group."""
    device = kept_device(request, device_id)
    groups: dict[str, list[Line]] = {}
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "group": ""}
    wanted, group = asked["q"].casefold().split(), asked["group"]
    for one in events().values():
        if group in ("", one.group) and all(part in spoken(one.words).casefold() for part in wanted):
            groups.setdefault(_group(one), []).append(Line(one.key, spoken(one.words)))
    shown = {"device": device, "groups": groups, "form": form, "filtered": bool(wanted or group)}
    return Page("backoffice/events.html", _("Record what happened"), shown)


def event(request: HttpRequest, device_id: UUID, event_key: str) -> Page | HttpResponse:
    """Ask what an event needs, show what it changes, and record it once confirmed."""
    device = kept_device(request, device_id)
    one = events().get(event_key)
    if one is None:
        raise Http404
    said = request.POST if request.method == "POST" else None
    start = {
        name: many if len(many) > 1 else many[0] for name, many in request.GET.lists() if name[:1].isdigit()
    }
    form = EventForm(said, initial=start, event=one, device=device, subjects=_subjects(request, one, device))
    context: dict[str, Any] = {"device": device, "event": one, "form": form, "words": spoken(one.words)}
    if said is not None and said.get("do") != "edit" and not form.impossible and form.is_valid():
        answer = _checked(request, form, save=said.get("do") == "save")
        if isinstance(answer, HttpResponse):
            return answer
        if answer is not None:
            return Page("backoffice/event_check.html", spoken(one.words), context | answer)
    _focus(form)
    shown = {
        "wizard": gettext(TABLES[one.wizard].words) if one.wizard else "",
        "help": spoken(one.help) if one.help else "",
        "rules": list(_rules(one, law_in_force())),
        "begins": _beginnings(one) if form.impossible else [],
    }
    return Page("backoffice/event.html", spoken(one.words), context | shown)


def kept_device(request: HttpRequest, device_id: UUID) -> Device:
    """Return the device, for who keeps its record. Raises Http404, PermissionDenied."""
    found = get_object_or_404(access.visible(request).select_related(*ROLES), pk=device_id)
    if not access.keeps(request, found.owner_id):
        raise PermissionDenied
    return found


def spoken(words: Words) -> str:
    """Return words of a table in the active language."""
    return str(getattr(words, language()))


def _group(one: Event) -> str:
    """Return what an event is about: a track, data and cybersecurity, or the device."""
    return str(AREA_LABELS[one.group]) if one.group in AREA_LABELS else gettext("The device")


def _subjects(request: HttpRequest, one: Event, device: Device) -> list[Any]:
    """Return whose fact each write is, None where the person does not keep that record."""
    found: list[Any] = []
    for write in one.writes:
        holder = getattr(device, write.of) if write.of else device
        kept = write.of is None or (holder and holder.pk in access.kept_organisation_ids(request))
        found.append(holder if kept else None)
    return found


def _checked(request: HttpRequest, form: EventForm, *, save: bool) -> dict[str, Any] | HttpResponse | None:
    """Return what the event would change, or go back once it is saved; None where it is refused."""
    asked, proof = _operation(request, form), _evidence(request, form, sent=save)
    meanwhile, save = False, save and (proof is None or proof.is_valid())
    try:
        if save:
            evidence = proof.evidence() if proof else None
            moved = happened(**asked, evidence=evidence, shown=request.POST.get("shown"))
        else:
            moved = preview(**asked)
    except FactError as refusal:
        if proof is None or not any(one.path in proof.fields for one in refusal.problems):
            show(refusal, form)
            return None
        show(refusal, proof)
        moved, save = preview(**asked), False
    except MovedMeanwhile as other:
        moved, meanwhile, save = other.moved, True, False
    if save:
        messages.success(
            request, gettext("Recorded. The statuses and deadlines are those of the new record.")
        )
        return redirect("admin:device", form.device.pk)
    return {
        "changes": _changes(moved),
        "shown": fingerprint(moved),
        "meanwhile": meanwhile,
        "proof": proof,
        "told": form.told(),
        "hidden": [form[name].as_hidden() for name in form.fields],
    }


def _evidence(request: HttpRequest, form: EventForm, *, sent: bool) -> EvidenceForm | None:
    """Return the form of what shows the facts of the device, None where the event writes none."""
    if form.device not in form.subjects:
        return None
    versions = list(access.document_versions(request, Device.objects.filter(pk=form.device.pk)))
    return EvidenceForm(*((request.POST, request.FILES) if sent else ()), versions=versions)


def _operation(request: HttpRequest, form: EventForm) -> dict[str, Any]:
    """Return what the operation is given."""
    words, comment = spoken(form.event.words), form.cleaned_data["comment"]
    organisations = [one for one in form.subjects if one is not None and not isinstance(one, Device)]
    devices = [form.device]
    if organisations:
        others = affected_devices(organisations) & access.editable(request)
        devices += [one for one in others.distinct() if one.pk != form.device.pk]
    source = form.cleaned_data.get("source")
    return {
        "actor": access.actor(request),
        "event": form.event,
        "answers": form.answers(),
        "devices": devices,
        "reason": f"{words} – {comment}" if comment else words,
        "note": comment,
        "source": source.key if source else None,
        "at": now(),
    }


def _changes(moved: MovedDevices) -> list[Change]:
    labels = Labels(law_in_force(), language())
    return [
        Change(
            device,
            [labels.moved(one.as_json()) for one in what.moves if one.what != "deadline"],
            [labels.moved(one.as_json()) for one in what.moves if one.what == "deadline"],
            _said(what.appearing),
            _said(what.going),
        )
        for device, what in moved.items()
    ]


def _said(found: Iterable[Finding]) -> list[tuple[str, Json]]:
    """Return each finding: its level, its reason in the active language."""
    return [(one.level, spoken_reason(reason_body(one.reason))) for one in found]


def _rules(one: Event, law: Law) -> Iterable[Rule]:
    """Yield the rules of an event as they govern today, or will first."""
    day = today()
    for name in one.rules:
        rule = law[name]
        value = rule.as_known(day).value_at(day) or max(rule.values, key=lambda value: value.applies)
        yield Rule(name, spoken(rule.label), str(value.citation), value.certainty)


def _beginnings(one: Event) -> list[Line]:
    """Return the events that record what this one adds to."""
    wanted = {write.add for write in one.writes if write.add and not write.optional}
    found = [other for other in events().values() if wanted & {write.new for write in other.writes}]
    return [Line(other.key, spoken(other.words)) for other in found]


def _focus(form: EventForm) -> None:
    """Let the page open at the first field that is wrong."""
    for name in form.errors:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
            return
