"""The table: what each role gets at each route, and which marks of the world it may read."""

from collections.abc import Mapping

DEVICES = ("private", "published", "other")  # the other belongs to the rival

# The status of a GET for each role, in this order:
#   owner officer reader buyer auditor rival administrator stranger anonymous
ALL = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "200 200 200 200 200 200 200 200 302"
ADMINISTRATOR = "403 403 403 403 403 403 200 403 302"
UNKNOWN = "404 404 404 404 404 404 404 404 302"
NONE = "404 404 404 404 404 404 404 404 404"
REFUSED = "403 403 403 403 403 403 403 403 302"
KEEPER = "200 200 403 403 403 200 200 403 302"
READS = "200 200 200 403 200 200 200 403 302"  # who reads any record whole
CALLER = "200 200 200 200 200 200 200 200 401"
SEEN = {  # the auditor is granted the private one
    "private": "200 200 200 404 200 404 200 404 302",
    "published": "200 200 200 200 404 404 200 404 302",
    "other": "404 404 404 404 404 200 200 404 302",
}
WHOLE = SEEN | {"published": "200 200 200 404 404 404 200 404 302"}  # who reads the whole record
READ = {  # a buyer reads the answers, not the record; the admin goes home from what it does not find
    "private": "200 200 200 302 200 302 200 302 302",
    "published": "200 200 200 302 302 302 200 302 302",
    "other": "302 302 302 302 302 200 200 302 302",
}
DEVICE = READ | {"published": "200 200 200 403 302 302 200 302 302"}
RECEIVED = {  # an alert is its recipient's
    "private": "302 200 302 302 302 302 200 302 302",
    "published": "302 200 302 302 302 302 200 302 302",
    "other": "302 302 302 302 302 200 200 302 302",
}
OF_MAKER = READ | {"published": READ["private"]}  # its facts are seen with any of its devices
KEEPS = {  # forms of who keeps the record
    "private": "200 200 403 404 403 404 200 404 302",
    "published": "200 200 403 403 404 404 200 404 302",
    "other": "404 404 404 404 404 200 200 404 302",
}
PUBLISHES = KEEPS | {  # forms of owners
    "private": "200 403 403 404 403 404 200 404 302",
    "published": "200 403 403 403 404 404 200 404 302",
    "other": "404 404 404 404 404 403 200 404 302",
}
MANAGES = PUBLISHES | dict.fromkeys(("private", "published"), "200 403 403 404 404 404 200 404 302")
OF_PERSON = {  # nobody else's keys
    "private": "404 200 404 404 404 404 404 404 302",
    "published": "404 200 404 404 404 404 404 404 302",
    "other": "404 404 404 404 404 200 404 404 302",
}
OF_KEEPER = {  # the webhooks of the organisation that keeps the device
    "private": "200 200 404 404 404 404 200 404 302",
    "published": "200 200 404 404 404 404 200 404 302",
    "other": "404 404 404 404 404 200 200 404 302",
}
NOT_GET = "405 405 405 405 405 405 405 405 302"
NO_HISTORY = "403 403 302 302 302 302 200 302 302"  # the row is out of view before its page is refused
HOME = "302 302 302 302 302 302 302 302 302"
NOT_READY = {one: codes.replace("200", "302") for one, codes in WHOLE.items()}  # back to its page
API = {one: codes.replace("302", "401") for one, codes in SEEN.items()}
OF_DOSSIER = {one: codes.replace("302", "401") for one, codes in WHOLE.items()}
ITS_FILE = {one: codes.replace("200", "409") for one, codes in OF_DOSSIER.items()}  # not made yet
CANCELS = WHOLE | {  # who asked, and who keeps the record
    "private": "200 200 403 404 403 404 200 404 302",
    "published": "200 200 403 404 404 404 200 404 302",
}
NOT_MADE = {one: codes.replace("200", "403") for one, codes in WHOLE.items()}  # nothing to be signed
UNSIGNED = {one: codes.replace("200", "404") for one, codes in WHOLE.items()}
# Of a fact that is not there: its keepers learn that, others that the record is not theirs.
KEPT_FACT = {
    "private": "404 404 403 404 403 404 404 404 401",
    "published": "404 404 403 403 404 404 404 404 401",
    "other": "404 404 404 404 404 404 404 404 401",
}

