"""Which recorded fact meets a deadline: the exact way, for what is only declared changes no computation."""

from collections.abc import Mapping

# Rules that a new fact of a kind meets; a few of them are met within the fact that they count from, too. Any
# other is met within that fact only: by a date of its own, a step of its procedure, an answer to a request.
NEW_FACT: Mapping[str, str] = {
    "aia.assessment_6_4": "ai_act.evidence",
    "aia.marking_50_2_existing": "ai_act.evidence",
    "aia.nb_certificate_end": "ai_act.certificates",
    "aia.nb_certificate_max_annex_i": "ai_act.certificates",
    "aia.nb_certificate_max_annex_iii": "ai_act.certificates",
    "aia.registration_6_3_exempt": "ai_act.evidence",
    "aia.registration_annex_iii": "ai_act.evidence",
    "ans.certificate_end": "ans.certificates",
    "ans.recertification_request": "ans.applications",
    "ans.csp_recertification": "ans.applications",
    "fi.lppr_filing_after_study": "cnedimts.applications",
    "ghs.renewal_request_lead": "cnedimts.applications",
    "ivdr.performance_evaluation_report_class_c_d": "ce_marking.reports",
    "ivdr.psur_class_c_d": "ce_marking.reports",
    "latm.renewal_request_lead": "cnedimts.applications",
    "lppr.renewal_request_lead": "cnedimts.applications",
    "mdr.certificate_end": "ce_marking.certificates",
    "mdr.certificate_max_validity": "ce_marking.certificates",
    "mdr.pmcf_report_class_iii_implantable": "ce_marking.reports",
    "mdr.psur_class_iia": "ce_marking.reports",
    "mdr.psur_class_iib": "ce_marking.reports",
    "mdr.psur_class_iii": "ce_marking.reports",
    "mdr.recert_application_lead": "ce_marking.applications",
    "mdr.surveillance_audit": "ce_marking.audits",
    "mdr.unannounced_audit": "ce_marking.audits",
    "pecan.duration": "cnedimts.applications",
    "pecan.latm_filing": "cnedimts.applications",
    "pecan.lppr_filing": "cnedimts.applications",
    "pect.annual_update": "listing.procedures",
    "pect.lppr_filing": "cnedimts.applications",
    "pect.lppr_filing_after_suspension": "cnedimts.applications",
}


def new_kind(rule: str) -> str:
    """Return the kind of the new fact that meets a deadline of the rule, "" where none does."""
    return NEW_FACT.get(rule, "")


def kind_and_key(trigger_fact: str) -> tuple[str, str]:
    """Return the kind and the key of the fact that a deadline counts from, both "" where there is none."""
    path, _bracket, key = trigger_fact.rpartition("[")
    head, bracket, tail = path.partition("[")
    if bracket:  # organisations[maker].actor_registrations
        path = f"{head}{tail.partition(']')[2]}"
    return path, key.rstrip("]")
