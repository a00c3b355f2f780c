"""What the tests of alerts share: one deadline of the portfolio, its people, a day's work of the tick."""

from datetime import UTC, date, datetime

from django.core import mail

from compliance.alerts import delivery, plan
from compliance.alerts.models import Alert
from compliance.assessments.models import DeadlineRow
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from devices.models import Membership, Organisation, Role, User
from tests import portfolio

NOW = portfolio.NOW  # a Sunday
AUDIT = "mdr.surveillance_audit"
AUDIT_DUE = date(2026, 11, 30)  # a Monday
SYSTEM = Actor.system("test")
DAYS = {365, 180, 90, 30, 7, 1, 0, -1, -3, -7, -14}


def person(name: str = "officer") -> User:
    return User.objects.get(email=f"{name}@example.org")


def join(name: str, role: Role = Role.OFFICER) -> User:
    """Return a new person of the maker in a role."""
    user = User.objects.create_user(f"{name}@example.org", is_staff=True)
    Membership.objects.create(user=user, organisation=Organisation.objects.get(key="maker"), role=role)
    return user


def at(day: date, hour: int = 9) -> datetime:
    """Return an instant of a day: in the morning, after the mails of the day are due."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def work(now: datetime = NOW) -> int:
    """Do what happens on a day: the assessment of the night, the plan, the sending; return what went out."""
    reassess(devices=[portfolio.device()], today=now.date(), at=now)
    plan.plan_changed(now=now)
    return delivery.deliver_due(today=now.date(), now=now)


def audit_row() -> DeadlineRow:
    return DeadlineRow.objects.get(rule=AUDIT)


def seen() -> dict[int, date]:
    row = audit_row()
    return {row.pk: row.strict}


def states(name: str = "officer", channel: str = "email", strict: date = AUDIT_DUE) -> dict[int, str]:
    """Return the state of each alert of the audit to a person, by the days before."""
    rows = Alert.objects.filter(rule=AUDIT, strict=strict, recipient=person(name), channel=channel)
    return {one.threshold // 24: one.state for one in rows}


def planned(name: str = "officer", strict: date = AUDIT_DUE) -> set[int]:
    return {days for days, state in states(name, strict=strict).items() if state == "planned"}


def mails() -> list[str]:
    """Return to whom mails of the audit went, in order."""
    return [one.to[0].partition("@")[0] for one in mail.outbox if "30 novembre 2026" in one.subject]
