"""The page of one deadline: what the law says of it, what meets it, who looks after it, what is declared."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from compliance.assessments.models import DeadlineRow
from compliance.audit.models import AuditEvent
from compliance.backoffice import access
from compliance.backoffice.deadlines.forms import AssignForm, DoneForm, WaiveForm
from compliance.backoffice.deadlines.listing import of, shown
from compliance.backoffice.events.pages import Line, spoken
from compliance.backoffice.facts.records import Entry, admin_url, summary
from compliance.backoffice.forms import asked, data
from compliance.backoffice.law.watch import Words, words
from compliance.backoffice.page import Page
from compliance.events.table import events
from compliance.evidence.models import DocumentVersion
from compliance.facts.checks import ROLES
from compliance.facts.errors import FactError
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.rows import fields_of
from compliance.followup import operations
from compliance.followup.meeting import kind_and_key, new_kind
from compliance.followup.queries import acknowledged, keepers
from compliance.law.parameters import Parameter
from compliance.law.types import AUTHORITIES, PENDING
from config.clock import now, today
from devices.models import Device

HISTORY_SIZE = 20


@dataclass(frozen=True, slots=True)
class Meeting:
    """What meets a deadline: a new fact of a kind (``label``, ``add_url``), or an act of an authority.

    ``applies``: no act meets it. Without any of these, it is met within the fact that it counts from.
    ``events`` are those about the rule that record such a fact, or add to that one.
    """

    label: str
    add_url: str
    applies: bool
    authority: bool
    events: list[Line]


@dataclass(frozen=True, slots=True)
class DeadlinePage:
    """All that the page shows."""

    row: Any
    rule: Words
    value: Words
    pending: bool
    trigger: Entry | None
    meeting: Meeting
    documents: list[DocumentVersion]
    history: list[AuditEvent]
    before: int | None
    after: int | None
    assign: AssignForm | None
    readable: bool


def deadline(request: HttpRequest, deadline_id: int) -> Page:
    """Return the page of a deadline."""
    row = _row(request, deadline_id)
    shown(request, [row])
    readable: bool = row.readable
    before, after = _neighbours(row)
    page = DeadlinePage(
        row,
        *_words(row),
        row.state in PENDING,
        _trigger(row) if readable else None,
        _meeting(row),
        _documents(request, row) if readable else [],
        _history(request, row) if readable else [],
        before,
        after,
        AssignForm(people=keepers([row.device.owner_id]), held=row.assignment) if row.kept else None,
        readable,
    )
    return Page("backoffice/deadline.html", row.label, {"page": page, "row": row, "today": today()})


@require_POST
def assign(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Assign the deadline to the person chosen, or to nobody."""
    row = kept_row(request, deadline_id)
    form = AssignForm(request.POST, people=keepers([row.device.owner_id]))
    if form.is_valid():
        seen, person = {row.pk: row.strict}, form.cleaned_data["person"]
        try:
            if person is None:
                operations.unassign(actor=access.actor(request), seen=seen, at=now())
            else:
                operations.assign(actor=access.actor(request), seen=seen, person=person, at=now())
        except FactError as refusal:
            _say_refused(request, refusal)
        else:
            said = gettext("The deadline is assigned to %(person)s.") % {"person": person}
            _say(request, said if person else gettext("The deadline is assigned to nobody."))
    return redirect("admin:deadline", row.pk)


def done(request: HttpRequest, deadline_id: int) -> Page | HttpResponse:
    """Ask for the day and the evidence, then declare the deadline done."""
    row = kept_row(request, deadline_id)
    versions = list(access.document_versions(request, Device.objects.filter(pk=row.device_id)))
    form = DoneForm(data(request), initial={"seen": row.strict, "on": today()}, versions=versions)

    def act(said: dict[str, Any]) -> None:
        operations.declare_done(
            actor=access.actor(request), seen={row.pk: said["seen"]}, on=said["on"],
            version=said["version"], note=said["note"], at=now(),
        )  # fmt: skip

    words = _(
        "This is your declaration. It silences the alerts and takes the deadline off the lists of what is to "
        "be done, until its date moves. It does not change what the rules compute: for that, record the fact "
        "that meets the deadline."
    )
    return asked_of(request, row, form, act, _("Declare done"), gettext("Declared done."), words)


def waive(request: HttpRequest, deadline_id: int) -> Page | HttpResponse:
    """Ask why, then waive the deadline."""
    row = kept_row(request, deadline_id)
    form = WaiveForm(data(request), initial={"seen": row.strict})

    def act(said: dict[str, Any]) -> None:
        operations.waive(
            actor=access.actor(request), seen={row.pk: said["seen"]}, reason=said["reason"], at=now()
        )

    words = _(
        "You declare that this deadline calls for nothing. It silences the alerts and takes the deadline off "
        "the lists of what is to be done, until its date moves. The rules compute it as before."
    )
    return asked_of(request, row, form, act, _("Waive"), gettext("The deadline is waived."), words)


