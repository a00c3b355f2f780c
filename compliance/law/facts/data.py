"""Facts of data and cybersecurity: personal data (GDPR), security incidents (NIS2), access to health data.

Nothing is recorded of a person: a breach or a request is named by its key. Hours are those of the clock in
Paris.
"""

from typing import Literal

from compliance.law.facts.base import Bool, ClockTime, Date, Fact, Value

ControllerRole = Literal["controller", "processor"]
BreachRisk = Literal["unlikely", "risk", "high_risk"]
Nis2Entity = Literal["essential", "important", "out_of_scope"]
HealthRecordCategory = Literal[
    "patient_summaries",
    "electronic_prescriptions",
    "electronic_dispensations",
    "medical_imaging",
    "test_results",
    "discharge_reports",
]
CommitteeOpinion = Literal["favourable", "favourable_with_recommendations", "reserved", "unfavourable"]


class DataProfile(Fact):
    """What decides which texts on data and cybersecurity apply to the device and to who makes it.

    ``nis2_entity`` is what its manufacturer is under Directive (EU) 2022/2555 (Art. 3); ``companion_product``
    says that a connected product which is no device itself is sold with it (Cyber Resilience Act);
    ``record_categories`` are the priority categories of Article 14(1) of the EHDS that the claim of
    interoperability is about.
    """

    nis2_entity: Nis2Entity | None = None
    companion_product: Bool | None = None
    claims_record_interoperability: Bool | None = None
    record_categories: tuple[HealthRecordCategory, ...] = ()


class DataBreach(Fact):
    """A personal data breach (GDPR Art. 33, 34). ``role`` is what the company is for the data.

    ``notified_on`` is the notification to the supervisory authority, ``communication_exempt`` that a
    condition of Article 34(3) spares telling the persons.
    """

    role: ControllerRole | None = None
    risk: BreachRisk | None = None
    aware_on: Date
    aware_at: ClockTime | None = None
    notified_on: Date | None = None
    notified_at: ClockTime | None = None
    controller_told_on: Date | None = None
    persons_told_on: Date | None = None
    communication_exempt: Bool | None = None


class PersonRequest(Fact):
    """A request of a person about their data (GDPR Art. 12(3), 15 to 22).

    ``extended_on`` is the day on which the person was told of the extension and its reasons.
    """

    received_on: Date
    extended_on: Date | None = None
    answered_on: Date | None = None


class SecurityIncident(Fact):
    """A security incident of the entity (NIS2 Art. 23). ``significant`` is its own assessment (23(3)).

    ``progress_report_on`` takes the place of the final report while the incident lasts; ``handled_on`` is
    when it was dealt with (23(4)(e)).
    """

    significant: Bool | None = None
    aware_on: Date
    aware_at: ClockTime | None = None
    warned_on: Date | None = None
    warned_at: ClockTime | None = None
    notified_on: Date | None = None
    notified_at: ClockTime | None = None
    progress_report_on: Date | None = None
    handled_on: Date | None = None
    final_report_on: Date | None = None


class HealthDataAccess(Fact):
    """An authorisation asked for to process health data for a study (loi 78-17, Art. 66 and 76).

    ``reference_methodology``: the study conforms to one, declared to the CNIL, and needs no authorisation.
    ``cesrees_received_on`` is the day on which the CESREES had the whole file.
    """

    reference_methodology: Bool | None = None
    cesrees_received_on: Date | None = None
    cesrees_extended: Bool | None = None
    cesrees_opinion: CommitteeOpinion | None = None
    cesrees_opinion_on: Date | None = None
    cnil_received_on: Date | None = None
    cnil_extended: Bool | None = None
    cnil_decided_on: Date | None = None


class DataFacts(Value):
    """All that is recorded on data and cybersecurity for one device."""

    profiles: tuple[DataProfile, ...] = ()
    breaches: tuple[DataBreach, ...] = ()
    person_requests: tuple[PersonRequest, ...] = ()
    security_incidents: tuple[SecurityIncident, ...] = ()
    access_requests: tuple[HealthDataAccess, ...] = ()
