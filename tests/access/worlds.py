"""Two start-ups, three devices with a fact of every kind, and who stands at the door; each text is marked."""

from datetime import date, timedelta
from typing import Any

from compliance.alerts.models import Alert, Letter
from compliance.assessments.models import DeadlineRow
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.operations import append
from compliance.clients.operations import register_client
from compliance.decisions.operations import sign
from compliance.dossiers.models import DossierDevice, DossierRequest, DossierScope
from compliance.evidence.models import DocumentLink
from compliance.evidence.operations import Upload, add_document
from compliance.facts.kinds import KINDS
from compliance.followup.models import Mark
from compliance.requirements.models import Statement
from compliance.watch.models import Heartbeat
from compliance.watch.verdict import WATCHED
from compliance.webhooks.models import Delivery, Endpoint, Event, Watch
from devices.access import create_key
from devices.models import Device, Grant, Invitation, Membership, Organisation, Role, Scope, User
from tests import portfolio, rows

ROLES = ("owner", "officer", "reader", "buyer", "auditor", "rival", "administrator", "stranger", "anonymous")
EXPIRY = portfolio.NOW + timedelta(days=300)
_PLACES = {
    "owner": ("maker", Role.OWNER),
    "officer": ("maker", Role.OFFICER),
    "reader": ("maker", Role.READER),
    "buyer": ("hospital", Role.BUYER),
    "auditor": ("audit-house", Role.AUDITOR),
    "rival": ("rival", Role.OFFICER),
    "administrator": ("house", Role.ADMINISTRATOR),
}


def build() -> None:
    """Make the world. A mark says what it marks and whose: ``zq-note-private``, ``zq-event-rival``…"""
    for key in ("maker", "hospital", "audit-house", "rival", "house"):
        Organisation.objects.create(key=key, name=key)
    for task in WATCHED:
        Heartbeat.objects.update_or_create(
            name=task, defaults={"at": portfolio.NOW, "took": timedelta(0), "good_at": portfolio.NOW}
        )
    people = {name: _person(name) for name in ROLES if name != "anonymous"}
    for key, owner, published in (
        ("private", "maker", False),
        ("published", "maker", True),
        ("other", "rival", False),
    ):
        _device(
            key,
            Organisation.objects.get(key=owner),
            published,
            people["officer" if owner == "maker" else owner],
        )
    _grant("private", people["auditor"], portfolio.NOW.date())
    _grant("other", people["auditor"], portfolio.NOW.date() - timedelta(days=400))  # over
    for owner in ("maker", "rival"):
        organisation = Organisation.objects.get(key=owner)
        _programs(organisation, people["officer" if owner == "maker" else owner])
        _invited(organisation)
        _hook(organisation, people["officer" if owner == "maker" else owner])
        for kind in KINDS.values():
            if kind.subject == "organisation":
                rows.insert(
                    kind.model, organisation_id=organisation.pk, source_id=None, note=f"zq-fact-{owner}"
                )
    hospital = _hook(Organisation.objects.get(key="hospital"), people["buyer"], Role.BUYER)
    Watch.objects.create(endpoint=hospital, device=Device.objects.get(key="published"))


def fact(model: Any, holder: str) -> Any:
    """Return the fact of a kind that a device, or the organisation that owns it, holds."""
    found = model._default_manager.filter(note__startswith="zq-")
    if hasattr(model, "device"):
        return found.get(device__key=holder)
    return found.get(organisation__key="rival" if holder == "other" else "maker")


