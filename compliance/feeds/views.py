"""The feed at its secret address: no login, no trace in caches or search engines."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe

from compliance.api.throttling import Kind, address, count
from compliance.feeds.calendar import alarms_of, written
from compliance.feeds.memory import entries
from compliance.feeds.operations import person_of
from config.clock import now, today
from devices.access import hashed


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the feed of the person whose secret this is, 304 where it has not changed. Raises Http404."""
    at = now()
    person = person_of(token, at=at)
    if person is None:
        if refused := _limited("failure", address(request)):
            return refused
        raise Http404
    if refused := _limited("feed", hashed(token)):
        return refused
    with override(person.language):
        content = written(entries(person, today=today(), at=at), alarms_of(person))
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    answer.headers["Content-Disposition"] = 'inline; filename="jalon.ics"'
    return _private(get_conditional_response(request, etag=etag, response=answer) or answer)


def _limited(kind: Kind, who: str) -> HttpResponseBase | None:
    use = count(kind, who)
    if use is None or use.used <= use.limit:
        return None
    return _private(HttpResponse(status=429, headers={**use.headers(), "Retry-After": str(use.reset)}))


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
