"""What django-allauth tells by signals and by nothing else: second factors and identity providers."""

from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.dispatch import Signal

from compliance.audit.models import Action
from compliance.login.operations import note
from config.clock import now
from devices.models import User

_SECOND_FACTORS = (
    (mfa.authenticator_added, Action.ACCOUNT_SECOND_FACTOR_ADDED),
    (mfa.authenticator_reset, Action.ACCOUNT_SECOND_FACTOR_ADDED),
    (mfa.authenticator_removed, Action.ACCOUNT_SECOND_FACTOR_REMOVED),
    (mfa.authentication_failed, Action.ACCOUNT_SECOND_FACTOR_FAILED),
)


def listen() -> None:
    """Note each of these signals in the trail."""
    for signal, action in _SECOND_FACTORS:
        _hear_second_factor(signal, action)
    social.social_account_added.connect(_linked, weak=False)
    social.social_account_removed.connect(_unlinked, weak=False)


def _hear_second_factor(signal: Signal, action: Action) -> None:
    def heard(user: User, authenticator: Authenticator, **others: Any) -> None:
        failed = action == Action.ACCOUNT_SECOND_FACTOR_FAILED
        kind = {"kind": str(authenticator.type)}
        note(action=action, user=user, by=None if failed else user, after=kind, at=now())

    signal.connect(heard, weak=False, dispatch_uid=f"trail {id(signal)}")


def _linked(sociallogin: Any, **others: Any) -> None:
    user, provider = sociallogin.user, sociallogin.account.provider
    note(action=Action.ACCOUNT_PROVIDER_LINKED, user=user, by=user, after={"provider": provider}, at=now())


def _unlinked(socialaccount: Any, **others: Any) -> None:
    user, provider = socialaccount.user, socialaccount.provider
    note(action=Action.ACCOUNT_PROVIDER_UNLINKED, user=user, by=user, after={"provider": provider}, at=now())
