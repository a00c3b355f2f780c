"""The fixed words of the pages, in the active language."""

from django.utils.translation import gettext, pgettext


def words() -> dict[str, str]:
    """Return the words by the name that the template knows them by."""
    return {
        **_cover(),
        **_sections(),
        **_columns(),
        **_signs(),
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


def _signs() -> dict[str, str]:
    """Return what the signs of the path stand for."""
    return {
        "sign_event": gettext("event"),
        "sign_event_ahead": gettext("event to come"),
        "sign_deadline": gettext("deadline (its line begins at the safe date)"),
        "sign_overdue": gettext("overdue deadline"),
        "sign_validity": gettext("validity, to the legal end"),
        "sign_printed": gettext("printed on paper, beyond the legal end"),
        "sign_procedure": gettext("procedure"),
        "sign_stop": gettext("clock stopped, or suspended"),
        "sign_number": gettext("A number stands for a line of the table below."),
    }


def _sections() -> dict[str, str]:
    return {
        "summary": gettext("Overview"),
        "identity": gettext("Identity"),
        "path": gettext("The path"),
        "tracks": gettext("The five tracks"),
        "incidents_and_changes": gettext("Incidents and changes"),
        "incidents": gettext("Incidents"),
        "changes": gettext("Versions and changes"),
        "decisions": gettext("Signed decisions"),
        "requirements": gettext("Requirements"),
        "difference": gettext("What changed"),
        "portfolio": gettext("Portfolio"),
        "statuses": gettext("Statuses"),
        "facts": gettext("Facts"),
        "documents_new": gettext("Documents added"),
        "documents_gone": gettext("Documents taken away"),
        "law_changes": gettext("Changes of the law"),
        "not_made": gettext("Not made"),
        "devices": gettext("Devices"),
        "left_out": gettext("Left out of this dossier"),
        "others": gettext("Facts of other tracks that this one rests on"),
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
        "day": gettext("Date"),
        "what": gettext("What"),
        "particulars": gettext("Particulars"),
        "decision": gettext("Decision"),
        "change": pgettext("noun", "Change"),
        "before": pgettext("date", "Before"),
        "after": pgettext("date", "After"),
        "how_many": gettext("How many"),
        "device": gettext("Device"),
        "market": gettext("Market access"),
        "reimbursed": gettext("Access to reimbursement"),
        "late_count": gettext("overdue"),
        "folder": gettext("Folder"),
        "result": gettext("Result"),
        "signed": gettext("Signed"),
        "requirement": gettext("Requirement"),
        "evidence": gettext("Evidence"),
        "facts_recorded": gettext("Facts recorded"),
        "place": gettext("in the bag:"),
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
        "elsewhere": gettext("Its incidents and changes stand in a section of their own."),
        "no_decision": gettext("No decision is signed up to this date."),
        "no_requirement": gettext("No catalogue of requirements belongs here."),
        "no_evidence": gettext("no document"),
        "requirements_note": gettext(
            "What each catalogue in force on the date asks for, in our words. Covered means that a person "
            "named a document for it, not that the document is good."
        ),
        "law_changes_note": gettext(
            "Rules that either answer names, with the values that became known between the two days of "
            "knowledge, or began to govern between the two dates."
        ),
        "no_change": gettext("Nothing changed here."),
        "difference_note": gettext(
            "Each side is the answer of the law on its date, as known on its own day of knowledge, from the "
            "facts recorded by the end of that day."
        ),
        "history_between": gettext(
            "Events of the audit trail about this device between the two days of knowledge."
        ),
        "unchanged": gettext("unchanged"),
        "left_out_note": gettext(
            "This dossier is of one track. What else is recorded of the device is not in it: neither the "
            "two doors, which stand for several tracks, nor these. Documents are those of the facts kept."
        ),
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
        "folders_note": gettext(
            "Each device has a folder of its own in the bag, with its own pages, dossier.json, workbook and "
            "audit excerpt; the verification code of each covers its dossier.json."
        ),
        "not_listed": gettext(
            "This document cannot hold its own hash: it and the evidence are listed with their SHA-512 in "
            "manifest-sha512.txt, and tagmanifest-sha512.txt covers that one."
        ),
        "verify_note": gettext("To verify the bag, offline and with no other program than Python:"),
        "code_note": gettext(
            "The verification code is the start of the SHA-512 of dossier.json: it must be the same on the "
            "cover and in what the verification prints. It shows that nothing changed, not who made it: keep "
            "your own copy of verify.py, and ask the maker for the hash of the bag in the audit trail."
        ),
    }
