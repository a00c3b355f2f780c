"""Renewals of listings on the LPPR, of telemonitoring activities (LATM) and on the intra-GHS list.

Sources: CSS R.165-10, R.165-10-1 (LPPR); R.162-88, R.162-89 (LATM); R.165-56, R.165-57 (intra-GHS). The
renewal of a brand line is tacit only when a complete file came in time; that of a generic line needs no
request, but on the intra-GHS list. There a tacit renewal lasts as long as the listing did; elsewhere its
length is not written: its end is unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from compliance.law.calendar import ONE_DAY
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, Listing
from compliance.law.filings import communicated_on, outcome
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Status
from compliance.listing.coverage import (
    filed_on,
    files_for,
    not_started,
    others,
    path_of,
    recorded_end,
)
from compliance.listing.terms import ListRules, answered_late, extended, put_term, rules_of, tacit_end

# How long before the last day of the request a listing starts to ask for attention: ours, not the law's.
_WATCH = "listing.renewal_watch"


@dataclass(frozen=True, slots=True)
class _Renewal:
    """What is recorded on the renewal of one listing on the date."""

    filed: bool
    filed_on: date | None
    in_time: bool
    complete: bool | None
    granted: bool
    refused: bool
    refused_later_on: date | None


def assess(ctx: Context, listing: Listing) -> Standing:
    """Return where one listing stands, after putting its term and the deadlines of its renewal."""
    rules = rules_of(listing)
    gone = recorded_end(ctx, listing)
    if gone:
        return gone
    renewal_files = _files(ctx, listing, rules)
    granted = any(outcome(ctx, one) == "granted" for one in renewal_files)
    end = put_term(ctx, listing, rules, granted)
    waiting = not_started(ctx, listing)
    if waiting:
        return waiting
    if end is None:
        return _end_unknown(ctx, listing, rules)
    if _successor(ctx, listing):
        return _succeeded(ctx, listing, end)
    if rules.tacit_generic and listing.line in {"generic", "generic_reinforced"}:
        return _generic(ctx, listing, rules, rules.tacit_generic, end, renewal_files)
    if listing.line == "brand" or rules.tacit_generic is None:
        return _brand(ctx, listing, rules, end, renewal_files)
    return _line_unknown(ctx, listing, end)


def _end_unknown(ctx: Context, listing: Listing, rules: ListRules) -> Standing:
    """Return the standing where no end is recorded: listed, a brand line no longer than the law allows."""
    longest = rules.longest.get(listing.line)
    latest = ctx.last_day(longest, listing.starts_on) if longest else None
    if listing.line == "brand" and latest and ctx.clock.passed(latest) and not _files(ctx, listing, rules):
        return _unless_renewed(ctx, listing, latest)
    what = text(gettext_noop("The device is listed; the end of the listing is not public."))
    return _running(ctx, listing, "valid", "listed", what)


def _unless_renewed(ctx: Context, listing: Listing, end: date) -> Standing:
    what = text(gettext_noop("The listing ended on %(end)s unless renewed: not recorded."), end=end)
    return Standing("unknown", "listing_end_reached", ctx.reason(what, fact=path_of(listing)))


def _successor(ctx: Context, listing: Listing) -> Listing | None:
    """Return the next listing of the same line: same list, indication, function and code, started later."""
    return next(
        (
            one
            for one in others(ctx, listing, listing.list)
            if (one.indication, one.function, one.line)
            == (listing.indication, listing.function, listing.line)
            and (one.code == listing.code or not one.code or not listing.code)
            and one.starts_on is not None
            and listing.starts_on is not None
            and one.starts_on > listing.starts_on
        ),
        None,
    )


def _succeeded(ctx: Context, listing: Listing, end: date) -> Standing:
    what = text(gettext_noop("The listing is renewed by a later one."))
    if ctx.clock.passed(end):
        return Standing("expired", "renewed", ctx.reason(what, fact=path_of(listing)), until=end)
    return _running(ctx, listing, "valid", "renewed", what, until=end)


def _files(ctx: Context, listing: Listing, rules: ListRules) -> list[Application]:
    """Return the renewal files of this term: those that name the listing, or were filed since it started."""
    return [
        one
        for one in files_for(ctx, listing, rules.renewal)
        if one.listing == listing.key
        or listing.starts_on is None
        or ((day := filed_on(one)) is not None and day >= listing.starts_on)
    ]


def _renewal(ctx: Context, files: Iterable[Application], limit: date | None, end: date) -> _Renewal:
    """Return what the renewal files amount to. A file refused by the end of the term renews nothing."""
    files = list(files)
    filed = [(day, one) for one in files if (day := filed_on(one)) and ctx.clock.reached(day)]
    refusals = {one.key: communicated_on(one) for one in files if outcome(ctx, one) == "refused"}
    refused = {key for key, day in refusals.items() if day is None or day <= end}
    timely = [one for day, one in filed if limit and day <= limit and one.key not in refused]
    complete: bool | None = None
    if any(one.file_complete for one in timely):
        complete = True
    elif all(one.file_complete is False for one in timely):
        complete = False
    return _Renewal(
        filed=bool(filed),
        filed_on=min((day for day, one in filed if one.file_complete is not False), default=None),
        in_time=bool(timely),
        complete=complete,
        granted=any(outcome(ctx, one) == "granted" for one in files),
        refused=bool(refused) and not timely,
        refused_later_on=min((day for day in refusals.values() if day and day > end), default=None),
    )


def _brand(
    ctx: Context, listing: Listing, rules: ListRules, end: date, files: Iterable[Application]
) -> Standing:
    """Return the standing of a brand line, whose renewal is to be asked for in time."""
    limit, files = ctx.last_day(rules.lead, end), list(files)
    term, end = end, extended(ctx, rules, files, end, path_of(listing))
    renewal = _renewal(ctx, files, limit, end)
    if answered_late(ctx, rules, files):
        renewal = replace(renewal, complete=False)
    due = limit is not None and not ctx.clock.passed(limit)
    if renewal.filed or due or _all_told(ctx, listing):
        ctx.deadline(rules.lead, trigger=term, fact=path_of(listing), met_on=renewal.filed_on)
    decided = _decided(ctx, listing, renewal, end)
    if decided:
        return decided
    if ctx.clock.passed(end):
        following = [day for one in files if (day := filed_on(one)) and day > end]
        until = tacit_end(listing, rules, term, end)
        return _brand_after_end(ctx, listing, rules, end, renewal, until, min(following, default=None))
    if renewal.in_time and renewal.complete is not False:
        what = text(gettext_noop("The renewal was asked for in time."))
        return _running(ctx, listing, "valid", "renewal_requested", what, until=end, rule=rules.lead)
    if renewal.filed:
        state = "renewal_incomplete" if renewal.in_time else "renewal_late"
        message = gettext_noop("The renewal file is late or incomplete: no tacit renewal on %(end)s.")
        what = text(message, end=end)
        return _running(ctx, listing, "attention", state, what, until=end, rule=rules.lead)
    if not due and not _all_told(ctx, listing):
        message = gettext_noop("Listed until %(end)s; whether the renewal was asked for is not recorded.")
        return _running(ctx, listing, "valid", "listed", text(message, end=end), until=end, rule=rules.lead)
    if limit and not due:
        what = text(gettext_noop("No renewal request is recorded; it was due on %(limit)s."), limit=limit)
        return _running(ctx, listing, "attention", "renewal_overdue", what, until=end, rule=rules.lead)
    watch = ctx.last_day(_WATCH, limit)
    if limit and watch and ctx.clock.reached(watch):
        what = text(gettext_noop("The renewal is to be asked for by %(limit)s."), limit=limit)
        return _running(ctx, listing, "attention", "renewal_due", what, until=end, rule=rules.lead)
    return _running(ctx, listing, "valid", "listed", _listed_until(end), until=end)


def _all_told(ctx: Context, listing: Listing) -> bool:
    """Return whether a request not recorded was not made: others too may ask for a generic line."""
    return ctx.keeps("cnedimts") and listing.line == "brand"


def _brand_after_end(
    ctx: Context,
    listing: Listing,
    rules: ListRules,
    end: date,
    renewal: _Renewal,
    until: date | None,
    filed_again: date | None,
) -> Standing:
    """Return the standing once the term is over: silence renews where a complete file came in time.

    ``until`` is the end of the term that silence opens, ``filed_again`` when its own renewal was asked for.
    """
    path = path_of(listing)
    if renewal.in_time and renewal.complete:
        if until and ctx.clock.passed(until):
            return _unless_renewed(ctx, listing, until)
        ctx.deadline(rules.lead, trigger=until, fact=path, met_on=filed_again, n="next term")
        return _tacit(ctx, listing, rules.tacit_brand, end, renewal.refused_later_on, until)
    if renewal.in_time and renewal.complete is None:
        what = text(gettext_noop("Tacit renewal needs a complete file; completeness is not recorded."))
        reason = ctx.reason(what, rule=rules.tacit_brand, fact=path)
        return Standing("unknown", "renewal_unconfirmed", reason)
    if not renewal.filed and not _all_told(ctx, listing):
        return _unless_renewed(ctx, listing, end)
    what = text(gettext_noop("No complete renewal file came in time: the listing ended on %(end)s."), end=end)
    reason = ctx.reason(what, rule=rules.tacit_brand, fact=path)
    return Standing("expired", "listing_ended", reason, since=end + ONE_DAY, until=end)


def _generic(
    ctx: Context, listing: Listing, rules: ListRules, tacit: str, end: date, files: Iterable[Application]
) -> Standing:
    """Return the standing of a generic line, renewed by silence without any request."""
    for rule in rules.generic:
        ctx.deadline(rule, trigger=end, fact=path_of(listing))
    renewal = _renewal(ctx, files, None, end)
    decided = _decided(ctx, listing, renewal, end)
    if decided:
        return decided
    if ctx.clock.passed(end):
        return _tacit(ctx, listing, tacit, end, renewal.refused_later_on)
    return _running(ctx, listing, "valid", "listed", _listed_until(end), until=end)


def _decided(ctx: Context, listing: Listing, renewal: _Renewal, end: date) -> Standing | None:
    """Return the standing where the renewal is expressly granted, or refused by the end of the term."""
    if renewal.granted:
        what = text(gettext_noop("The renewal was granted; the new end is not recorded."))
        ends_on = listing.ends_on if listing.ends_on and not ctx.clock.passed(listing.ends_on) else None
        return _running(ctx, listing, "valid", "renewed", what, until=ends_on)
    if not renewal.refused:
        return None
    what = text(gettext_noop("The renewal was refused: the listing ends on %(end)s."), end=end)
    if ctx.clock.passed(end):
        reason = ctx.reason(what, fact=path_of(listing))
        return Standing("expired", "not_renewed", reason, since=end + ONE_DAY, until=end)
    return _running(ctx, listing, "attention", "not_renewed", what, until=end)


def _tacit(
    ctx: Context, listing: Listing, rule: str, end: date, refused_on: date | None, until: date | None = None
) -> Standing:
    """Return the standing of a listing renewed by silence; a refusal that comes later is a finding."""
    if refused_on is not None:
        message = gettext_noop("A refusal of %(day)s came after the tacit renewal.")
        reason = ctx.reason(text(message, day=refused_on), rule=rule, fact=path_of(listing))
        values = {"refused_on": refused_on.isoformat()}
        ctx.find("refusal_after_tacit_renewal", "listing", "attention", reason, values)
    message = gettext_noop("Renewed by silence on %(end)s; the new end is not written in the law.")
    what = text(message, end=end)
    if until:
        message = gettext_noop("Renewed by silence on %(end)s, for the same length, until %(until)s.")
        what = text(message, end=end, until=until)
    return _running(
        ctx, listing, "valid", "tacitly_renewed", what, until=until, rule=rule, since=end + ONE_DAY
    )


def _line_unknown(ctx: Context, listing: Listing, end: date) -> Standing:
    """Return the standing where brand or generic is not recorded: before the end listed, then unknown."""
    if ctx.clock.passed(end):
        return _unless_renewed(ctx, listing, end)
    return _running(ctx, listing, "valid", "listed", _listed_until(end), until=end)


def _listed_until(end: date) -> Text:
    return text(gettext_noop("The device is listed until %(end)s."), end=end)


def _running(
    ctx: Context,
    listing: Listing,
    status: Status,
    state: str,
    what: Text,
    *,
    until: date | None = None,
    rule: str | None = None,
    since: date | None = None,
) -> Standing:
    reason = ctx.reason(what, rule=rule, fact=path_of(listing))
    return Standing(status, state, reason, since or listing.starts_on, until, running=True)
