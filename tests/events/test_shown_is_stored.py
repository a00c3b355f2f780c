"""Random events with random answers: what is shown beforehand is what is then stored."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.moves import moves
from compliance.assessments.operations import recorded_facts
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.backoffice.events.forms import EventForm
from compliance.events.operations import Change, fingerprint, happened, preview
from compliance.events.table import Event, events
from compliance.facts.errors import FactError
from compliance.facts.kinds import KINDS
from devices.models import Device
from tests import portfolio, rows

DAYS = st.dates(date(2024, 1, 2), date(2027, 12, 31)).map(date.isoformat)
_TEXTS = {"srn": "FR-MF-000012345", "notified_body": "0459", "value": "04250802900190", "code": "1140921"}


@st.composite
def _said(draw: Any, form: EventForm) -> dict[str, Any]:
    """Draw answers for a form: what must be answered, and some of the rest."""
    data: dict[str, Any] = {}
    for name, one in form.fields.items():
        if name in ("source", "comment") or (not one.required and draw(st.booleans())):
            continue
        if isinstance(one, forms.ChoiceField):
            offered: Any = one.choices
            codes = [str(code) for code, _label in offered if code not in ("", None)]
            drawn = draw(st.sampled_from(codes)) if codes else ""
            data[name] = [drawn] if isinstance(one, forms.MultipleChoiceField) else drawn
        elif isinstance(one, forms.DateField):
            data[name] = draw(DAYS)
        elif isinstance(one, forms.IntegerField | forms.DecimalField):
            data[name] = str(draw(st.integers(1, 40)))
        else:
            field = name.rpartition("-")[2]
            data[name] = "10:30" if field.endswith("_at") else _TEXTS.get(field, "some words")
    return data


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False), override("en"):
        yield


@pytest.fixture
def full(db: None) -> Device:
    """Return a device with a fact of every kind, its parts still open, and an organisation that has some."""
    portfolio.record([portfolio.PRIVATE | {"host": "maker"}])
    device = portfolio.device("draft-two")
    for kind in KINDS.values():
        subject: Any = device if kind.subject == "device" else device.host
        fact = rows.insert(kind.model, **{f"{kind.subject}_id": subject.pk, "source_id": None, "key": "one"})
        for part in kind.parts.values():
            rows.insert(part, parent_id=fact, position=0)
    return device


def _now(device: Device) -> Any:
    day = portfolio.NOW.date()
    ((value, organisations),) = recorded_facts([device])
    return assess(value, organisations, law_in_force(), on=day, known_on=day)


def test_what_is_shown_is_what_is_stored(full: Device) -> None:
    """What was previewed, what the operation says and what the record then gives are the same moves."""
    accepted, before = list[str](), _now(full)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def drawn(data: Any) -> None:
        event = events()[data.draw(st.sampled_from(sorted(events())))]
        with transaction.atomic():
            if _check(event, full, data, before):
                accepted.append(event.key)
            transaction.set_rollback(True)

    drawn()
    assert len(accepted) >= 8, "too few of the events drawn were accepted"


def _check(event: Event, device: Device, data: Any, before: Any) -> bool:
    subjects = [getattr(device, write.of) if write.of else device for write in event.writes]
    blank = EventForm(None, event=event, device=device, subjects=subjects)
    if blank.impossible:
        return False
    form = EventForm(data.draw(_said(blank)), event=event, device=device, subjects=subjects)
    if not form.is_valid():
        return False
    asked: dict[str, Any] = {
        "actor": Actor.system("test"), "event": event, "answers": form.answers(), "devices": [device],
        "reason": "drawn", "at": portfolio.NOW + timedelta(minutes=1),
    }  # fmt: skip
    trail = AuditEvent.objects.count()
    try:
        shown = preview(**asked)
    except FactError:
        assert (_now(device), AuditEvent.objects.count()) == (before, trail)
        with pytest.raises(FactError):
            happened(**asked)
        return False
    assert (_now(device), AuditEvent.objects.count()) == (before, trail)
    stored = happened(**asked, shown=fingerprint(shown))
    assert stored == shown
    assert moves(before, _now(device)) == shown.get(device, Change()).moves
    return True
