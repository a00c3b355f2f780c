"""What monitors ask: the health of the alerting, and the numbers of Prometheus."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from compliance.watch.metrics import exposition
from compliance.watch.verdict import reasons, signs
from config.clock import now

_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded")
_UNSTORED = {"Cache-Control": "no-store"}


@require_safe
def alerting(request: HttpRequest) -> JsonResponse:
    """Answer 200 where the alerting works, else 503 with why. Asks the database, nothing else."""
    at = now()
    try:
        wrong = [str(one) for one in reasons(signs(at), now=at)]
    except DatabaseError as error:
        wrong = [f"the database does not answer ({type(error).__name__})"]
    body = {"status": "red" if wrong else "ok", "checked_at": at.isoformat(), "reasons": wrong}
    return JsonResponse(body, status=503 if wrong else 200, headers=_UNSTORED)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the numbers to who holds METRICS_TOKEN; where none is set, to this machine only."""
    if not _may_read(request):
        return HttpResponse(status=401 if settings.METRICS_TOKEN else 403, headers=_UNSTORED)
    return HttpResponse(exposition(now()), content_type=CONTENT_TYPE_LATEST, headers=_UNSTORED)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine speaks for others: it says so in one of these.
    here = not any(name in request.headers for name in _FORWARDED)
    return here and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
