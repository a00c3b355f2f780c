"""The fixed words of the pages, in the active language."""

from django.utils.translation import gettext, pgettext


def words() -> dict[str, str]:
    """Return the words by the name that the template knows them by."""
    return {
        **_cover(),
        **_sections(),
        **_columns(),
        **_sentences(),
    }


def _cover() -> dict[str, str]:
    return {
        "title": gettext("Regulatory dossier"),
        "status_on": gettext("Status on"),
        "known_on": gettext("As known on"),
        "law_version": gettext("Version of the law data"),
        "next_change": gettext("Next change with no new fact"),
        "code": gettext("Verification code"),
        "next": gettext("Next deadlines"),
        "gates": gettext("What follows"),
        "example": gettext("Example data: this device and its organisations do not exist."),
        "page": gettext("Page"),
    }


def _sections() -> dict[str, str]:
    return {
        "summary": gettext("Overview"),
        "identity": gettext("Identity"),
        "tracks": gettext("The five tracks"),
        "why": gettext("Why"),
        "findings": gettext("Findings"),
        "deadlines": gettext("Deadlines"),
        "running": gettext("To come, or overdue"),
        "settled": gettext("Met, elapsed or in application"),
        "duties": gettext("Duties of the deployer"),
        "organisations": gettext("Organisations"),
        "law": gettext("Law applied"),
        "sources": gettext("Sources of the facts"),
        "documents": gettext("Documents"),
        "history": gettext("History of the record"),
        "files": gettext("Files and verification"),
    }


def _columns() -> dict[str, str]:
    return {
        "track": gettext("Track"),
        "status": gettext("Status"),
        "period": gettext("Period"),
        "since": pgettext("date", "since"),
        "until": pgettext("date", "until"),
        "deadline": gettext("Deadline"),
        "strict": gettext("Date of the text"),
        "rolled": pgettext("date", "moved to"),
        "safe": gettext("Safe date"),
        "state": gettext("State"),
        "article": gettext("Article"),
        "met_on": pgettext("date", "on"),
        "trigger": pgettext("trigger of a deadline", "From"),
        "late": gettext("If late"),
        "silence": gettext("If silent"),
        "stopped_days": gettext("days of clock stop"),
        "duty": gettext("Duty"),
        "number": pgettext("abbreviation", "No."),
        "obliged": gettext("Obliged party"),
        "from": gettext("In force from"),
        "rule": gettext("Rule"),
        "value": gettext("Value"),
        "published": gettext("Published"),
        "applies": gettext("Governs from"),
        "text": gettext("Text read"),
        "fact": gettext("Fact"),
        "content": gettext("Content"),
        "source": gettext("Source"),
        "note": gettext("Note"),
        "date": gettext("Date and time"),
        "action": gettext("Action"),
        "author": gettext("Author"),
        "hash": gettext("Hash"),
        "document": gettext("Document"),
        "version": gettext("Version"),
        "added": gettext("Added on"),
        "issued": gettext("issued on"),
        "file": gettext("File"),
        "size": gettext("Size (bytes)"),
        "field": gettext("Field"),
        "read_on": gettext("read on"),
        "confidence": gettext("Confidence"),
        "to_confirm": gettext("to be confirmed"),
    }


def _sentences() -> dict[str, str]:
    return {
        "blockers": gettext("Blocked by"),
        "no_reason": gettext("No fact recorded on this track decides its status."),
        "no_fact": gettext("No fact is recorded."),
        "none": gettext("None on this date."),
        "no_source": gettext("No fact names a source."),
        "no_document": gettext("No document is recorded up to this date."),
        "documents_note": gettext(
            "Documents recorded by the end of the date of knowledge. Each file stands in the bag under the "
            "path named here, unless it says why not; its SHA-256 says which one is meant."
        ),
        "no_event": gettext("No event is recorded up to this date."),
        "complete": gettext(
            "The whole record of this track is kept here: what is not recorded did not happen."
        ),
        "open": gettext("What is not recorded on this track is unknown, never a “no”."),
        "dates": gettext(
            "The date of the text is the legal one. It moves only where a text says so. The safe date is the "
            "last working day on or before it: act by then."
        ),
        "unsure": gettext(
            "“To be confirmed” marks what rests on less than the text itself, and says on what."
        ),
        "law_note": gettext(
            "Each rule named in this dossier, with its values published by the date of knowledge."
        ),
        "facts_note": gettext(
            "The facts are those recorded by the end of the date of knowledge, which applies to the law and "
            "to the history too."
        ),
        "history_note": gettext(
            "Events of the audit trail about this device, up to the end of the date of knowledge. Each hash "
            "covers the event and the hash before it in the trail of the organisation."
        ),
        "files_note": gettext(
            "This document is one file of a bag (BagIt 1.0, RFC 8493). dossier.json holds the same content "
            "for machines and is attached to this document."
        ),
        "verify_note": gettext("To verify the bag, offline and with no other program than Python:"),
        "code_note": gettext(
            "The verification code is the start of the SHA-512 of dossier.json: it must be the same on the "
            "cover and in what the verification prints. It shows that nothing changed, not who made it: keep "
            "your own copy of verify.py, and ask the maker for the hash of the bag in the audit trail."
        ),
    }
