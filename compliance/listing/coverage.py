"""What every coverage shares: its path, its start and ends, the files and coverages beside it."""

from collections.abc import Iterable
from datetime import date

from compliance.law.applications import lapsed_on
from compliance.law.context import Context
from compliance.law.facts.procedures import StepName
from compliance.law.facts.reimbursement import (
    Application,
    ApplicationKind,
    Listing,
    ListingProcedure,
    ListName,
)
from compliance.law.filings import communicated_on, first, outcome, reached
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Reason, Status

# How a recorded end shows: status and the track's own state.
_ENDS: dict[str | None, tuple[Status, str]] = {
    "delisted": ("expired", "delisted"),
    "withdrawn": ("expired", "withdrawn"),
    "suspended": ("suspended", "suspended"),
    "listed_elsewhere": ("expired", "listed_elsewhere"),
    "refused": ("expired", "ended_refused"),
}

# How a project is made known: to each company, or in the JO.
NOTICE: tuple[StepName, ...] = ("notified", "jo_notice")


def path_of(listing: Listing) -> str:
    """Return the path of the coverage in the facts of the device."""
    return f"listing.listings[{listing.key}]"


def list_of(ctx: Context, listing: str | None) -> ListName | None:
    """Return the list of the coverage named, else the one that all coverages known on the date are on."""
    asked = [one for one in ctx.device.listing.listings if listing in {None, one.key}]
    named = {one.list for one in asked if known_from(ctx, one)} or {one.list for one in asked}
    return named.pop() if len(named) == 1 else None


def project_closed(ctx: Context, project: ListingProcedure) -> bool:
    """Return whether a project is decided or given up. Its notification is that of the project itself."""
    if reached(ctx, project, "withdrawn"):
        return True
    day = first(project, "decided", "published", "withdrawn")
    return project.outcome is not None and (day is None or ctx.clock.reached(day))


def known_from(ctx: Context, listing: Listing) -> bool:
    """Return whether the coverage exists on the date: its decision, publication or start has come."""
    days = [one for one in (listing.decided_on, listing.published_on, listing.starts_on) if one]
    return not days or ctx.clock.reached(min(days))


def not_started(ctx: Context, listing: Listing) -> Standing | None:
    """Return the standing of a coverage decided but not yet in effect."""
    if listing.starts_on is None or ctx.clock.reached(listing.starts_on):
        return None
    what = text(gettext_noop("The coverage starts on %(start)s."), start=listing.starts_on)
    return Standing("in_progress", "starts_later", Reason(what, path_of(listing)), until=listing.starts_on)


def recorded_end(ctx: Context, listing: Listing) -> Standing | None:
    """Return the standing of a coverage whose end is recorded and has come."""
    if listing.ended_on is None and listing.ended_reason is None:
        return None
    if listing.ended_on is not None and not ctx.clock.reached(listing.ended_on):
        return None
    status, state = _ENDS.get(listing.ended_reason, ("expired", "ended"))
    what = text(gettext_noop("The coverage has ended."))
    return Standing(status, state, Reason(what, path_of(listing)), since=listing.ended_on)


def files_for(ctx: Context, listing: Listing, kind: ApplicationKind) -> list[Application]:
    """Return the files of a kind for the coverage's indication that were filed and not given up."""
    return [one for one in _files(ctx, listing, kind) if not _given_up(ctx, one)]


def promised(ctx: Context, listing: Listing, kind: ApplicationKind) -> list[Application]:
    """Return the files by which the coverage keeps its promise: none decided before it was."""
    return [one for one in files_for(ctx, listing, kind) if _not_before(listing, communicated_on(one))]


def taken_back(ctx: Context, listing: Listing, kind: ApplicationKind) -> list[Application]:
    """Return the files of a kind that were given up since the coverage was decided."""
    return [
        one
        for one in _files(ctx, listing, kind)
        if _given_up(ctx, one) and _not_before(listing, reached(ctx, one, "withdrawn") or filed_on(one))
    ]


def _not_before(listing: Listing, day: date | None) -> bool:
    """Return whether the day is not recorded, or is no earlier than the coverage's decision."""
    since = listing.decided_on or listing.published_on or listing.starts_on
    return day is None or since is None or day >= since


def _given_up(ctx: Context, application: Application) -> bool:
    ended = outcome(ctx, application)
    return ended in {"withdrawn", "abandoned"} or (ended is None and lapsed_on(ctx, application) is not None)


def _files(ctx: Context, listing: Listing, kind: ApplicationKind) -> list[Application]:
    """Return all files of a kind for the coverage's indication.

    A file that names no indication counts where the device has no other coverage on the same list.
    """
    alone = sum(one.list == listing.list for one in ctx.device.listing.listings) == 1
    return [
        one
        for one in ctx.device.cnedimts.applications
        if one.procedure == kind
        and (
            one.listing == listing.key
            or (one.listing is None and one.indication == listing.indication)
            or (one.listing is None and one.indication is None and alone)
        )
    ]


def first_filed(files: Iterable[Application]) -> date | None:
    """Return the day of the first filing recorded."""
    return min((day for one in files if (day := filed_on(one))), default=None)


def filed_on(application: Application) -> date | None:
    """Return the day of the filing: the postmark (CRPA L.112-1), failing that the receipt.

    Failing both, the acknowledgement, which is no earlier.
    """
    return application.on("posted") or application.on("requested") or first(application, "acknowledged")


def others(ctx: Context, listing: Listing, *lists: ListName) -> list[Listing]:
    """Return the other coverages on the lists, known on the date, that may be for the same use.

    A coverage that names no indication, or no function, may be for any (L.162-48 II: each function apart).
    """
    return [
        one
        for one in ctx.device.listing.listings
        if one.key != listing.key
        and one.list in lists
        and (one.indication is None or listing.indication in {None, one.indication})
        and (one.function is None or listing.function in {None, one.function})
        and known_from(ctx, one)
    ]


def later(ctx: Context, listing: Listing, *lists: ListName) -> list[Listing]:
    """Return the other coverages that came after this one."""
    since = listing.decided_on or listing.starts_on or date.min
    return [
        one
        for one in others(ctx, listing, *lists)
        if (one.published_on or one.starts_on or one.decided_on or date.max) >= since
    ]


def bridged_on(ctx: Context, listing: Listing, *lists: ListName) -> date | None:
    """Return the day on which a listing for the same indication took over: its publication in the JO.

    Failing a publication, the start of the listing, or its decision; None until that day.
    """
    days = [one.published_on or one.starts_on or one.decided_on for one in later(ctx, listing, *lists)]
    return min((one for one in days if one is not None and ctx.clock.reached(one)), default=None)


def running(
    ctx: Context, listing: Listing, status: Status, state: str, what: Text, rule: str | None = None
) -> Standing:
    """Return the standing of a running coverage."""
    reason = ctx.reason(what, rule=rule, fact=path_of(listing))
    return Standing(status, state, reason, listing.starts_on, listing.ends_on, running=True)


def until_end(ctx: Context, listing: Listing, state: str, what: Text) -> Standing:
    """Return a running standing, or an expired one once the printed end is over."""
    if listing.ends_on is not None and ctx.clock.passed(listing.ends_on):
        over = text(gettext_noop("The coverage ended on %(end)s."), end=listing.ends_on)
        reason = ctx.reason(over, fact=path_of(listing))
        return Standing("expired", "ended", reason, since=listing.ends_on, until=listing.ends_on)
    return running(ctx, listing, "valid", state, what)
