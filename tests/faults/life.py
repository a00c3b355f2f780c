"""The life of a made-up portfolio: what people do while the clock runs, by the ordinary operations.

The deadlines themselves are written straight into the projections, as an assessment leaves them: what is
under test is what follows from a deadline, not how the law makes one, and recording the facts of a thousand
would take longer than the run.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from compliance.alerts import operations
from compliance.alerts.models import Digest
from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.audit.actors import Actor
from compliance.followup.operations import assign, declare_done, undo, waive
from compliance.law.calendar import is_working_day
from compliance.people.invitations import accept_as_new, invite, token_of
from compliance.people.memberships import remove
from devices.models import Device, Membership, Organisation, Role, User
from tests.faults.facts import Deadline, Facts, Person

SYSTEM = Actor.system("faults")
HOUSES = ("north", "south", "west")
RULES = (
    "mdr.surveillance_audit",
    "mdr.psur_class_iia",
    "latm.renewal_request_lead",
    "lppr.renewal_request_lead",
)
PERIODS = ("P1Y", "P6M", "P15D")
DEVICES = 24  # of each house


@dataclass
class Portfolio:
    """Writes the facts, and remembers them."""

    draw: random.Random
    facts: Facts = field(default_factory=Facts)
    _devices: dict[str, list[Device]] = field(default_factory=dict)
    _number: Any = field(default_factory=lambda: count(1))

    # --- the beginning ---

    def begin(self, at: datetime) -> None:
        """Make the houses, their people and devices, and the deadlines that stand already."""
        self.rules = [one for one in RULES if one in law_in_force().parameters]
        for house in HOUSES:
            Organisation.objects.create(key=house, name=house.title())
            for role in (Role.OWNER, Role.OFFICER, Role.OFFICER):
                self.join(house, role, at)
            self._devices[house] = [self._device(house, n, at) for n in range(DEVICES)]

    def _device(self, house: str, n: int, at: datetime) -> Device:
        device = Device.objects.create(
            key=f"{house}-{n}", name=f"Device {house} {n}", owner=Organisation.objects.get(key=house)
        )
        DeviceAssessment.objects.create(
            device=device, on=at.date(), known_on=at.date(), computed_at=at, body={}, alerts_planned=True,
            law_version=law_in_force().version, next_change=None, market_access="valid",
            reimbursement="valid",
        )  # fmt: skip
        return device

    # --- people ---

    def join(self, house: str, role: Role, at: datetime) -> Person:
        """Take somebody into a house, by an invitation that they accept."""
        email = f"person{next(self._number)}@example.org"
        place, language = Organisation.objects.get(key=house), self.draw.choice(["fr", "en"])
        invitation = invite(
            actor=SYSTEM, organisation=place, email=email, role=role, language=language, at=at
        )
        accept_as_new(
            token=token_of(invitation), name=email, language=language, password="Une phrase de passe", at=at
        )
        person = self.facts.people[email] = Person(email, house, str(role))
        self.facts.changed += 1
        return person

    def leave(self, person: Person, at: datetime) -> None:
        """Let somebody leave their house."""
        membership = Membership.objects.get(user__email=person.email, organisation__key=person.house)
        remove(actor=SYSTEM, membership=membership, reason="Another job", at=at)
        person.left = at
        self.facts.changed += 1

    # --- deadlines ---

    @transaction.atomic
    def appear(self, strict: date, hour: str = "") -> Deadline:
        """Let a deadline appear, as an assessment writes it."""
        house = self.draw.choice(HOUSES)
        device = self.draw.choice(self._devices[house])
        token = f"D{next(self._number)}"
        deadline = Deadline(
            token=token, house=house, device=device.pk, row=0, rule=self.draw.choice(self.rules),
            trigger_fact=f"faults/{token}", strict=strict, safe=working_day(strict),
            value="PT72H" if hour else self.draw.choice(PERIODS), hour=hour,
        )  # fmt: skip
        deadline.row = DeadlineRow.objects.create(
            device=device, rule=deadline.rule, trigger_fact=deadline.trigger_fact, track="ce_marking",
            roll="none", state="open", value=deadline.value, obliged="manufacturer", certainty="verified",
            hour=hour, **_dated(deadline),
        ).pk  # fmt: skip
        self._plan_anew(deadline)
        self.facts.deadlines[token] = deadline
        return deadline

    @transaction.atomic
    def move(self, deadline: Deadline, strict: date, at: datetime) -> None:
        """Move a deadline, as an assessment does."""
        deadline.strict, deadline.safe = strict, working_day(strict)
        deadline.acknowledged = False
        DeadlineRow.objects.filter(pk=deadline.row).update(moved_at=at, **_dated(deadline))
        self._plan_anew(deadline)

    @transaction.atomic
    def meet(self, deadline: Deadline, at: datetime) -> None:
        """Let a deadline be met by the facts, as an assessment finds it."""
        DeadlineRow.objects.filter(pk=deadline.row).update(state="met", met_on=at.date())
        self._plan_anew(deadline)
        deadline.over = "met"

    def declare(self, deadline: Deadline, at: datetime) -> None:
        """Let a person declare it done."""
        seen = {deadline.row: deadline.strict}
        declare_done(actor=SYSTEM, seen=seen, on=at.date(), version=None, note="Done", at=at)
        deadline.over = "done"
        self.facts.changed += 1

    def waive(self, deadline: Deadline, at: datetime) -> None:
        """Let a person waive it."""
        waive(actor=SYSTEM, seen={deadline.row: deadline.strict}, reason="Another device", at=at)
        deadline.over = "waived"
        self.facts.changed += 1

    def undo(self, deadline: Deadline, at: datetime) -> None:
        """Let a person take back that it is done or waived."""
        undo(actor=SYSTEM, seen={deadline.row: deadline.strict}, at=at)
        deadline.over = ""
        self.facts.changed += 1

    def assign(self, deadline: Deadline, person: Person, at: datetime) -> None:
        """Give it to somebody of the house."""
        user = User.objects.get(email=person.email)
        assign(actor=SYSTEM, seen={deadline.row: deadline.strict}, person=user, at=at)
        deadline.assignee = person.email
        self.facts.changed += 1

    def acknowledge(self, deadline: Deadline, person: Person, at: datetime) -> None:
        """Let somebody acknowledge it."""
        user = User.objects.get(email=person.email)
        seen = {deadline.row: deadline.strict}
        operations.acknowledge(actor=Actor.person(user), person=user, seen=seen, at=at)
        deadline.acknowledged = True
        self.facts.changed += 1

    # --- wishes ---

    def wish(self, person: Person, digest: str, quiet: bool, at: datetime) -> None:
        """Let a person say how they want to be told."""
        user = User.objects.get(email=person.email)
        operations.set_preference(
            actor=Actor.person(user),
            person=user,
            digest=Digest(digest or "at_once"),
            quiet_days_off=quiet,
            at=at,
        )
        person.digest, person.quiet_days_off = digest, quiet
        self.facts.changed += 1

    def go_away(self, person: Person, first: date, last: date, at: datetime) -> None:
        """Let a person say that they are away for some days."""
        user = User.objects.get(email=person.email)
        operations.add_leave(actor=Actor.person(user), person=user, first=first, last=last, at=at)
        person.leaves = (*person.leaves, (first, last))
        self.facts.changed += 1

    def set_thresholds(
        self, house: str, kind: str, before: list[int], after: list[int], at: datetime
    ) -> None:
        """Let a house set its thresholds for a kind of deadlines."""
        place = Organisation.objects.get(key=house)
        operations.set_thresholds(
            actor=SYSTEM, organisation=place, kind=kind, before=before, after=after, at=at
        )
        self.facts.thresholds[house, kind] = (tuple(sorted(before, reverse=True)), tuple(sorted(after)))
        self.facts.changed += 1

    def _plan_anew(self, deadline: Deadline) -> None:
        DeviceAssessment.objects.filter(device=deadline.device).update(alerts_planned=False)
        self.facts.changed += 1


def working_day(day: date) -> date:
    """Return the day, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _dated(deadline: Deadline) -> dict[str, Any]:
    return {
        "strict": deadline.strict,
        "rolled": deadline.strict,
        "safe": deadline.safe,
        "citation": f"Made up [{deadline.token} {deadline.strict.isoformat()}]",
    }
