"""How many requests in a window of time: by key, by client, by person, by address, by feed.

The counts are in the cache. When that does not answer, requests pass and a line in the log says so: an
outage of Redis takes the limits away, not the API.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from config import clock
from devices.models import User

Kind = Literal["program", "person", "address", "failure", "token", "feed"]
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """What one caller used of its limit; ``reset`` is the seconds until the window ends."""

    kind: Kind
    limit: int
    window: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """Return how many requests are left in the window."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """Return the header fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.kind}";q={self.limit};w={self.window}',
            "RateLimit": f'"{self.kind}";r={self.remaining};t={self.reset}',
        }


def count(kind: Kind, who: str) -> Use | None:
    """Count a request and return the use with it; None if the cache does not answer."""
    return _use(kind, who, _add)


def seen(kind: Kind, who: str) -> Use | None:
    """Return the use so far; None if the cache does not answer."""
    return _use(kind, who, lambda name, window: cache.get(name, 0))


def address(request: Request | HttpRequest) -> str:
    """Return the address of the caller, as the nearest trusted proxy saw it."""
    return BaseThrottle().get_ident(request if isinstance(request, Request) else Request(request))


def tell(request: Request | HttpRequest, use: Use | None) -> None:
    """Keep the use for the headers of the answer."""
    getattr(request, "_request", request).__dict__["_use"] = use


def told(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Add the headers of the use to every answer of a view, not modified and refused ones included."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)

        def add(final: HttpResponseBase) -> HttpResponseBase:
            if use := request.__dict__.get("_use"):
                for name, value in use.headers().items():
                    final[name] = value
            return final

        if isinstance(response, SimpleTemplateResponse):  # "not modified" is known after the rendering only
            response.add_post_render_callback(add)
            return response
        return add(response)

    return answer


class CallerThrottle(BaseThrottle):
    """The limit of one key, client or person; of one address for who is none of these."""

    use: Use | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and return whether it is within the limit."""
        self.use = count(*_caller(request))
        tell(request, self.use)
        return self.use is None or self.use.used <= self.use.limit

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self.use.reset if self.use else None


def _caller(request: Request) -> tuple[Kind, str]:
    if counted_as := getattr(request.auth, "counted_as", None):
        return "program", counted_as
    if isinstance(request.user, User):
        return "person", str(request.user.pk)
    return "address", address(request)


def _use(kind: Kind, who: str, ask: Callable[[str, int], int]) -> Use | None:
    limit, window = _rate(kind)
    instant = clock.now().timestamp()
    number = int(instant // window)
    try:
        used = ask(f"rate:{kind}:{who}:{number}".replace(" ", ":"), window)
    except (RedisError, OSError) as error:
        _log.warning("limits are not checked: the cache does not answer (%s)", type(error).__name__)
        return None
    return Use(kind, limit, window, used, max(1, ceil((number + 1) * window - instant)))


def _add(name: str, window: int) -> int:
    """Add one and return the sum; ``incr`` is atomic in Redis."""
    cache.add(name, 0, timeout=2 * window)
    return cache.incr(name)


def _rate(kind: Kind) -> tuple[int, int]:
    """Return how many requests in how many seconds, from a text like "300/min"."""
    number, _, period = settings.API_RATES[kind].partition("/")
    return int(number), _SECONDS[period[0]]
