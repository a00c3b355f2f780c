"""Clients are registered, known by their tokens, and revoked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from oauth2_provider.models import AccessToken

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.clients.models import Client
from devices import wall
from devices.access import note_use
from devices.models import Organisation, Role, Scope, User


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just registered; ``secret`` is the only copy of its secret."""

    client: Client
    secret: str = field(repr=False)


@transaction.atomic
def register_client(
    *,
    actor: Actor,
    organisation: Organisation,
    role: Role,
    responsible: User,
    name: str,
    scopes: Sequence[Scope],
    at: datetime,
) -> NewClient:
    """Register a program of an organisation in one role, and draw its secret. Raises ValidationError."""
    client = Client(
        organisation=organisation,
        role=role,
        user=responsible,
        name=name,
        scopes=sorted(scopes),
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        client_type=Client.CLIENT_CONFIDENTIAL,
    )
    secret = client.client_secret
    client.full_clean()
    client.save(force_insert=True)
    after = {
        "name": name,
        "client_id": client.client_id,
        "responsible": responsible.email,
        "role": str(role),
        "scopes": [str(scope) for scope in client.scopes],
    }
    _audit(actor, Action.CLIENT_REGISTERED, client, None, after, at)
    return NewClient(client, secret)


@transaction.atomic
def revoke_client(*, actor: Actor, client: Client, at: datetime) -> None:
    """Make the client and its tokens useless from now on; one revoked already keeps its instant."""
    if Client.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=at):
        AccessToken.objects.filter(application=client).delete()
        after = {"revoked_at": at.isoformat()}
        _audit(actor, Action.CLIENT_REVOKED, client, {"revoked_at": None}, after, at)
    client.refresh_from_db(fields=["revoked_at"])


@wall.system()  # nobody is known yet
def verify_token(plain: str, *, at: datetime) -> tuple[Client, frozenset[str]] | None:
    """Return the client of a token and what the token opens, and note the use; None if it is not valid.

    The token is looked up by its SHA-256: its text is not in the database, and no comparison depends on it.
    """
    checksum = hashlib.sha256(plain.encode()).hexdigest()
    live = AccessToken.objects.filter(expires__gt=at, application__revoked_at=None)
    token = live.select_related("application__organisation").filter(token_checksum=checksum).first()
    if token is None or token.application is None:
        return None
    client: Client = token.application
    note_use(client, at)
    return client, frozenset(token.scope.split()) & frozenset(client.scopes)


def _audit(
    actor: Actor,
    action: Action,
    client: Client,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    at: datetime,
) -> None:
    append(
        actor=actor,
        organisation=client.organisation,
        action=action,
        subject_type="client",
        subject_id=str(client.pk),
        subject_label=client.name,
        before=before,
        after=after,
        at=at,
    )
