"""Reading the answer of the law for a recorded device, in the active language."""

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.dates import write_date
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.assessments.render import Json, body, speak, spoken
from compliance.assessments.words import language, word
from compliance.facts.past import Known, known_facts
from compliance.law.parameters import Law
from compliance.law.types import AUTHORITIES, NOT_OURS, PENDING
from devices.models import Device


def dated_answer(
    device: Device, *, on: date, known_on: date, today: date, now: datetime, facts: Known | None = None
) -> tuple[Json, datetime]:
    """Return the answer on a date as known on a date, in the active language, and when it was computed.

    The stored answer serves for today while it holds; any other is computed at ``now``, from the facts as
    recorded at the end of the day ``facts_known_on``: that of ``known_on``, or the first day of the record
    where that is later, None where nothing was known of the device then. ``facts`` are those of
    ``known_on``, where they were read already.
    """
    law = law_in_force()
    stored: DeviceAssessment | None = getattr(device, "assessment", None)
    facts_known_on: date | None
    if on == known_on == today and stored is not None and _holds(stored, law, today):
        neutral = {
            **stored.body,
            "on": today.isoformat(),
            "known_on": today.isoformat(),
            "law_version": law.version,
        }
        computed_at, facts_known_on = stored.computed_at, today
    else:
        facts = facts or known_facts(device, known_on=known_on, today=today)
        neutral = body(assess(facts.device, facts.organisations, law, on=on, known_on=known_on))
        computed_at, facts_known_on = now, facts.on
    answer = spoken(neutral, law, language(), translate=gettext, say=word, write_date=write_date)
    return {**answer, "facts_known_on": facts_known_on.isoformat() if facts_known_on else None}, computed_at


def rows_by_identity(device: Device) -> dict[tuple[str, str, str], int]:
    """Return the row of each stored deadline of a device by what names it: rule, trigger fact, n."""
    rows = DeadlineRow.objects.filter(device=device).values_list("rule", "trigger_fact", "n", "pk")
    return {(rule, fact, n): pk for rule, fact, n, pk in rows}


def to_meet() -> Q:
    """Return: a stored deadline is to be met, and by a company, as ``is_ours`` says of one."""
    return Q(state__in=sorted(PENDING)) & ~followed()


def followed() -> Q:
    """Return: a company has nothing to do about a stored deadline, and only follows it."""
    return Q(obliged__in=sorted(AUTHORITIES)) | Q(rule__in=sorted(NOT_OURS))


def spoken_reason(stored: Json) -> Json:
    """Return a reason of a stored answer with its text in the active language."""
    said: Json = speak(stored, translate=gettext, say=word, write_date=write_date)
    return said


def _holds(stored: DeviceAssessment, law: Law, today: date) -> bool:
    """Return whether the stored answer is still the answer of today."""
    change = stored.next_change
    return stored.law_version == law.version and stored.on <= today and (change is None or today < change)
