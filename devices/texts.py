"""How texts are kept to be found: in French by their stems, and as written, accents forgiven in both."""

from typing import Any

from django.contrib.postgres.search import SearchVector

FRENCH, WRITTEN = "jalon_french", "jalon_written"  # the configurations of devices/migrations/0008


def vector(*fields: Any) -> Any:
    """Return the fields as the queries of the search read them."""
    return SearchVector(*fields, config=FRENCH) + SearchVector(*fields, config=WRITTEN)
