"""What every page shows the same way: icons, statuses, dates."""

from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from compliance.assessments.dates import distance, write_date, write_value
from compliance.assessments.words import ROLLS, word
from compliance.audit.models import AuditEvent
from compliance.facts.kinds import KINDS

register = template.Library()
_SHOWN = 4
_PENDING = {"elapsed", "applies", "silent_at_term", "clock_stopped"}
_ICONS = {"met": "done", "met_late": "done", "tacitly_accepted": "done"} | dict.fromkeys(_PENDING, "event")
_ICONS |= {"tacitly_rejected": "refused", "deemed_abandoned": "refused"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of the sprite; words always stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("backoffice/icons.svg"),
        name,
    )


@register.simple_tag
def chip(code: str, state: str = "") -> SafeString:
    """Return a status or state as a chip: icon, word, colour. ``state`` is the track's own, said instead."""
    shown = "pending" if code == "open" and state == "deadline" else code
    text = word(state) if state and state != "deadline" else word(shown)
    return format_html('<span class="chip {}">{}{}</span>', shown, icon(_ICONS.get(shown, shown)), text)


@register.filter
def written(day: date | str | None) -> str:
    """Return a date written out in the active language, or nothing."""
    return write_date(_day(day)) if day else ""


@register.filter
def valued(value: str | None) -> str:
    """Return a value of the law in words."""
    return write_value(value)


@register.simple_tag
def away(day: date | str | None, today: date) -> str:
    """Return how far a date is from the date of the page."""
    return distance(_day(day), today) if day else ""


@register.filter
def said(code: str) -> str:
    """Return the word of a code."""
    return word(code)


@register.filter
def rolling(roll: str) -> str:
    """Return what happens to a date that is not a working day."""
    return gettext(ROLLS[roll])


@register.simple_tag
def certainty(level: str | None) -> SafeString:
    """Return "to be confirmed", and why, for what rests on less than a text that was read."""
    if level in (None, "verified"):
        return SafeString()
    confirm = gettext("to be confirmed")
    return format_html('<span class="tag confirm">{} ({})</span> ', confirm, word(level or ""))


@register.simple_tag(takes_context=True)
def fact_link(context: Context, path: str) -> SafeString:
    """Return a link to the fact at a path, where it is recorded, or to the organisation that has it."""
    urls = context["page"].fact_urls
    url = urls.get(path) or urls.get(f"{path.partition('].')[0]}]")
    if url is None:
        return SafeString()
    name = gettext("fact %(key)s") % {"key": path.rpartition("[")[2].rstrip("]")}
    return format_html('<a class="nowrap" href="{}">{}</a> ', url, name)


@register.simple_tag
def finding_chip(level: str) -> SafeString:
    """Return the level of a finding as a chip."""
    return chip("blocked", "blocker") if level == "blocker" else chip(level)


@register.filter
def event_subjects(event: AuditEvent) -> str:
    """Return what an event is about, kind by kind: "certificate of a notified body qms, audit y1"."""
    named = {**(event.before or {}), **(event.after or {})}
    all_of_them = [f"{_kind_said(name)} {key}" for name, facts in named.items() for key in facts]
    shown = ", ".join(all_of_them[:_SHOWN])
    more = len(all_of_them) - _SHOWN
    return shown if more <= 0 else gettext("%(shown)s and %(more)d more") % {"shown": shown, "more": more}


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Return the query string of the page with some parameters changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def _kind_said(name: str) -> str:
    kind = KINDS.get(name)
    return str(kind.model._meta.verbose_name) if kind else gettext(name)
