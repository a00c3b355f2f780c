"""What the database refuses whatever writes it: each row here is plain SQL, past every check in Python."""

from datetime import date
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import override

from compliance.ans.models import FormalNotice
from compliance.ce_marking.models import ActorRegistration, Certificate, Incident
from compliance.cnedimts.models import Application, ApplicationInformationRequest, Opinion
from compliance.data.models import DataBreach, SecurityIncident
from compliance.facts.kinds import KINDS
from compliance.listing.models import Listing, PriceDeclaration
from devices.models import Device, Organisation, Source, Version
from tests.rows import MODELS, PARTS, SUBJECTS, insert, refused_by

pytestmark = pytest.mark.django_db

_REQUEST = ["sent_on_received_on", "sent_on_answered_on", "received_on_answered_on"]
ORDERS = {
    f"{model}_{pair}_order"
    for model, pairs in {
        "version": ["released_on_retired_on"],
        "classification": ["valid_from_valid_to"],
        "certificate": [
            "issued_on_printed_end",
            "starts_on_printed_end",
            "issued_on_suspended_on",
            "suspended_on_reinstated_on",
            "issued_on_withdrawn_on",
            "issued_on_restricted_on",
        ],
        "interruption": ["started_on_ended_on"],
        "notifiedbodyapplication": [
            "received_on_reviewed_on",
            "received_on_decided_on",
            "assessment_ended_on_decided_on",
        ],
        "incident": [
            "aware_on_reportable_since",
            "aware_on_reported_on",
            "aware_on_final_report_on",
            "reported_on_final_report_on",
        ],
        "trend": ["detected_on_reported_on"],
        "legacydevice": ["agreement_on_agreement_ended_on"],
        "marketpresence": ["first_placed_on_last_placed_on"],
        "actorregistration": ["submitted_on_confirmed_on", "data_changed_on_updated_on"],
        "opinion": ["adopted_on_published_on"],
        "listing": ["decided_on_published_on", "starts_on_ends_on", "starts_on_ended_on"],
        "operatordeclaration": ["complete_on_receipt_on"],
        "prescription": ["prescribed_on_first_billed_on"],
        "anscertificate": [
            "issued_on_ends_on",
            "issued_on_ended_on",
            "issued_on_last_verified_on",
            "withdrawal_notified_on_ended_on",
        ],
        "formalnotice": [
            "notified_on_corrected_on",
            "notified_on_observations_on",
            "notified_on_suspended_on",
        ],
        "hdscertificate": ["issued_on_ends_on", "issued_on_withdrawn_on", "audit_ended_on_corrected_on"],
        "databreach": ["aware_on_notified_on"],
        "personrequest": ["received_on_extended_on", "received_on_answered_on"],
        "securityincident": [
            "aware_on_warned_on",
            "aware_on_notified_on",
            "notified_on_progress_report_on",
            "notified_on_final_report_on",
        ],
        "healthdataaccess": ["cesrees_received_on_cesrees_opinion_on", "cnil_received_on_cnil_decided_on"],
        "aicertificate": ["starts_on_printed_end"],
        "aisystem": ["oldest_log_on_planned_log_deletion_on"],
        "deployment": ["oldest_log_on_planned_log_deletion_on"],
        "applicationinformationrequest": _REQUEST,
        "listinginformationrequest": _REQUEST,
        "ansinformationrequest": _REQUEST,
    }.items()
    for pair in pairs
}
EARLIER, LATER = date(2025, 1, 31), date(2025, 2, 1)


def name_of(model: type[models.Model], suffix: str) -> str:
    return f"{model._meta.model_name}_{suffix}"


def orders() -> list[Any]:
    """Return each check of the order of two dates: the model, the later date with its lookup, the earlier."""
    return [
        pytest.param(model, lookup, earlier.deconstruct()[1][0], id=str(one.name))
        for model in MODELS
        for one in model._meta.constraints
        if isinstance(one, models.CheckConstraint) and isinstance(condition := one.condition, Q)
        if one.violation_error_code == "date_order"
        for lookup, earlier in condition.deconstruct()[1]
    ]


def coded() -> list[Any]:
    return [
        pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
        for model in MODELS
        for field in model._meta.concrete_fields
        if field.choices or isinstance(field, ArrayField)
    ]


@pytest.mark.parametrize(("model", "lookup", "earlier"), orders())
def test_dates_out_of_order_are_refused(model: type[models.Model], lookup: str, earlier: str) -> None:
    later, operator = lookup.rsplit("__", 1)
    with refused_by(name_of(model, f"{earlier}_{later}_order")):
        insert(model, **{earlier: LATER, later: EARLIER})
    if operator == "gt":
        with refused_by(name_of(model, f"{earlier}_{later}_order")):
            insert(model, **{earlier: LATER, later: LATER})
    else:
        insert(model, **{earlier: LATER, later: LATER})
    if column(model, later).null:
        insert(model, **{earlier: LATER, later: None})


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def test_the_orders_of_dates() -> None:
    """The tests above follow the models: this list notices a check that is gone."""
    assert {one.id for one in orders()} == ORDERS


@pytest.mark.parametrize(("model", "field"), coded())
def test_codes_outside_the_choices_are_refused(model: type[models.Model], field: str) -> None:
    unknown = ["zzz"] if isinstance(model._meta.get_field(field), ArrayField) else "zzz"
    with refused_by(name_of(model, f"{field}_choice")):
        insert(model, **{field: unknown})


