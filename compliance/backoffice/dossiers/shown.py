"""What the pages of dossiers share."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from compliance.dossiers.models import DossierRequest
from compliance.dossiers.queries import dossiers_of
from compliance.signatures.queries import with_signatures
from devices.queries import caller_of


def own(request: HttpRequest, dossier_id: UUID) -> DossierRequest:
    """Return a dossier of devices whose whole record the person reads, with who signed it.

    Raises Http404 for any other.
    """
    rows = with_signatures(dossiers_of(caller_of(request)))
    return get_object_or_404(rows.select_related("seal"), pk=dossier_id)


def title_of(row: DossierRequest) -> str:
    """Return of what a dossier is: the name of its device, or how many there are."""
    if row.device_count == 1:
        return gettext("Dossier of %(device)s") % {"device": row.devices[0].name}
    return gettext("Dossier of %(number)d devices") % {"number": row.device_count}