@require_POST
def undo(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Take back what is declared of the deadline."""
    row = kept_row(request, deadline_id)
    try:
        operations.undo(actor=access.actor(request), seen={row.pk: row.strict}, at=now())
    except FactError as refusal:
        _say_refused(request, refusal)
    else:
        _say(request, gettext("The declaration is undone: alerts are sent again."))
    return redirect("admin:deadline", row.pk)


def _row(request: HttpRequest, deadline_id: int) -> Any:
    """Return a deadline that the person sees, with its device; ``readable``: they read the whole record."""
    whole = access.readable(request).order_by().filter(pk=OuterRef("device"))
    related = [f"device__{role}" for role in ROLES]
    rows = (
        of(access.visible(request))
        .select_related(*related)
        .annotate(
            readable=Exists(whole),
            acknowledged=acknowledged(),
            notices=access.with_number_of_notices(request),
        )
    )
    found: Any = get_object_or_404(rows, pk=deadline_id)
    access.remember_number_of_notices(request, found.notices)
    return found


def kept_row(request: HttpRequest, deadline_id: int) -> DeadlineRow:
    """Return a deadline of a record that the person keeps. Raises Http404, PermissionDenied."""
    row: DeadlineRow = _row(request, deadline_id)
    if not access.keeps(request, row.device.owner_id):
        raise PermissionDenied
    shown(request, [row])
    return row


def asked_of(
    request: HttpRequest, row: Any, form: Any, act: Any, title: Any, done_words: str, words: Any
) -> Page | HttpResponse:
    """Ask of one deadline with a form, then act and go back to its page."""
    return asked(
        request, form, act, title=title, back=reverse("admin:deadline", args=[row.pk]), button=title,
        done=done_words, template="backoffice/deadline_form.html", words=words, rows=[row], today=today(),
    )  # fmt: skip


def _say(request: HttpRequest, words: str) -> None:
    messages.success(request, words)


def _say_refused(request: HttpRequest, refusal: FactError) -> None:
    messages.error(request, " ".join(one.text for one in refusal.problems))


def _words(row: Any) -> tuple[Words, Words]:
    """Return the words of the rule, and those of the value that the deadline rests on."""
    rule: Parameter | None = row.parameter
    if rule is None:
        return Words(), Words()
    rests_on = (row.citation, row.certainty)  # values of one article may be read with less certainty
    value = next(
        (one for one in reversed(rule.values) if (str(one.citation), one.certainty) == rests_on), None
    )
    said = words(value, ("note", "settled_by")) if value else Words()
    return words(rule, ("late", "silence")), said


def _meeting(row: Any) -> Meeting:
    parameter, kind = row.parameter, KINDS.get(new_kind(row.rule))
    add = f"{admin_url(kind.model, 'add')}?device={row.device_id}" if kind and row.kept else ""
    return Meeting(
        str(kind.model._meta.verbose_name) if kind else "",
        add,
        parameter is not None and parameter.on_expiry == "applies",
        row.obliged in AUTHORITIES,
        _events(row, kind) if row.kept else [],
    )


def _events(row: Any, new: Kind | None) -> list[Line]:
    """Return the events about the rule that record the new fact, or add to the one that is counted from."""
    added, _key = kind_and_key(row.trigger_fact)
    return [
        Line(one.key, spoken(one.words))
        for one in events().values()
        if row.rule in one.rules
        and any((new and write.new == new.path) or write.add == added for write in one.writes)
    ]


def _trigger(row: DeadlineRow) -> Entry | None:
    """Return the fact that the deadline counts from, None where it is none or recorded no more."""
    path, key = kind_and_key(row.trigger_fact)
    kind = KINDS.get(path)
    found = _fact(kind, key, row.device) if kind else None
    if kind is None or found is None:
        return None
    held = {one.name: getattr(found, one.attname) for one in fields_of(kind.model)}
    label = capfirst(str(kind.model._meta.verbose_name))
    said = f"{label} · {summary(kind.model, held) or key}"
    return Entry(row.trigger_fact, said, admin_url(kind.model, "change", found.pk))


def _fact(kind: Kind, key: str, device: Device) -> Any:
    holders = [pk for role in ROLES if (pk := getattr(device, f"{role}_id"))]
    subjects = [device.pk] if kind.subject == "device" else holders
    return kind.model._default_manager.filter(**{f"{kind.subject}__in": subjects, "key": key}).first()


def _documents(request: HttpRequest, row: DeadlineRow) -> list[DocumentVersion]:
    """Return the documents that show the fact which the deadline counts from, each in its latest version."""
    rows = access.document_versions(request, Device.objects.filter(pk=row.device_id))
    found = rows.filter(links__fact=row.trigger_fact)
    return list({one.document_id: one for one in reversed(found)}.values())


def _history(request: HttpRequest, row: DeadlineRow) -> list[AuditEvent]:
    """Return the events of the deadline, and of the fact that it counts from, the last one first."""
    path, key = kind_and_key(row.trigger_fact)
    name = operations.name_of(row)
    told = Q(after__deadline__has_key=name) | Q(before__deadline__has_key=name)
    if path:
        told |= Q(**{f"after__{path}__has_key": key}) | Q(**{f"before__{path}__has_key": key})
    own = access.events(request).filter(told, subject_type="device", subject_id=str(row.device_id))
    return list(own.order_by("-id")[:HISTORY_SIZE])


def _neighbours(row: DeadlineRow) -> tuple[int | None, int | None]:
    """Return the deadlines of the device before and after this one."""
    rows = DeadlineRow.objects.filter(device=row.device_id).order_by("strict", "pk")
    found = cast(list[int], list(rows.values_list("pk", flat=True)))
    at = found.index(row.pk)
    return (found[at - 1] if at else None), (found[at + 1] if at + 1 < len(found) else None)