ROUTES: dict[str, str | Mapping[str, str]] = {
    "healthz": "503 503 503 503 503 503 503 503 503",  # no worker and no beat in a test
    "i18n/setlang/": "302 302 302 302 302 302 302 302 302",
    "healthz/alerting": ALL,
    "metrics": ALL,  # the tests ask from this machine
    "feeds/<str:token>/deadlines.ics": NONE,  # nobody's secret
    # --- API ---
    "api/v1/devices": CALLER,
    "api/v1/devices/lookup": "400 400 400 400 400 400 400 400 401",
    "api/v1/devices/<uuid:device_id>": API,
    "api/v1/devices/<uuid:device_id>/status": API,
    "api/v1/devices/<uuid:device_id>/deadlines": API,
    "api/v1/devices/<uuid:device_id>/facts/<str:kind>": NOT_GET.replace("302", "401"),
    "api/v1/devices/<uuid:device_id>/facts/<str:kind>/<str:key>": KEPT_FACT,
    "api/v1/devices/<uuid:device_id>/facts/<str:kind>/<str:key>/retract": NOT_GET.replace("302", "401"),
    "api/v1/devices.csv": CALLER,
    "api/v1/devices.parquet": CALLER,
    "api/v1/dossiers": CALLER,
    "api/v1/dossiers/<uuid:dossier_id>": OF_DOSSIER,
    "api/v1/dossiers/<uuid:dossier_id>/cancel": NOT_GET.replace("302", "401"),
    "api/v1/dossiers/<uuid:dossier_id>/download": ITS_FILE,
    "api/v1/deadlines": CALLER,
    "api/v1/changes": CALLER,
    "api/v1/schema": ALL,
    "api/v1/docs": ALL,
    "api/v1/": NONE,
    "api/v1/devices/<uuid:device_id>/documents": API,
    "api/v1/devices/<uuid:device_id>/documents/<uuid:version_id>": API,
    "api/v1/oauth2/token": "405 405 405 405 405 405 405 405 405",
    "api/v1/oauth2/revoke": "405 405 405 405 405 405 405 405 405",
    "fhir/R5/metadata": ALL,
    "fhir/R5/DeviceDefinition": CALLER,
    "fhir/R5/DeviceDefinition/<uuid:device_id>": API,
    "fhir/R5/RegulatedAuthorization": CALLER,
    "fhir/R5/RegulatedAuthorization/<uuid:authorization_id>": API,
    "fhir/R5/Organization": CALLER,
    "fhir/R5/Organization/<slug:organisation_id>": {  # told with any of its devices
        "private": "200 200 200 200 200 404 200 404 401",
        "published": "200 200 200 200 200 404 200 404 401",
        "other": "404 404 404 404 404 200 200 404 401",
    },
    "fhir/R5/CodeSystem/<slug:published>": ALL,
    "fhir/R5/ValueSet/<slug:published>": ALL,
    "fhir/R5/StructureDefinition/<slug:published>": ALL,
    "fhir/R5/": NONE,
    # --- Account ---
    "login/": "302 302 302 302 302 302 302 302 200",
    "login/second-factor/": HOME,
    "login/passkey/": HOME,
    "login/inactive/": ALL,
    "logout/": SIGNED_IN,
    "password/": ALL,
    "password/sent/": ALL,
    "^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$": ALL,
    "password/changed/": ALL,
    "account/password/": SIGNED_IN,
    "account/password/set/": HOME,
    "account/confirm/": SIGNED_IN,
    "account/confirm/code/": HOME,
    "account/confirm/key/": HOME,
    "account/second-factor/": SIGNED_IN,
    "account/second-factor/app/": HOME,  # the password is asked for again
    "account/second-factor/app/remove/": UNKNOWN,
    "account/second-factor/keys/": SIGNED_IN,
    "account/second-factor/keys/add/": HOME,
    "account/second-factor/keys/<int:pk>/": HOME,
    "account/second-factor/keys/<int:pk>/remove/": HOME,
    "account/second-factor/codes/": UNKNOWN,
    "account/second-factor/codes/file/": UNKNOWN,
    "account/second-factor/codes/new/": HOME,
    "account/sessions/": SIGNED_IN,
    "account/sessions/<int:session_id>/end/": NOT_GET,
    # --- People and programs ---
    "keys/": SIGNED_IN,
    "keys/new/": HOME,  # the password is asked for again
    "keys/<uuid:key_id>/rotate/": dict.fromkeys(DEVICES, HOME),
    "keys/<uuid:key_id>/revoke/": OF_PERSON,
    "webhooks/": SIGNED_IN,
    "webhooks/new/": HOME,  # the password is asked for again
    "webhooks/<uuid:endpoint_id>/": OF_KEEPER,
    "webhooks/<uuid:endpoint_id>/edit/": OF_KEEPER,
    "webhooks/<uuid:endpoint_id>/rotate/": dict.fromkeys(DEVICES, HOME),
    "webhooks/<uuid:endpoint_id>/test/": dict.fromkeys(DEVICES, NOT_GET),
    "webhooks/<uuid:endpoint_id>/disable/": OF_KEEPER,
    "webhooks/<uuid:endpoint_id>/enable/": dict.fromkeys(DEVICES, NOT_GET),
    "webhooks/<uuid:endpoint_id>/deliveries/<int:delivery_id>/replay/": dict.fromkeys(DEVICES, NOT_GET),
    "calendar-feed/": SIGNED_IN,
    "calendar-feed/new/": HOME,  # the password is asked for again
    "calendar-feed/revoke/": UNKNOWN,  # nobody here has one
    "organisation/": SIGNED_IN,
    "organisation/<uuid:organisation_id>/": {
        "private": "200 200 200 404 404 404 200 404 302",
        "published": "200 200 200 404 404 404 200 404 302",
        "other": "404 404 404 404 404 200 200 404 302",
    },
    "organisation/<uuid:organisation_id>/invite/": MANAGES,
    "organisation/<uuid:organisation_id>/grant/": MANAGES,
    "organisation/people/<uuid:pk>/": MANAGES,
    "organisation/people/<uuid:pk>/remove/": MANAGES,
    "organisation/invitations/<uuid:pk>/resend/": NOT_GET,
    "organisation/invitations/<uuid:pk>/withdraw/": MANAGES,
    "organisation/grants/<uuid:pk>/revoke/": MANAGES,
    "invitations/<str:token>/": dict.fromkeys(DEVICES, ALL),
    # --- Documents ---
    "documents/": SIGNED_IN,
    "documents/<uuid:document_id>/": SEEN,
    "documents/<uuid:document_id>/version/": KEEPS,
    "documents/<uuid:document_id>/edit/": KEEPS,
    "documents/<uuid:document_id>/remove/": KEEPS,
    "documents/<uuid:document_id>/facts/": {one: KEEPS[one].replace("200", "302") for one in DEVICES},
    "documents/files/<uuid:version_id>/": SEEN,
    "devices/<uuid:device_id>/documents/add/": KEEPS,
    "devices/<uuid:device_id>/requirements/": WHOLE,
    "devices/<uuid:device_id>/requirements/workbook/": WHOLE,
    # without a requirement chosen, and without a form: back to the list
    "devices/<uuid:device_id>/requirements/attach/": {
        one: KEEPS[one].replace("200", "302") for one in DEVICES
    },
    "devices/<uuid:device_id>/requirements/exempt/": {
        one: KEEPS[one].replace("200", "302") for one in DEVICES
    },
    "devices/<uuid:device_id>/requirements/back/": {one: KEEPS[one].replace("200", "302") for one in DEVICES},
    "devices/<uuid:device_id>/requirements/<str:catalogue>/": WHOLE,
    # --- Dossiers ---
    "dossiers/": READS,
    "dossiers/new/": READS,
    "dossiers/<uuid:dossier_id>/": WHOLE,
    "dossiers/<uuid:dossier_id>/cancel/": CANCELS,
    "dossiers/<uuid:dossier_id>/download/": NOT_READY,
    "dossiers/<uuid:dossier_id>/sign/": NOT_MADE,
    "dossiers/<uuid:dossier_id>/signatures/<uuid:signature_id>/withdraw/": UNSIGNED,
    "dossiers/<uuid:dossier_id>/signatures.json": WHOLE,
    "dossiers/<uuid:dossier_id>/seal/<str:part>/": UNSIGNED,
    # --- Spreadsheets ---
    "sheets/": KEEPER,
    "sheets/template/": KEEPER,
    "sheets/record/": READS,
    "sheets/devices/": SIGNED_IN,
    "sheets/documents/": SIGNED_IN,
    "sheets/<uuid:upload_id>/": KEEPER.replace("200", "302"),  # nobody's file: back to the upload
    "sheets/<uuid:upload_id>/marked/": KEEPER.replace("200", "302"),
    # --- Pages ---
    "": SIGNED_IN,
    "deadlines/": SIGNED_IN,
    "deadlines/moved/": SIGNED_IN,
    "search/": SIGNED_IN,
    "glossary/": SIGNED_IN,
    "start/": KEEPER,
    "start/<uuid:device_id>/class/": KEEPS,
    "start/<uuid:device_id>/certificate/": KEEPS,
    "start/<uuid:device_id>/listing/": KEEPS,
    "start/<uuid:device_id>/ai/": KEEPS,
    "start/<uuid:device_id>/end/": KEEPS,
    "deadlines/calendar/": SIGNED_IN,
    "deadlines/deadlines.csv": SIGNED_IN,
    "deadlines/deadlines.xlsx": SIGNED_IN,
    "deadlines/deadlines.ics": SIGNED_IN,
    "deadlines/filters/": SIGNED_IN,
    "deadlines/together/": HOME,
    "deadlines/<int:deadline_id>/": SEEN,
    "deadlines/<int:deadline_id>/acknowledge/": KEEPS,
    "notices/": SIGNED_IN,
    "notices/settings/": SIGNED_IN,
    "organisation/<uuid:organisation_id>/thresholds/": MANAGES,
    "deadlines/<int:deadline_id>/assign/": NOT_GET,
    "deadlines/<int:deadline_id>/done/": KEEPS,
    "deadlines/<int:deadline_id>/waive/": KEEPS,
    "deadlines/<int:deadline_id>/undo/": NOT_GET,
    "devices/<uuid:device_id>/what-if/": WHOLE,
    "devices/<uuid:device_id>/": SEEN,
    "devices/<uuid:device_id>/publication/": PUBLISHES,
    "devices/<uuid:device_id>/events/": KEEPS,
    "devices/<uuid:device_id>/events/<str:event_key>/": KEEPS,
    "devices/<uuid:device_id>/decisions/": WHOLE,
    "devices/<uuid:device_id>/decisions/<uuid:decision_id>/": WHOLE,
    "devices/<uuid:device_id>/decisions/<str:table>/": KEEPS,
    "facts/": SIGNED_IN,
    "alerting/": ADMINISTRATOR,
    "law/": SIGNED_IN,
    "law/rules/<str:name>/": SIGNED_IN,
    "law/proposals/<str:key>/": UNKNOWN,
    "law/texts/<str:key>/": SIGNED_IN,
    "autocomplete/": REFUSED,
    "jsi18n/": SIGNED_IN,
    "r/<path:content_type_id>/<path:object_id>/": UNKNOWN,
    "^(?P<app_label>devices|ce_marking|cnedimts|listing|ans|ai_act|data|audit|alerts|clients)/$": UNKNOWN,
    "(?P<url>.*)$": UNKNOWN,
    # --- Records ---
    "devices/device/": SIGNED_IN,
    "devices/device/export/": SIGNED_IN,
    "devices/device/add/": KEEPER,
    "devices/device/<path:object_id>/": HOME,
    "devices/device/<path:object_id>/change/": DEVICE,
    "devices/device/<path:object_id>/history/": DEVICE,
    "devices/device/<path:object_id>/delete/": REFUSED,
    "devices/organisation/": SIGNED_IN,
    "devices/organisation/export/": SIGNED_IN,
    "devices/organisation/add/": ADMINISTRATOR,
    "devices/organisation/<path:object_id>/": HOME,
    "devices/organisation/<path:object_id>/change/": SIGNED_IN,
    "devices/organisation/<path:object_id>/history/": SIGNED_IN,
    "devices/organisation/<path:object_id>/delete/": REFUSED,
    "devices/source/": SIGNED_IN,
    "devices/source/export/": SIGNED_IN,
    "devices/source/add/": KEEPER,
    "devices/source/<path:object_id>/": HOME,
    "devices/source/<path:object_id>/change/": SIGNED_IN,
    "devices/source/<path:object_id>/history/": SIGNED_IN,
    "devices/source/<path:object_id>/delete/": REFUSED,
    # --- Facts: every kind of a device, and of an organisation ---
    "{fact}/": SIGNED_IN,
    "{fact}/export/": SIGNED_IN,
    "{fact}/add/": KEEPER,
    "{fact}/<path:object_id>/": HOME,
    "{fact}/<path:object_id>/change/": READ,
    "{fact}/<path:object_id>/history/": HOME,
    "{fact}/<path:object_id>/delete/": {"other": SEEN["other"]},
    "{organisation fact}/": SIGNED_IN,
    "{organisation fact}/export/": SIGNED_IN,
    "{organisation fact}/add/": KEEPER,
    "{organisation fact}/<path:object_id>/": HOME,
    "{organisation fact}/<path:object_id>/change/": OF_MAKER,
    "{organisation fact}/<path:object_id>/history/": HOME,
    "{organisation fact}/<path:object_id>/delete/": {"other": SEEN["other"]},
    # --- Trail, alerts, people ---
    "audit/auditevent/": SIGNED_IN,
    "audit/auditevent/add/": REFUSED,
    "audit/auditevent/<path:object_id>/": HOME,
    "audit/auditevent/<path:object_id>/change/": READ,
    "audit/auditevent/<path:object_id>/history/": READ,
    "audit/auditevent/<path:object_id>/delete/": REFUSED,
    "alerts/alert/": SIGNED_IN,
    "alerts/alert/add/": REFUSED,
    "alerts/alert/<path:object_id>/": HOME,
    "alerts/alert/<path:object_id>/change/": RECEIVED,
    "alerts/alert/<path:object_id>/history/": RECEIVED,
    "alerts/alert/<path:object_id>/delete/": REFUSED,
    "devices/user/": ADMINISTRATOR,
    "devices/user/add/": ADMINISTRATOR,
    "devices/user/<id>/password/": ADMINISTRATOR,
    "devices/user/<path:object_id>/": HOME,
    "devices/user/<path:object_id>/change/": ADMINISTRATOR,
    "devices/user/<path:object_id>/history/": ADMINISTRATOR,
    "devices/user/<path:object_id>/delete/": REFUSED,
    "devices/apikey/": ADMINISTRATOR,
    "devices/apikey/add/": REFUSED,
    "devices/apikey/<str:object_id>/revoke/": ADMINISTRATOR,
    "devices/apikey/<path:object_id>/": HOME,
    "devices/apikey/<path:object_id>/change/": ADMINISTRATOR,
    "devices/apikey/<path:object_id>/history/": NO_HISTORY,
    "devices/apikey/<path:object_id>/delete/": REFUSED,
    "clients/client/": ADMINISTRATOR,
    "clients/client/add/": ADMINISTRATOR,
    "clients/client/<str:object_id>/revoke/": ADMINISTRATOR,
    "clients/client/<path:object_id>/": HOME,
    "clients/client/<path:object_id>/change/": ADMINISTRATOR,
    "clients/client/<path:object_id>/history/": NO_HISTORY,
    "clients/client/<path:object_id>/delete/": REFUSED,
}


