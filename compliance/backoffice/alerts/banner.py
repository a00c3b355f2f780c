"""The banner over every page, for who can do something about it: administrators and owners."""

from collections.abc import Iterable
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext
from redis.exceptions import RedisError

from compliance.assessments.dates import write_date
from compliance.backoffice.access import is_administrator
from compliance.watch.verdict import Reason, reasons, signs
from config.clock import now
from devices.models import Role
from devices.queries import caller_of

_KEY, _SECONDS = "alerting:signs", 30


def banner(request: HttpRequest) -> list[str]:
    """Return in words why the alerting is red, nothing where it works; half a minute old at most.

    Where the cache does not answer, the database is asked: this is when it matters.
    """
    if not is_administrator(request) and Role.OWNER not in caller_of(request).held:
        return []
    at = now()
    try:
        seen = cache.get_or_set(_KEY, lambda: signs(at), _SECONDS) or {}
    except (RedisError, OSError):
        seen = signs(at)
    return in_words(reasons(seen, now=at))


def in_words(found: Iterable[Reason]) -> list[str]:
    """Return reasons in words, in the active language."""
    return [_words(one) for one in found]


def _words(reason: Reason) -> str:
    match (reason.code, reason.task):
        case ("silent", "alerts"):
            words = gettext("Alerting has not run since %(since)s: no alert goes out.")
        case ("silent", _):
            words = gettext("Deadlines have not been computed anew since %(since)s.")
        case ("unsent", _):
            words = gettext("Alerts that were to go out on %(since)s are not sent yet.")
        case _:
            words = gettext("Alerts could not be delivered and were given up, the first one of %(since)s.")
    return words % {"since": _instant(reason.since) if reason.since else gettext("the installation")}


def _instant(at: datetime) -> str:
    here = localtime(at)
    return f"{write_date(here.date())}, {here:%H:%M}"
