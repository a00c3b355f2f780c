"""The mail of each week to who keeps records: what is watched, what was sent, what is next.

A mail that does not come on Monday says that nothing watches any more. One row a person and week makes sure
that it is neither lost nor sent twice; the one window is the crash between the mail server's yes and ours,
and then both carry the same Message-ID. A week that is over is not made up for: the next one says more.
"""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from compliance.amendments.queries import law_in_force
from compliance.assessments.dates import write_date
from compliance.assessments.models import DeadlineRow
from compliance.assessments.words import language
from compliance.audit.models import Action
from compliance.followup.queries import to_do
from compliance.login.operations import note
from compliance.watch import ledger
from compliance.watch.models import WeeklyMail, WeeklyWish
from compliance.watch.verdict import reasons, signs
from devices.models import Membership, User
from devices.queries import KEEP_RECORDS, Caller, editable_devices

FROM_HOUR = 7  # on Monday, in France
LEASE = timedelta(minutes=10)
_RETRY = timedelta(minutes=30)


def send(*, now: datetime, limit: int = 200) -> int:
    """Send the mails of the week that are still to be sent; return how many went out."""
    week = week_of(now)
    if week is None:
        return 0
    wanting = User.objects.filter(
        is_active=True, pk__in=Membership.objects.filter(role__in=KEEP_RECORDS).values("user")
    ).exclude(pk__in=WeeklyWish.objects.filter(wanted=False).values("user"))
    missing = wanting.exclude(pk__in=WeeklyMail.objects.filter(week=week).values("user"))
    WeeklyMail.objects.bulk_create(
        [WeeklyMail(user=user, week=week) for user in missing], ignore_conflicts=True
    )
    rows = WeeklyMail.objects.filter(_free(now), week=week, user__in=wanting)
    red = bool(reasons(signs(now), now=now))
    return sum(_send(row, red, now) for row in rows.select_related("user").order_by("pk")[:limit])


def week_of(now: datetime) -> str | None:
    """Return the ISO week whose mail is to be out by now in France; None on Monday before seven."""
    here = timezone.localtime(now)
    year, week, weekday = here.isocalendar()
    return None if weekday == 1 and here.hour < FROM_HOUR else f"{year}-W{week:02}"


def wanted(user: User) -> bool:
    """Return whether a person wants the weekly mail: yes, unless they said no."""
    return not WeeklyWish.objects.filter(user=user, wanted=False).exists()


@transaction.atomic
def wish(*, user: User, wanted: bool, at: datetime) -> None:
    """Write whether a person wants the weekly mail."""
    WeeklyWish.objects.update_or_create(user=user, defaults={"wanted": wanted})
    note(action=Action.ACCOUNT_WEEKLY_MAIL, user=user, by=user, after={"wanted": wanted}, at=at)


def _free(now: datetime) -> Q:
    return Q(sent_at=None) & (Q(claimed_until=None) | Q(claimed_until__lte=now))


def _send(row: WeeklyMail, red: bool, now: datetime) -> bool:
    own = WeeklyMail.objects.filter(pk=row.pk)
    if not own.filter(_free(now)).update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return False  # another worker was faster
    try:
        _mail(row, red, now).send()
    except Exception as error:  # whatever fails is written down and tried again
        failure = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
        own.update(claimed_until=now + _RETRY, error=failure)
        return False
    own.update(sent_at=now, claimed_until=None, error="")
    return True


def _mail(row: WeeklyMail, red: bool, now: datetime) -> EmailMultiAlternatives:
    user, today = row.user, timezone.localdate(now)
    with override(user.language):
        values = _values(user, red, today, now)
        count = values["pending"]
        subject = ngettext(
            "Jalon is watching: %(n)d deadline", "Jalon is watching: %(n)d deadlines", count
        ) % {"n": count}
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("watch/weekly.txt", values),
            to=[user.email],
            headers={"Message-ID": f"<weekly-{row.pk}@{urlsplit(settings.BASE_URL).hostname}>"},
        )
        mail.attach_alternative(render_to_string("watch/weekly.html", values), "text/html")
    return mail


def _values(user: User, red: bool, today: date, now: datetime) -> dict[str, Any]:
    own = editable_devices(Caller(user, today=today))
    pending = DeadlineRow.objects.filter(to_do(), device__in=own)
    following = pending.filter(strict__gte=today).select_related("device").order_by("strict", "pk").first()
    return {
        "pending": pending.count(),
        "overdue": pending.filter(state="overdue").count(),
        "sent": ledger.sent_to(user.pk, now - timedelta(days=7)),
        "next": following
        and f"{write_date(following.strict)}, {following.device.name} : {_label(following)}",
        "red": red,
        "link": settings.BASE_URL + reverse("admin:deadlines"),
    }


def _label(row: DeadlineRow) -> str:
    rule = law_in_force().parameters.get(row.rule)
    return getattr(rule.label, language()) if rule else row.rule
