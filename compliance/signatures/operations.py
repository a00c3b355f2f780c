"""Sign a dossier, and take a signature back; each with an event of the trail that holds the same."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.dossiers.asking import audit, is_kept
from compliance.dossiers.models import DossierDevice, DossierRequest
from compliance.dossiers.queries import dossiers_of
from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop
from compliance.signatures.models import Meaning, Signature
from compliance.signatures.queries import hash_of_file
from devices import wall
from devices.models import User
from devices.queries import Caller, editable_devices


@transaction.atomic
def sign(
    *,
    actor: Actor,
    caller: Caller,
    dossier: DossierRequest,
    meaning: str,
    sha512: str,
    shown: Sequence[str],
    remark: str = "",
    at: datetime,
) -> Signature:
    """Sign the bytes of a dossier in the name of a person, and return the signature. Raises FactError.

    ``sha512`` is that of the dossier that the person had before them, ``shown`` what they have just logged in
    again with (``compliance.login.confirming``). Only who keeps the record of all its devices signs.
    """
    row, person = _to_be_signed(actor, caller, dossier, shown)
    if meaning not in Meaning.values:
        raise FactError([Problem("meaning", "choice", _MEANING, {"known": ", ".join(Meaning.values)})])
    if not is_kept(row, at) or not sha512 or row.sha512 != sha512:
        raise FactError([Problem("", "not_ready", _NOTHING_TO_SIGN)])
    if hash_of_file(row) != row.sha512:
        raise FactError([Problem("", "broken", _CHANGED)])
    given = {"dossier": row, "meaning": meaning, "signer_id": str(person.pk)}
    if Signature.objects.filter(**given, withdraws=None).exists():
        raise FactError([Problem("meaning", "twice", _TWICE)])
    new = Signature(**given, note=remark, sha512=row.sha512, code=row.code)
    return _add(new, Action.DOSSIER_SIGNED, actor, person, shown, at)


@transaction.atomic
def withdraw(
    *, actor: Actor, caller: Caller, signature: Signature, reason: str, shown: Sequence[str], at: datetime
) -> Signature:
    """Take a signature of the person back, by another row that says why. Raises FactError."""
    row, person = _to_be_signed(actor, caller, signature.dossier, shown)
    if signature.signer_id != str(person.pk):
        raise FactError([Problem("", "forbidden", _NOT_YOURS)])
    if not reason.strip():
        raise FactError([Problem("reason", "missing", _REASON)])
    if Signature.objects.filter(withdraws=signature).exists():
        raise FactError([Problem("", "twice", _WITHDRAWN)])
    back = Signature(
        dossier=row, meaning=signature.meaning, withdraws=signature, note=reason,
        signer_id=signature.signer_id, sha512=signature.sha512, code=signature.code,
    )  # fmt: skip
    return _add(back, Action.DOSSIER_SIGNATURE_WITHDRAWN, actor, person, shown, at)


def may_sign(caller: Caller, row: DossierRequest) -> bool:
    """Return whether the person keeps the record of all devices of a dossier."""
    devices = DossierDevice.objects.filter(dossier=row).values("device")
    return editable_devices(caller).filter(pk__in=devices).count() == row.device_count


def _to_be_signed(
    actor: Actor, caller: Caller, dossier: DossierRequest, shown: Sequence[str]
) -> tuple[DossierRequest, User]:
    """Return the dossier, locked, and the person who may sign and has logged in again. Raises FactError."""
    person, seen = actor.user, dossiers_of(caller).filter(pk=dossier.pk).exists()
    if person is None or person != caller.user or not (seen and may_sign(caller, dossier)):
        raise FactError([Problem("", "forbidden", _NOT_A_KEEPER)])
    if not person.name.strip():
        raise FactError([Problem("", "nameless", _NAMELESS)])
    if not shown:
        raise FactError([Problem("", "not_confirmed", _NOT_CONFIRMED)])
    with wall.system():
        return DossierRequest.objects.select_for_update(of=("self",)).get(pk=dossier.pk), person


def _add(
    new: Signature, action: Action, actor: Actor, person: User, shown: Sequence[str], at: datetime
) -> Signature:
    """Add the row and its events: in the trail of each device, of which the first is named by the row."""
    new.signer_label, new.signer_name = actor.label, person.name
    new.signed_at, new.shown = at, list(shown)
    told = {
        "signature": str(new.withdraws_id or new.pk), "meaning": new.meaning, "name": new.signer_name,
        "sha512": new.sha512, "code": new.code, "shown": new.shown,
    }  # fmt: skip
    with wall.system():
        new.event = audit(new.dossier, action, actor=actor, at=at, more=told, reason=new.note)[0]
        new.save(force_insert=True)
    return new


_NOT_A_KEEPER = gettext_noop("Only who keeps the record of all devices of this dossier may sign it.")
_NAMELESS = gettext_noop("A signature holds the name of a person: ask for yours to be added to your account.")
_NOT_CONFIRMED = gettext_noop("Log in again first: a signature is given by who has just shown who they are.")
_MEANING = gettext_noop("Choose what the signature means: %(known)s.")
_NOTHING_TO_SIGN = gettext_noop(
    "This dossier has no file that could be signed, or it is another than you saw: open it again."
)
_CHANGED = gettext_noop(
    "The kept file is not the one that was made: nothing is signed. Ask for the dossier anew, and tell the"
    " administrator."
)
_TWICE = gettext_noop("You have signed this dossier with this meaning already.")
_WITHDRAWN = gettext_noop("This signature has been withdrawn already.")
_NOT_YOURS = gettext_noop("Only who signed may take a signature back.")
_REASON = gettext_noop("Say why the signature is withdrawn.")
