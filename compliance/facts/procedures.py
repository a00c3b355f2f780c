"""Procedures before an authority: the abstract models that the tracks' procedures are made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import between, in_order, key_form, one_of
from compliance.facts.models import DeviceFact, Part
from compliance.law.facts.procedures import InformationRequest as InformationRequestValue
from compliance.law.facts.procedures import Step as StepValue


class StepName(models.TextChoices):
    """The steps of all procedures."""

    POSTED = "posted", _("Request posted (postmark)")
    REQUESTED = "requested", _("Request received by the authority")
    ACKNOWLEDGED = "acknowledged", _("Complete file acknowledged")
    ADMISSIBILITY_DECIDED = "admissibility_decided", _("Admissibility decided")
    MISSING_LIST_RECEIVED = "missing_list_received", _("List of missing items received")
    MISSING_LIST_ANSWERED = "missing_list_answered", _("Missing items sent")
    DRAFT_OPINION_SENT = "draft_opinion_sent", _("Draft opinion sent")
    DRAFT_OPINION_RECEIVED = "draft_opinion_received", _("Draft opinion received")
    OBSERVATIONS_SENT = "observations_sent", _("Observations sent")
    HEARING_REQUESTED = "hearing_requested", _("Hearing requested")
    HEARING_HELD = "hearing_held", _("Hearing held")
    CNEDIMTS_OPINION_RECEIVED = "cnedimts_opinion_received", _("CNEDiMTS opinion received by the ministers")
    ANS_OPINION_RECEIVED = "ans_opinion_received", _("ANS opinion received by the ministers")
    OPINION_RECEIVED = "opinion_received", _("Opinion received")
    OPINION_PUBLISHED = "opinion_published", _("Opinion published")
    MODIFIED_PROTOCOL_REQUESTED = "modified_protocol_requested", _("Modified protocol requested")
    MODIFIED_PROTOCOL_SENT = "modified_protocol_sent", _("Modified protocol sent")
    CEPS_RECEIVED = "ceps_received", _("Received by the CEPS")
    NOTIFIED = "notified", _("Notified")
    JO_NOTICE = "jo_notice", _("Notice in the Journal officiel")
    CEPS_OBSERVATIONS_SENT = "ceps_observations_sent", _("Observations sent to the CEPS")
    CEPS_HEARING_REQUESTED = "ceps_hearing_requested", _("Hearing by the CEPS requested")
    CEPS_HEARING_HELD = "ceps_hearing_held", _("Hearing by the CEPS held")
    INTENT_NOTIFIED = "intent_notified", _("Intent of the ministers notified")
    PROPOSAL_RECEIVED = "proposal_received", _("Price proposal received")
    COUNTER_PROPOSAL_NOTIFIED = "counter_proposal_notified", _("Counter-proposal notified")
    COUNTER_PROPOSAL_ANSWERED = "counter_proposal_answered", _("Counter-proposal answered")
    SUSPENDED = "suspended", _("Suspended")
    DECIDED = "decided", _("Decided")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CEESP_OPINION_RECEIVED = "ceesp_opinion_received", _("CEESP opinion received")
    CEESP_ANSWERED = "ceesp_answered", _("CEESP opinion answered")
    REASONS_REQUESTED = "reasons_requested", _("Reasons of the refusal asked for")
    REASONS_RECEIVED = "reasons_received", _("Reasons of the refusal received")
    APPEAL_FILED = "appeal_filed", _("Appeal filed")
    CHANGED = "changed", _("Data changed")
    TURNOVER_DECLARED = "turnover_declared", _("Turnover declared")
    FORMAL_NOTICE_RECEIVED = "formal_notice_received", _("Formal notice received")
    PENALTY_NOTIFIED = "penalty_notified", _("Penalty notified")
    PAID = "paid", _("Paid")
    CNEDIMTS_COPY_SENT = "cnedimts_copy_sent", _("Copy sent to the CNEDiMTS")
    ATTESTATION_RECEIVED = "attestation_received", _("Conformity attestation received by the ministers")


class Outcome(models.TextChoices):
    """How a procedure ended."""

    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ABANDONED = "abandoned", _("Deemed abandoned")


class Procedure(DeviceFact):
    """A request, its clock and how it ended. The steps and requests for information are its parts."""

    indication = fields.optional_key(_("indication"), _("Key of the indication, the same in every fact"))
    listing = fields.optional_key(_("listing"), _("Key of the coverage that it concerns"))
    under_pecan = fields.yes_no(_("under early coverage (PECAN)"))
    file_complete = fields.yes_no(_("file complete"))
    hearing_reduced = fields.yes_no(_("hearing within one month, on the ministers' request"))
    extra_days = fields.optional_count(_("days added by the authority"))
    outcome = fields.optional_choice(Outcome, _("outcome"))
    remedies_mentioned = fields.yes_no(_("decision names the remedies and their time limits"))
    reference = fields.text(_("reference"))

    class Meta(DeviceFact.Meta):
        abstract = True
        constraints = [
            *DeviceFact.Meta.constraints,
            key_form("indication"),
            key_form("listing"),
            between("extra_days", 0, 366, _("Added days are between 0 and 366.")),
            one_of("outcome", Outcome),
        ]


class Step(Part):
    """A dated step of a procedure."""

    value_class = StepValue

    step = fields.choice(StepName, _("step"))
    on = fields.day(_("date"))

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [*Part.Meta.constraints, one_of("step", StepName)]


class InformationRequest(Part):
    """A request for missing information, which stops the clock until the answer is received."""

    value_class = InformationRequestValue

    sent_on = fields.day(_("notified on"))
    received_on = fields.optional_day(_("received by the company on"))
    answer_days = fields.optional_count(_("days given to answer"))
    answered_on = fields.optional_day(_("answer received by the authority on"))

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        constraints = [
            *Part.Meta.constraints,
            between("answer_days", 1, 366, _("The time to answer is between 1 and 366 days.")),
            in_order("sent_on", "received_on", _("The request is received before it is sent.")),
            in_order("sent_on", "answered_on", _("The request is answered before it is sent.")),
            in_order("received_on", "answered_on", _("The request is answered before it is received.")),
        ]
