"""Where an OAuth2 client asks for a token and gives one back. No other grant is served.

Errors have the form of RFC 6749, section 5.2, which OAuth2 clients read; what is no matter of OAuth2 (405,
413, 429, 500) is a problem detail.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from compliance.api import problems, throttling
from devices import wall

# Overriding ``dispatch`` takes away what the library says of its own: no session, so no CSRF token either.
_OPEN = (csrf_exempt, login_not_required, throttling.told)


class Limited:
    """Every request counts by address: a wrong secret costs as much as a right one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, or refuse with 429."""
        use = throttling.count("token", throttling.address(request))
        throttling.tell(request, use)
        if use is None or use.used <= use.limit:
            with wall.system():  # the client is not known before its secret is
                answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
            return answer
        return problems.answer(request, 429, gettext("Ask again later."), **{"Retry-After": str(use.reset)})

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse with 405."""
        return problems.answer(request, 405, gettext("Use POST."), Allow="POST")


@method_decorator(_OPEN, name="dispatch")
class Token(Limited, TokenView):  # type: ignore[misc]
    """Gives a short token to a client that shows its secret."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer by the grant of the client; the library would serve the device grant here too."""
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


@method_decorator(_OPEN, name="dispatch")
class Revoke(Limited, RevokeTokenView):  # type: ignore[misc]
    """Ends a token before its time (RFC 7009)."""