# The marks of the world that each role may read: names, notes, facts, events, alerts.
def _marked(*words: str) -> set[str]:
    """Return the marks of kinds (before the colon) and of what they are about."""
    found = set()
    for one in words:
        kinds, about = one.split(":")
        found |= {f"zq-{kind}-{about}" for kind in kinds.split()}
    return found


_RECORD = "name note fact event decision document draft followup requirement dossier"
_MAKER = _marked(f"{_RECORD}:private", f"{_RECORD}:published", "fact:maker")
_RIVAL = _marked(f"{_RECORD} alert:other", "fact invited key client hook sent:rival")
_PROGRAMS = _marked("invited key client:maker")  # the trail of the organisation names them
_ALERTS = _marked("alert:private", "alert:published")
_HOOKS = _marked("hook sent:maker")
MARKS: Mapping[str, set[str]] = {
    "owner": _MAKER | _PROGRAMS | _HOOKS,
    "officer": _MAKER | _ALERTS | _PROGRAMS | _HOOKS,
    "reader": _MAKER | _PROGRAMS,
    "buyer": _marked("name document:published", "hook:hospital"),
    "auditor": _marked(f"{_RECORD}:private", "fact:maker"),
    "rival": _RIVAL,
    "administrator": _MAKER | _ALERTS | _RIVAL | _PROGRAMS | _HOOKS | _marked("hook:hospital"),
    "stranger": set(),
    "anonymous": set(),
}
# What the page behind the link of an invitation says to whoever holds it.
OF_HOLDERS = {"invitations/<str:token>/": _marked("invited:maker", "invited:rival")}
