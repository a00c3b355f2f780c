"""The feed as iCalendar (RFC 5545). Pure of any clock: the same entries and alarms give the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event, Timezone

from compliance.alerts.models import Alert, AlertState, Channel
from compliance.alerts.schedule import limit_of
from compliance.amendments.queries import law_in_force
from compliance.assessments.dates import write_date
from compliance.assessments.models import DeadlineRow
from compliance.assessments.words import language, word
from compliance.feeds.memory import Entry
from compliance.feeds.models import Said
from compliance.law.parameters import Law
from config.clock import PARIS
from devices import wall
from devices.models import User

# Rules, not the list of days that the library writes: not every reader of calendars takes those.
_PARIS = Timezone.from_ical(
    """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
)
REFRESH = timedelta(hours=4)
_NAMES = UUID("6f1d1b0e-6a0c-4d1e-9a0b-6f2d1c0b7e55")  # of our UIDs; never change it
Alarms = Mapping[tuple[UUID, str, str, str, date], Sequence[datetime]]


def written(entries: Sequence[Entry], alarms: Alarms) -> bytes:
    """Return the feed in the active language."""
    law = law_in_force()
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Jalon//jalon feed//FR")
    calendar.add("x-wr-calname", gettext("Deadlines (Jalon)"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    calendar.add_component(_PARIS)
    for entry in entries:
        calendar.add_component(_event(entry, law, alarms))
    content: bytes = calendar.to_ical()
    return content


@wall.system()
def alarms_of(person: User) -> Alarms:
    """Return when the person will be alerted of each deadline on its date: what is planned and not sent."""
    found: dict[tuple[UUID, str, str, str, date], list[datetime]] = {}
    planned = Alert.objects.filter(
        recipient=person, channel=Channel.EMAIL, state=AlertState.PLANNED, device__isnull=False
    )
    names = ("device_id", "rule", "trigger_fact", "n", "strict", "due_at")
    for *named, due_at in planned.order_by("due_at", "pk").values_list(*names):
        found.setdefault(tuple(named), []).append(due_at.astimezone(PARIS))
    return found


def uid_of(said: Said) -> str:
    """Return the UID of a deadline: of its identity, whatever becomes of its row, its date and its words."""
    return str(uuid5(_NAMES, "\n".join((str(said.device_id), said.rule, said.trigger_fact, said.n))))


def _event(entry: Entry, law: Law, alarms: Alarms) -> Event:
    said, row, rule = entry.said, entry.row, law.parameters.get(entry.said.rule)
    device = row.device if row else said.device
    label = _in_language(rule.label) if rule else said.rule
    event = Event()
    event.add("uid", uid_of(said))
    event.add("dtstamp", said.changed_at)
    event.add("last-modified", said.changed_at)
    event.add("sequence", said.sequence)
    event.add("status", "CONFIRMED" if row else "CANCELLED")
    event.add("dtstart", _start(said))
    event.add("summary", f"{device.name} : {label}")
    event.add("transp", "TRANSPARENT")
    if row is None:
        event.add("description", gettext("Nothing is to be done on this date any more."))
        return event
    link = settings.BASE_URL + reverse("admin:deadline", args=[row.pk])
    event.add("description", "\n".join(_description(row, rule, link)))
    event.add("categories", [str(row.get_track_display())])
    event.add("url", link)
    for at in alarms.get((row.device_id, row.rule, row.trigger_fact, row.n, row.strict), ()):
        event.add_component(_alarm(at, label))
    return event


def _start(said: Said) -> date | datetime:
    """Return the day of a deadline, or its instant in France where it has an hour; 24:00 ends the day."""
    return limit_of(said.strict, said.hour).astimezone(PARIS) if said.hour else said.strict


def _description(row: DeadlineRow, rule: Any, link: str) -> Iterator[str]:
    if rule and rule.late:
        yield f"{gettext('If late')} : {_in_language(rule.late)}"
    if rule and rule.silence:
        yield (
            gettext("If nobody answers") + f" : {_in_language(rule.silence)}"
        )  # not within: unread by xgettext
    yield row.citation if row.certainty == "verified" else f"{row.citation} ({word(row.certainty)})"
    if row.obliged:
        yield f"{gettext('Obliged party')} : {word(row.obliged)}"
    yield f"{gettext('Safe date')} : {write_date(row.safe)}"
    yield link


def _alarm(at: datetime, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", at.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    return alarm


def _in_language(words: Any) -> str:
    said: str = getattr(words, language())
    return said
