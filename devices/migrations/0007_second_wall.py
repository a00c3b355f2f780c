"""The tables of devices and organisations go behind the second wall."""

from django.db import migrations

from devices import policies

OF_DEVICES = (
    "devices_version",
    "devices_identifier",
    "ce_marking_classification",
    "ce_marking_rule11answers",
    "ce_marking_certificate",
    "ce_marking_notifiedbodyapplication",
    "ce_marking_declaration",
    "ce_marking_audit",
    "ce_marking_report",
    "ce_marking_incident",
    "ce_marking_trend",
    "ce_marking_fieldaction",
    "ce_marking_legacydevice",
    "ce_marking_supplyinterruption",
    "ce_marking_marketpresence",
    "cnedimts_application",
    "listing_listing",
    "listing_listingprocedure",
    "listing_pricedeclaration",
    "listing_operatordeclaration",
    "listing_prescription",
    "ans_anscertificate",
    "ans_ansapplication",
    "ans_referentielchange",
    "ans_formalnotice",
    "ai_act_aisystem",
    "ai_act_dutyevidence",
    "ai_act_aicertificate",
    "ai_act_modification",
    "ai_act_deployment",
    "data_dataprofile",
    "data_databreach",
    "data_personrequest",
    "data_securityincident",
    "data_healthdataaccess",
)
OF_FACTS = {
    "ce_marking_interruption": "ce_marking_notifiedbodyapplication",
    "cnedimts_applicationstep": "cnedimts_application",
    "cnedimts_applicationinformationrequest": "cnedimts_application",
    "cnedimts_opinion": "cnedimts_application",
    "listing_listingstep": "listing_listingprocedure",
    "listing_listinginformationrequest": "listing_listingprocedure",
    "ans_ansstep": "ans_ansapplication",
    "ans_ansinformationrequest": "ans_ansapplication",
}
OF_ORGANISATIONS = ("ans_hdscertificate", "ce_marking_actorregistration")
COMPUTED = (
    "amendments_effect",
    "assessments_deviceassessment",
    "assessments_trackstate",
    "assessments_deadlinerow",
)
TOKENS = (
    "oauth2_provider_accesstoken",
    "oauth2_provider_grant",
    "oauth2_provider_idtoken",
    "oauth2_provider_refreshtoken",
)
BEHIND = {
    "devices_device": policies.devices(),
    **{table: policies.of_device(table) for table in OF_DEVICES},
    **{table: policies.of_fact(table, parent) for table, parent in OF_FACTS.items()},
    **{table: policies.of_organisation(table) for table in OF_ORGANISATIONS},
    **{table: policies.computed(table) for table in COMPUTED},
    "alerts_alert": policies.received("alerts_alert"),
    "audit_auditevent": policies.events(),
    "audit_rowhistory": policies.history(),
    "audit_seal": policies.of_system("audit_seal"),
    "devices_membership": policies.roles_held(),
    "devices_invitation": policies.invitations(),
    "devices_grant": policies.grants(),
    "devices_apikey": policies.of_person_or_organisation("devices_apikey"),
    "clients_client": policies.of_person_or_organisation("clients_client"),
    **{table: policies.of_system(table) for table in TOKENS},
    "evidence_document": policies.documents(),
    "evidence_documentversion": policies.of_document(),
    "evidence_documentlink": policies.of_version(),
    "evidence_blob": policies.files(),
}


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0006_row_history"),
        ("ai_act", "0003_row_history"),
        ("alerts", "0002_amendments"),
        ("amendments", "0001_initial"),
        ("ans", "0003_row_history"),
        ("assessments", "0002_hour_and_area"),
        ("audit", "0004_seals"),
        ("ce_marking", "0004_row_history"),
        ("clients", "0001_initial"),
        ("cnedimts", "0004_row_history"),
        ("data", "0002_row_history"),
        ("evidence", "0001_initial"),
        ("listing", "0004_row_history"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [
        migrations.RunSQL(policies.ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(policies.FUNCTIONS, policies.FUNCTIONS_REMOVED),
        *(migrations.RunSQL(behind, policies.removed(table)) for table, behind in BEHIND.items()),
    ]
