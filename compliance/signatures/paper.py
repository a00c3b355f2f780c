"""The signatures of a dossier as a file beside it: ``NAME.signatures.json`` (``jalon-signatures/1``).

Each is the event of the trail that holds it, with all that its hash covers: nothing is said twice, and
``verify.py`` needs no more to tell whether it is of the ZIP beside it.
"""

import json

from compliance.audit.models import AuditEvent
from compliance.audit.operations import exported
from compliance.dossiers.models import DossierRequest
from compliance.dossiers.verify import SIGNATURES_FORM
from compliance.signatures.models import Signature
from devices import wall


@wall.system()  # whoever sees a dossier sees who signed it, in whichever chain the event stands
def signatures_file(row: DossierRequest) -> bytes:
    """Return the file, events in the order in which they came to be."""
    ids = Signature.objects.filter(dossier=row).values("event")
    events = AuditEvent.objects.filter(pk__in=ids).order_by("at", "sequence")
    said = {
        "format": SIGNATURES_FORM,
        "dossier": {"file": f"{row.name}.zip", "sha512": row.sha512, "verification_code": row.code},
        "events": [exported(one) for one in events],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
