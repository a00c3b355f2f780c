"""A procedure before an authority: dated steps, and requests for information that stop its clock."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from compliance.law.facts.base import Bool, Date, Fact, Key, Short, Value

StepName = Literal[
    "posted",
    "requested",
    "acknowledged",
    "admissibility_decided",
    "missing_list_received",
    "missing_list_answered",
    "draft_opinion_sent",
    "draft_opinion_received",
    "observations_sent",
    "hearing_requested",
    "hearing_held",
    "cnedimts_opinion_received",
    "ans_opinion_received",
    "opinion_received",
    "opinion_published",
    "modified_protocol_requested",
    "modified_protocol_sent",
    "ceps_received",
    "notified",
    "jo_notice",
    "ceps_observations_sent",
    "ceps_hearing_requested",
    "ceps_hearing_held",
    "intent_notified",
    "proposal_received",
    "counter_proposal_notified",
    "counter_proposal_answered",
    "suspended",
    "decided",
    "published",
    "withdrawn",
    "ceesp_opinion_received",
    "ceesp_answered",
    "reasons_requested",
    "reasons_received",
    "appeal_filed",
    "changed",
    "turnover_declared",
    "formal_notice_received",
    "penalty_notified",
    "paid",
    "cnedimts_copy_sent",
    "attestation_received",
]
StopStart = Literal["sent", "received"]
Outcome = Literal["granted", "refused", "withdrawn", "abandoned"]


class Step(Value):
    """A dated step of a procedure. ``on`` is the day that the text counts from (receipt where it says so).

    A request sent by post has two days: ``posted`` is its postmark, by which it is in time (CRPA L.112-1),
    ``requested`` its receipt, from which the authority's time runs. Of one sent electronically both are the
    day on the acknowledgement (CRPA L.112-13): ``requested`` alone.
    """

    step: StepName
    on: Date


class InformationRequest(Value):
    """A request for missing information, which stops the clock until the answer is received.

    ``sent_on`` is the date of the notification, ``received_on`` its receipt by the company,
    ``answer_days`` the time set for the answer (days), ``answered_on`` the receipt of the answer
    by the authority.
    """

    sent_on: Date
    received_on: Date | None = None
    answer_days: Annotated[int, Field(ge=1, le=366, strict=True)] | None = None
    answered_on: Date | None = None

    def counted_from(self, since: StopStart) -> dt.date:
        """Return the day that the text counts from; the notification where its receipt is not recorded."""
        return self.sent_on if since == "sent" else self.received_on or self.sent_on


class Procedure(Fact):
    """A request, its steps, its clock stops and how it ended.

    ``extra_days`` is time that the authority added, ``remedies_mentioned`` whether the notified decision
    names the remedies and their time limits (CJA R.421-5).
    """

    indication: Key | None = None
    listing: Key | None = None
    under_pecan: Bool | None = None
    file_complete: Bool | None = None
    hearing_reduced: Bool | None = None
    extra_days: Annotated[int, Field(ge=0, le=366, strict=True)] | None = None
    outcome: Outcome | None = None
    remedies_mentioned: Bool | None = None
    reference: Short = ""
    steps: tuple[Step, ...] = ()
    information_requests: tuple[InformationRequest, ...] = ()

    def on(self, step: StepName) -> dt.date | None:
        """Return the date of the first such step, or None when it is not recorded."""
        return min((one.on for one in self.steps if one.step == step), default=None)
