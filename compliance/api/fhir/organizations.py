"""Organization: companies, notified bodies and authorities, as pure functions."""

from django.utils.translation import gettext as _

from compliance.api.fhir.terms import Json, known
from compliance.api.fhir.values import Named, identifier, meta
from compliance.assessments.words import word

AUTHORITIES = ("ans", "cnedimts", "ministers")


def organization(
    base: str, named: Named, *, identifiers: dict[str, str], country: str | None = None, example: bool = False
) -> Json:
    """Return an Organization. ``identifiers`` go by their kind."""
    return known(
        {
            "resourceType": "Organization",
            "id": named.id,
            "meta": meta(example),
            "identifier": [identifier(base, kind, value) for kind, value in identifiers.items()],
            "active": True,
            "name": named.name,
            "contact": [{"address": {"country": country}}] if country else [],
        }
    )


def authority(code: str) -> Named:
    """Return an authority by its code."""
    return Named(f"authority-{code}", word(code))


def notified_body(number: str) -> Named:
    """Return a notified body, of which the record holds the number only."""
    return Named(f"nb-{number}", _("Notified body %(number)s") % {"number": number})
