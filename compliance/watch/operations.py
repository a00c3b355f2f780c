"""Acknowledging that alerts were given up."""

from datetime import datetime

from django.db import transaction

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop
from compliance.watch import ledger
from compliance.watch.models import SeenFailure
from devices import wall
from devices.models import Role
from devices.queries import Caller


@transaction.atomic
def acknowledge_failures(*, actor: Actor, at: datetime) -> int:
    """Note that an administrator has seen the alerts that were given up; return how many.

    They stay failed in the ledger. Raises FactError for anybody else.
    """
    if actor.user is None or Role.ADMINISTRATOR not in Caller(actor.user).held:
        message = gettext_noop("Only administrators acknowledge failed alerts.")
        raise FactError([Problem("", "forbidden", message)])
    with wall.system():
        failed = sorted(ledger.failed().values_list("pk", flat=True))
        SeenFailure.objects.bulk_create(
            [SeenFailure(alert_id=one, at=at, by=actor.label) for one in failed], ignore_conflicts=True
        )
    if failed:
        append(
            actor=actor, organisation=None, action=Action.ALERTS_ACKNOWLEDGED, subject_type="alerts",
            subject_id="failed", subject_label="alerts", before=None,
            after={"alerts": [str(one) for one in failed]}, at=at,
        )  # fmt: skip
    return len(failed)
