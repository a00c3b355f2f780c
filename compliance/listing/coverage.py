"""What every coverage shares: its path, its start and recorded end, the files and coverages beside it."""

from datetime import date

from compliance.law.applications import lapsed_on
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, ApplicationKind, Listing, ListName
from compliance.law.filings import first, outcome
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, Status

# How a recorded end shows: status and the track's own state.
_ENDS: dict[str | None, tuple[Status, str]] = {
    "delisted": ("expired", "delisted"),
    "withdrawn": ("expired", "withdrawn"),
    "suspended": ("suspended", "suspended"),
    "listed_elsewhere": ("expired", "listed_elsewhere"),
    "refused": ("expired", "ended_refused"),
}


def path_of(listing: Listing) -> str:
    """Return the path of the coverage in the facts of the device."""
    return f"listing.listings[{listing.key}]"


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
    """Return the files of a kind for the coverage's indication that were filed and not given up.

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
        and outcome(ctx, one) not in {"withdrawn", "abandoned"}
        and (outcome(ctx, one) is not None or lapsed_on(ctx, one) is None)
    ]


def filed_on(application: Application) -> date | None:
    """Return the day of the filing: the postmark (CRPA L.112-1), failing that the receipt.

    Failing both, the acknowledgement, which is no earlier.
    """
    return application.on("posted") or application.on("requested") or first(application, "acknowledged")


def others(ctx: Context, listing: Listing, *lists: ListName) -> list[Listing]:
    """Return the other coverages on the lists, known on the date, that may be for the same indication.

    A coverage that names no indication may be for any.
    """
    return [
        one
        for one in ctx.device.listing.listings
        if one.key != listing.key
        and one.list in lists
        and (one.indication is None or listing.indication in {None, one.indication})
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
