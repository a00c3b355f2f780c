"""The mail of an invitation."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, override

from compliance.assessments.dates import write_date
from compliance.people.invitations import token_of
from devices.models import Invitation


def mail_invitation(invitation: Invitation) -> None:
    """Send the link to the invited address. Raises OSError (SMTPException among them) where it cannot."""
    with override(invitation.language):
        values = {
            "invitation": invitation,
            "inviter": invitation.invited_by,
            "last_day": write_date(localdate(invitation.expires_at)),
            "link": settings.BASE_URL + reverse("admin:invitation", args=[token_of(invitation)]),
        }
        subject = gettext("Invitation: %(organisation)s, on Jalon") % {
            "organisation": invitation.organisation
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("people/invitation.txt", values),
            to=[invitation.email],
        )
        mail.attach_alternative(render_to_string("people/invitation.html", values), "text/html")
    mail.send()
