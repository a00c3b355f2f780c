"""What a page of ours is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its template, its title and what it shows."""

    template: str
    title: str | Promise
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


View = Callable[..., Page | HttpResponseBase]
# Each folder names its pages in a ``ROUTES``: address, view, name.
Routes = tuple[tuple[str, View, str], ...]
