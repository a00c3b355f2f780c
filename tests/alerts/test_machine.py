"""Whatever happens in whatever order: nothing is lost, no row is doubled, one message a day of a deadline."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from compliance.alerts import delivery, gathering, plan
from compliance.alerts.models import Alert, AlertState, Letter
from compliance.alerts.operations import acknowledge
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.followup.models import Mark
from compliance.followup.operations import undo, waive
from compliance.followup.queries import covered
from compliance.law.calendar import next_working_day, previous_working_day
from config.clock import PARIS
from devices.models import Role
from tests import portfolio
from tests.alerts.desk import AUDIT, NOW, SYSTEM, audit_row, join, person, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        portfolio.record([portfolio.CERTIFIED])
        portfolio.people()
        join("head", Role.OWNER)
        DeadlineRow.objects.exclude(rule=AUDIT).delete()
        yield
        transaction.set_rollback(True)


class Crash(BaseException):
    """The worker is killed."""


class Ledger(RuleBasedStateMachine):
    """One deadline and its people: dates move, workers die, servers refuse, time passes."""

    @initialize()
    def begin(self) -> None:
        """Start from the recorded portfolio."""
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now: datetime = NOW
        self.excused = set[date]()  # days on which the ledger cannot know, or tomorrow would be too late
        self.said: dict[tuple[str, date], set[str]] = defaultdict(set)
        mail.outbox.clear()

    @rule(days=st.integers(-40, 200))
    def move(self, days: int) -> None:
        """The date moves."""
        strict = self.today() + timedelta(days=days)
        DeadlineRow.objects.update(
            strict=strict, rolled=next_working_day(strict), safe=previous_working_day(strict), state="open"
        )
        if previous_working_day(strict) <= self.today():
            self.excused.add(self.today())
        self._replan()

    @rule(state=st.sampled_from(["met", "open"]))
    def meet_or_not(self, state: str) -> None:
        """The deadline is met, or the fact that met it was wrong."""
        DeadlineRow.objects.update(state=state)
        self._replan()

    @rule()
    def waive_or_undo(self) -> None:
        """It is waived, or that is taken back."""
        if audit_row().state == "met":
            return
        if Mark.objects.exists():
            undo(actor=SYSTEM, seen=seen(), at=self.now)
        else:
            waive(actor=SYSTEM, seen=seen(), reason="No longer sold", at=self.now)

    @rule(who=st.sampled_from(["officer", "head"]))
    def acknowledge(self, who: str) -> None:
        """Somebody takes care."""
        if audit_row().state != "met":
            acknowledge(actor=SYSTEM, person=person(who), seen=seen(), at=self.now)

    @rule(hours=st.sampled_from([1, 12, 24, 24 * 4, 24 * 20]))
    def tick(self, hours: int) -> None:
        """Time passes, the tick works, and all that is due is told."""
        self._later(hours)
        self._tick()
        due = Alert.objects.filter(due_at__lte=self.now, channel="email").exclude(state="cancelled")
        pending = DeadlineRow.objects.filter(~covered(), state__in=["open", "overdue"]).exists()
        for name in ("officer", "head") if pending else ():
            told = due.filter(recipient=person(name), strict=audit_row().strict).order_by("threshold").first()
            assert told is None or told.state in (AlertState.SENT, AlertState.CLAIMED, AlertState.FAILED)
        free = Letter.objects.filter(state="waiting", not_before=None)
        assert not free.exclude(claimed_until__gt=self.now).exists()

    @rule(hours=st.sampled_from([1, 24]))
    def die_before_sending(self, hours: int) -> None:
        """A worker claims what is due and is killed."""
        self._later(hours)
        plan.plan_changed(now=self.now)
        gathering.gather_due(now=self.now)
        delivery.lease(now=self.now, limit=100)

    @rule(hours=st.sampled_from([1, 24]))
    def die_after_sending(self, hours: int) -> None:
        """A worker is killed between the server's yes and the commit: the only way to a second copy."""
        self._later(hours)
        with patch.object(delivery, "_sent", side_effect=Crash):
            try:
                self._tick()
            except Crash:
                self.excused.add(self.today())
                self._hear()

    @rule(hours=st.sampled_from([1, 24]))
    def refuse(self, hours: int) -> None:
        """The server refuses."""
        self._later(hours)
        with patch.object(mail.EmailMultiAlternatives, "send", side_effect=OSError("refused")):
            self._tick()

    def teardown(self) -> None:
        """Take everything back."""
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def today(self) -> date:
        """Return the day in France."""
        return self.now.astimezone(PARIS).date()

    def _later(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        DeadlineRow.objects.filter(state="open", strict__lt=self.today()).update(state="overdue")

    def _tick(self) -> None:
        plan.plan_changed(now=self.now)
        delivery.deliver_due(today=self.today(), now=self.now)
        self._hear()

    def _hear(self) -> None:
        """Note what went out: two messages of a day are copies of one letter, but on an excused day."""
        sent: list[Any] = mail.outbox
        for one in sent:
            self.said[one.to[0], self.today()].add(one.extra_headers["Message-ID"])
        sent.clear()
        for (_to, day), letters in self.said.items():
            assert len(letters) <= 1 or day in self.excused

    def _replan(self) -> None:
        DeviceAssessment.objects.update(alerts_planned=False)


def test_the_ledger_loses_nothing_and_doubles_nothing() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
