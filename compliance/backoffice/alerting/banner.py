"""The banner over every page, for who can do something about it: administrators and owners."""

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from compliance.backoffice.access import is_administrator
from compliance.watch.verdict import Reason, reasons, signs
from config.clock import now
from devices.models import Role
from devices.queries import caller_of


def banner(request: HttpRequest) -> list[str]:
    """Return in words why the alerting is red, nothing where it works; in one query for who is told."""
    if is_administrator(request) or Role.OWNER in caller_of(request).held:
        return faults()
    return []


def faults() -> list[str]:
    """Return in words why the alerting is red now."""
    at = now()
    return [_words(one) for one in reasons(signs(at), now=at)]


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
    at = (
        date_format(localtime(reason.since), "DATETIME_FORMAT")
        if reason.since
        else gettext("the installation")
    )
    return words % {"since": at}
