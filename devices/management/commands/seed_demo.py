"""``manage.py seed_demo``: the bundled portfolio and the accounts of the demonstration."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

import compliance.facts
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.facts import operations
from compliance.facts.files import content_of
from compliance.facts.importing import import_file
from compliance.people import grants
from config import clock
from devices import access
from devices.commands import SystemCommand
from devices.models import Device, Membership, Organisation, Role, Scope, User

PORTFOLIO = Path(compliance.facts.__file__).parent / "portfolio"
KEY_NAME = "demo"
KEY_TERM = timedelta(days=365)
GRANT_TERM = timedelta(days=365)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for one another


@dataclass(frozen=True)
class Account:
    """A person of the demonstration; without organisation, one who acts for those that keep devices."""

    role: Role
    name: str
    organisation: tuple[str, str] | None = None
    has_key: bool = True

    @property
    def email(self) -> str:
        return f"{self.role}@jalon.example"


AUDIT_HOUSE = ("exemple-audit", "Cabinet d'audit (exemple)")
ACCOUNTS = (
    Account(Role.OFFICER, "Camille Officier (exemple)"),
    Account(Role.BUYER, "Dominique Acheteur (exemple)", ("exemple-hopital", "Centre hospitalier (exemple)")),
    Account(Role.AUDITOR, "Claude Auditeur (exemple)", AUDIT_HOUSE),
    Account(Role.ADMINISTRATOR, "Sacha Administrateur (exemple)", has_key=False),
    Account(Role.OWNER, "Maxime Responsable (exemple)", has_key=False),
)


class Command(SystemCommand):
    help = (
        "Load the bundled portfolio into a database without devices, and make the demo accounts. "
        "Run again, it keeps the passwords and keys of the credentials file."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.DEMO_DIR / "credentials.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        with transaction.atomic():
            if not Device.objects.exists():
                _load_portfolio()
            else:  # the rules may have changed since the last run, and answer otherwise
                reassess(devices=Device.objects.all(), today=clock.today(), at=clock.now())
            credentials = _credentials(known)
            _show_to_auditors()
        _write(path, credentials)


def _load_portfolio() -> None:
    for file in sorted(PORTFOLIO.glob("*.yaml")):
        actor = Actor.system("seed_demo")
        import_file(
            actor=actor, content=content_of(file), name=file.name, reason="bundled portfolio", at=clock.now()
        )


def _credentials(known: dict[str, Any]) -> dict[str, Any]:
    """Make the accounts fit what is known, draw what is not, and return all of it."""
    passwords = {account["email"]: account["password"] for account in known.get("accounts", ())}
    accounts, keys = [], {}
    for account in ACCOUNTS:
        password = passwords.get(account.email) or _draw_password()
        user = _user(account, password)
        accounts.append({"role": account.role, "email": account.email, "password": password})
        if account.has_key:
            keys[account.role] = _key(user, account.role, known.get("api_keys", {}).get(account.role, ""))
    return {"base_url": settings.BASE_URL, "accounts": accounts, "api_keys": keys}


def _user(account: Account, password: str) -> User:
    user = User.objects.filter(email=account.email).first()
    if user is None:
        administrator = account.role == Role.ADMINISTRATOR
        user = User.objects.create_user(
            account.email, password, name=account.name, is_staff=True, is_superuser=administrator
        )
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    for organisation in _organisations(account):
        Membership.objects.get_or_create(user=user, organisation=organisation, role=account.role)
    return user


def _show_to_auditors() -> None:
    """Show the example devices to the auditors of the demonstration, where no grant of today does so yet."""
    day = clock.today()
    house = Organisation.objects.get(key=AUDIT_HOUSE[0])
    running = Q(grants__organisation=house, grants__revoked_at=None, grants__ends_on__gte=day)
    for device in Device.objects.filter(owner__example=True).exclude(running).order_by("key"):
        grants.give(
            actor=Actor.system("seed_demo"), device=device, auditor=house, starts_on=day,
            ends_on=day + GRANT_TERM, at=clock.now(),
        )  # fmt: skip


def _organisations(account: Account) -> list[Organisation]:
    """Return the organisations that the account acts for, made as example data where missing."""
    if account.role in (Role.OFFICER, Role.OWNER):
        return list(Organisation.objects.filter(pk__in=Device.objects.values("owner")))
    if account.organisation is None:
        return []
    key, name = account.organisation
    return [
        Organisation.objects.filter(key=key).first()
        or operations.save_organisation(
            actor=Actor.system("seed_demo"),
            organisation=None,
            changes={"key": key, "name": name, "country": "FR", "example": True},
            at=clock.now(),
        )
    ]


def _key(user: User, role: Role, known: str) -> str:
    """Return the known key if it still works, else a new one in place of those of the demonstration."""
    at = clock.now()
    found = access.verify_key(known, at=at)
    if found and found.user == user:
        return known
    actor = Actor.system("seed_demo")
    for key in user.api_keys.filter(name=KEY_NAME, revoked_at=None):
        access.revoke_key(actor=actor, key=key, at=at)
    membership = user.memberships.filter(role=role).order_by("organisation__name").first()
    if membership is None:  # a portfolio without devices has no officer's organisation
        return ""
    return access.create_key(
        actor=actor,
        user=user,
        organisation=membership.organisation,
        role=role,
        name=KEY_NAME,
        scopes=list(Scope),
        expires_at=at + KEY_TERM,
        at=at,
    ).plain


def _draw_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _write(path: Path, credentials: dict[str, Any]) -> None:
    """Write the file whole or not at all, for its owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(credentials, file, indent=2)
    draft.replace(path)