def _person(name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", "Une phrase de passe", is_staff=True)
    if name in _PLACES:
        organisation, role = _PLACES[name]
        held = Organisation.objects.get(key=organisation)
        Membership.objects.create(user=user, organisation=held, role=role)
    return user


def _grant(key: str, auditor: User, starts_on: date) -> None:
    Grant.objects.create(
        device=Device.objects.get(key=key), user=auditor, starts_on=starts_on,
        ends_on=starts_on + timedelta(days=30), given_at=portfolio.NOW,
    )  # fmt: skip


def _programs(organisation: Organisation, keeper: User) -> None:
    key = organisation.key
    create_key(
        actor=Actor.person(keeper), user=keeper, organisation=organisation, role=Role.OFFICER,
        name=f"zq-key-{key}", scopes=list(Scope), expires_at=EXPIRY, at=portfolio.NOW,
    )  # fmt: skip
    register_client(
        actor=Actor.system("test"), organisation=organisation, role=Role.OFFICER, responsible=keeper,
        name=f"zq-client-{key}", scopes=list(Scope), at=portfolio.NOW,
    )  # fmt: skip


def _invited(organisation: Organisation) -> None:
    Invitation.objects.create(
        organisation=organisation, email=f"zq-invited-{organisation.key}@example.org", role=Role.READER,
        created_at=portfolio.NOW, sent_at=portfolio.NOW, expires_at=EXPIRY,
    )  # fmt: skip


def _hook(organisation: Organisation, user: User, role: Role = Role.OFFICER) -> Endpoint:
    """Add an endpoint, past the trail, with a delivery whose answer is marked."""
    key = organisation.key
    endpoint = Endpoint.objects.create(
        organisation=organisation, user=user, role=role, url=f"https://1.1.1.1/zq-hook-{key}",
        events=[Event.STATUS_CHANGED], secret="x", created_at=portfolio.NOW,
    )  # fmt: skip
    if role == Role.OFFICER:
        Delivery.objects.create(
            endpoint=endpoint, event_id=f"evt_{key}", event="webhook.test", payload=b"{}", state="delivered",
            created_at=portfolio.NOW, not_before=portfolio.NOW, status=200, answer=f"zq-sent-{key}",
        )  # fmt: skip
    return endpoint


def _document(device: Device, title: str, published: bool) -> None:
    """Add a document whose file holds its title."""
    details = {"kind": "other", "title": title, "language": "fr", "published": published}
    upload = Upload(f"{title}.txt", [title.encode()])
    version = add_document(
        actor=Actor.system("test"), device=device, details=details, upload=upload, at=portfolio.NOW
    )
    DocumentLink.objects.create(version=version, fact="versions[v1]")


def _followed_up(device: Device) -> None:
    """Add a deadline that is waived for a marked reason."""
    strict = date(2026, 11, 30)
    named = {"device": device, "rule": "mdr.surveillance_audit", "strict": strict}
    DeadlineRow.objects.create(
        **named, track="ce_marking", rolled=strict, roll="none", safe=strict, state="open",
        obliged="notified_body", citation="MDR Annex IX 3.3", certainty="verified",
    )  # fmt: skip
    Mark.objects.create(**named, kind="waived", note=f"zq-followup-{device.key}", at=portfolio.NOW, by="test")


def _dossier(device: Device) -> None:
    """Add a dossier that a marked person has asked for, past the trail."""
    day = portfolio.NOW.date()
    row = DossierRequest.objects.create(
        scope=DossierScope.DEVICE, device_count=1, on=day, known_on=day, language="fr",
        asked_label=f"zq-dossier-{device.key}", asked_at=portfolio.NOW,
    )  # fmt: skip
    DossierDevice.objects.create(dossier=row, device=device)


def _device(key: str, owner: Organisation, published: bool, keeper: User) -> None:
    device = Device.objects.create(
        key=key,
        name=f"zq-name-{key}",
        note=f"zq-note-{key}",
        owner=owner,
        manufacturer=owner,
        published=published,
    )
    reassess(devices=[device], today=portfolio.NOW.date(), at=portfolio.NOW)
    for kind in KINDS.values():
        if kind.subject == "device":
            fact = rows.insert(kind.model, device_id=device.pk, source_id=None, note=f"zq-fact-{key}")
            for part in kind.parts.values():
                rows.insert(part, parent_id=fact, position=0)
    _followed_up(device)
    _dossier(device)
    sign(
        actor=Actor.system("test"), device=device, table="conformity_route", answers={"device_class": "I"},
        on=portfolio.NOW.date(), known_on=portfolio.NOW.date(), reason=f"zq-decision-{key}", at=portfolio.NOW,
    )  # fmt: skip
    Statement.objects.create(
        device=device, catalogue="mdr_annex_ii", number="6.2(a)", since=portfolio.NOW.date(),
        note=f"zq-requirement-{key}", at=portfolio.NOW, by="test",
    )  # fmt: skip
    _document(device, f"zq-document-{key}", published=True)
    _document(device, f"zq-draft-{key}", published=False)
    append(
        actor=Actor.person(keeper),
        organisation=owner,
        action="device.saved",
        subject_type="device",
        subject_id=str(device.pk),
        subject_label=device.name,
        before=None,
        after=None,
        reason=f"zq-event-{key}",
        at=portfolio.NOW,
    )
    letter = Letter.objects.create(
        recipient=keeper, threshold=720, made_at=portfolio.NOW, subject=f"zq-alert-{key}"
    )
    Alert.objects.create(
        device=device, rule="mdr.surveillance_audit", strict=date(2026, 11, 30), safe=date(2026, 11, 30),
        threshold=720, due_at=portfolio.NOW, recipient=keeper, state="claimed", letter=letter,
    )  # fmt: skip
