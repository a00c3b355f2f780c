"""The law in force here: the one shipped with the product, with the amendments applied since."""

from functools import lru_cache

from compliance.amendments.models import Amendment
from compliance.law.amendments import amended, read
from compliance.law.parameters import Law, current_law


def law_in_force() -> Law:
    """Return the law as it stands in this installation. Asks the database once for what was applied."""
    applied = tuple(Amendment.objects.order_by("pk").values_list("pk", "sha256"))
    return _built(applied) if applied else current_law()


@lru_cache(maxsize=4)
def _built(applied: tuple[tuple[int, str], ...]) -> Law:
    """Return the law with the amendments in it; the fingerprints tell two databases apart."""
    documents = Amendment.objects.in_bulk([pk for pk, _ in applied])
    law = current_law()
    for pk, _ in applied:
        law = amended(law, read(documents[pk].document))
    return law
