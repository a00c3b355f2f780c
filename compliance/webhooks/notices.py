"""The mail that says that an endpoint is disabled."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext, override

from compliance.webhooks.models import Endpoint
from devices.models import Role, User
from devices.queries import KEEP_RECORDS


def tell_disabled(endpoint: Endpoint) -> None:
    """Write to who looks after the endpoint, each in their language. Raises OSError where a mail cannot."""
    link = settings.BASE_URL + reverse("admin:webhook", args=[endpoint.pk])
    for one in _people(endpoint):
        with override(one.language):
            subject = gettext("Webhook disabled: %(url)s") % {"url": endpoint.shown_url}
            words = gettext(
                "Nothing more is sent to %(url)s: %(reason)s.\n\n"
                "What happens from now on is not kept for it. What waited is sent once it is enabled again:\n"
                "%(link)s"
            )
            values = {
                "url": endpoint.shown_url,
                "reason": endpoint.get_disabled_by_display(),
                "link": link,
            }
            send_mail(subject, words % values, None, [one.email])


def _people(endpoint: Endpoint) -> list[User]:
    if endpoint.role == Role.BUYER:
        return [endpoint.user]
    held = {"memberships__organisation": endpoint.organisation_id, "memberships__role__in": KEEP_RECORDS}
    return list(User.objects.filter(is_active=True, **held).distinct().order_by("email"))