@pytest.mark.parametrize(
    ("model", "field", "value", "accepted"),
    [
        (Source, "key", "Has Capitals", False),
        (Source, "key", "has.2025_a-b", True),
        (Device, "key", "", False),
        (Device, "key", "-a", False),
        (Device, "key", "a\n", False),
        (Certificate, "key", "é", False),
        (Listing, "indication", "Heart failure", False),
        (Listing, "indication", "heart-failure", True),
        (Application, "listing", "", False),
        (Opinion, "indication", "A", False),
        (DataBreach, "aware_at", "24:00", False),
        (DataBreach, "aware_at", "9:05", False),
        (DataBreach, "aware_at", "23:59", True),
        (SecurityIncident, "warned_at", "12h30", False),
        (Organisation, "country", "fr", False),
        (Organisation, "country", "F", False),
        (Organisation, "country", "FR", True),
        (Organisation, "siren", "12345678", False),
        (Organisation, "siren", "12345678A", False),
        (Organisation, "siren", "552100554", True),
        (Organisation, "srn", "FR-XX-000012345", False),
        (Organisation, "srn", "FR-MF-12345", False),
        (Organisation, "srn", "FR-MF-000012345", True),
        (ActorRegistration, "srn", "", False),
        (ActorRegistration, "srn", "DE-AR-000000001", True),
        (Certificate, "notified_body", "123", False),
        (Certificate, "notified_body", "01A3", False),
        (Certificate, "notified_body", "0123", True),
        (Device, "emdn", "12", False),
        (Device, "emdn", "Z1234567890123", False),
        (Device, "emdn", "Z12040115", True),
        (Device, "emdn", "", True),
        (Listing, "code", "123456", False),
        (Listing, "code", "12345678", False),
        (Listing, "code", "1234567", True),
        (Listing, "code", "", True),
    ],
)
def test_form_of_codes(model: type[models.Model], field: str, value: str, accepted: bool) -> None:
    if accepted:
        insert(model, **{field: value})
        return
    with refused_by(name_of(model, f"{field}_format")):
        insert(model, **{field: value})


def test_only_the_lppr_has_codes_of_seven_digits() -> None:
    insert(Listing, list="latm", code="DMN1")
    insert(Listing, list="pecan", code="123456")


@pytest.mark.parametrize(
    ("model", "field", "value", "accepted"),
    [
        (Organisation, "turnover_eur", "-0.01", False),
        (Organisation, "turnover_eur", "0", True),
        (Listing, "tariff_eur", "-1", False),
        (Listing, "tariff_eur", "0", True),
        (Application, "extra_days", 0, True),
        (Application, "extra_days", 367, False),
        (ApplicationInformationRequest, "answer_days", 0, False),
        (ApplicationInformationRequest, "answer_days", 1, True),
        (ApplicationInformationRequest, "answer_days", 366, True),
        (ApplicationInformationRequest, "answer_days", 367, False),
        (Opinion, "duration_months", 0, False),
        (Opinion, "duration_months", 241, False),
        (FormalNotice, "time_set_months", 0, False),
        (PriceDeclaration, "sales_year", 2019, False),
        (PriceDeclaration, "sales_year", 2101, False),
    ],
)
def test_ranges_of_numbers(model: type[models.Model], field: str, value: Any, accepted: bool) -> None:
    if accepted:
        insert(model, **{field: value})
        return
    with refused_by(name_of(model, f"{field}_range")):
        insert(model, **{field: value})


@pytest.mark.parametrize("model", [Source, Organisation, Device])
def test_a_key_names_one(model: type[models.Model]) -> None:
    insert(model, key="one")
    with refused_by(_unique_on_key(model)):
        insert(model, key="one")


def _unique_on_key(model: type[models.Model]) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return next(name for name, one in found.items() if one["columns"] == ["key"] and one["unique"])


@pytest.mark.parametrize("path", KINDS)
def test_a_key_names_one_fact_of_its_kind_and_subject(path: str) -> None:
    kind = KINDS[path]
    subject = insert(SUBJECTS[kind.subject], key="subject")
    other = insert(SUBJECTS[kind.subject], key="other")
    insert(kind.model, **{f"{kind.subject}_id": subject, "key": "one"})
    insert(kind.model, **{f"{kind.subject}_id": other, "key": "one"})
    with refused_by(name_of(kind.model, f"key_of_{kind.subject}")):
        insert(kind.model, **{f"{kind.subject}_id": subject, "key": "one"})


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_parts_have_one_place_each(model: type[models.Model]) -> None:
    first = insert(model, position=0)
    parent = model._default_manager.values_list("parent_id", flat=True).get(pk=first)
    insert(model, parent_id=parent, position=1)
    with refused_by(name_of(model, "position")):
        insert(model, parent_id=parent, position=1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_free_texts_are_limited(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.TextField):
            with refused_by(name_of(model, f"{field.name}_length")):
                insert(model, **{field.name: "é" * 4001})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_unknown_breaks_nothing(model: type[models.Model]) -> None:
    row = model._default_manager.get(pk=insert(model))
    row.full_clean()


@override("en")
def test_a_refusal_says_what_is_wrong() -> None:
    subject = insert(Device)
    version = Version(device_id=subject, key="v1", number="1", released_on=LATER, retired_on=EARLIER)
    with pytest.raises(ValidationError) as caught:
        version.full_clean()
    (error,) = caught.value.error_dict["__all__"]
    assert (error.code, error.message) == ("date_order", "The version is retired before it is released.")


@override("en")
def test_incidents_known_after_their_report_are_refused_in_the_form_too() -> None:
    incident = Incident(device_id=insert(Device), key="i", kind="death", aware_on=LATER, reported_on=EARLIER)
    with pytest.raises(ValidationError, match="reported before it is known"):
        incident.full_clean()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_constraints_have_a_name_that_postgresql_keeps_and_a_message(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        assert len(str(constraint.name)) <= 63
        assert constraint.violation_error_code, constraint.name
        assert constraint.violation_error_message != constraint.default_violation_error_message, (
            constraint.name
        )
