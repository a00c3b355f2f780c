"""Where every queryset of dossiers that were asked for starts: at the caller."""

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery

from compliance.dossiers.models import DossierDevice, DossierRequest
from devices.queries import Caller, whole_devices


def dossiers_of(caller: Caller) -> QuerySet[DossierRequest]:
    """Return the dossiers of devices of all of which the caller sees the whole record, the last one first."""
    whole = whole_devices(caller).order_by().values("pk")
    seen = DossierDevice.objects.filter(dossier=OuterRef("pk"), device__in=whole).values("dossier")
    number = Subquery(seen.annotate(number=Count("pk")).values("number"))
    return with_devices(DossierRequest.objects.filter(device_count=number))


def with_devices(rows: QuerySet[DossierRequest]) -> QuerySet[DossierRequest]:
    """Return the dossiers with their devices by name, in one more query for all."""
    subjects = DossierDevice.objects.select_related("device__owner").order_by("device__name", "device_id")
    return rows.prefetch_related(Prefetch("subjects", subjects))
