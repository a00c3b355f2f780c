"""What the tests of dossiers that are asked for say and do."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.dossiers import asking, working
from compliance.dossiers.models import DossierRequest
from compliance.dossiers.scopes import Question
from devices import wall
from devices.models import User
from devices.queries import Caller, reach
from tests import portfolio

NOW, TODAY = portfolio.NOW, portfolio.NOW.date()
DAY = timedelta(days=1)


def person(role: str = "officer") -> User:
    return User.objects.get(email=f"{role}@example.org")


def question(*devices: str, **changes: Any) -> Question:
    found = tuple(portfolio.device(one) for one in devices or ("scan-one",))
    return replace(Question("device", found, TODAY, TODAY, "en"), **changes)


def ask(asked: Question | None = None, role: str = "officer", **more: Any) -> asking.Asked:
    user = person(role)
    with wall.within(reach(Caller(user))):
        return asking.ask(
            actor=Actor.person(user), caller=Caller(user), question=asked or question(), at=NOW, **more
        )


def download(row: DossierRequest, role: str = "officer", at: datetime = NOW) -> bytes:
    user = person(role)
    with wall.within(reach(Caller(user, today=at.date()))):
        got = asking.download(
            actor=Actor.person(user), caller=Caller(user, today=at.date()), dossier_id=row.pk, at=at
        )
    with got.file as file:
        return file.read()


def cancel(row: DossierRequest, role: str = "officer") -> None:
    user = person(role)
    with wall.within(reach(Caller(user))):
        asking.cancel(actor=Actor.person(user), caller=Caller(user), dossier=row, at=NOW)


def work(at: datetime = NOW) -> int:
    return working.work(lambda: at)


def state(row: DossierRequest) -> str:
    row.refresh_from_db()
    return row.state


def made(role: str = "officer", **changes: Any) -> DossierRequest:
    row = ask(question(**changes), role).dossier
    assert (work(), state(row)) == (1, "ready")
    return row


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "dossiers").glob("*"))


def age(folder: Path) -> None:
    """Let all files there be old."""
    for one in (folder / "dossiers").glob("*"):
        os.utime(one, (0, 0))


def events() -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(action__startswith="dossier.").order_by("id")
    return [(one.action, one.actor_label, one.subject_label) for one in rows]


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in refused.value.problems]
