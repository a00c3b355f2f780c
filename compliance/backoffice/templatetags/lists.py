"""The lists of models: headings, rows and filters for the template of the list."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.templatetags.admin_list import result_headers, results
from django.contrib.admin.views.main import PAGE_VAR
from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = Library()


@dataclass(frozen=True, slots=True)
class Head:
    """A heading of a column. ``url`` sorts by it, ``sorted`` is the direction in force."""

    text: str
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows."""

    heads: list[Head]
    rows: list[list[SafeString]]
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a filter, and the one in force ("" for all)."""

    all: list[dict[str, Any]]
    chosen: str


@register.simple_tag
def list_rows(cl: Any) -> Listing:
    """Return the headings, rows and neighbouring pages of a list."""
    heads = [_head(one) for one in result_headers(cl)]
    number, last = cl.page_num, cl.paginator.num_pages
    return Listing(
        heads,
        [[_labelled(item, head) for item, head in zip(row, heads, strict=True)] for row in results(cl)],
        cl.get_query_string({PAGE_VAR: number - 1}) if number > 1 else "",
        cl.get_query_string({PAGE_VAR: number + 1}) if number < last else "",
    )


@register.simple_tag
def list_filter(cl: Any, spec: Any) -> Choices:
    """Return the choices of a filter."""
    choices = list(spec.choices(cl))
    chosen = next((str(one["display"]) for one in choices[1:] if one["selected"]), "")
    return Choices(choices, chosen)


def _labelled(item: SafeString, head: Head) -> SafeString:
    """Return the cell with the heading of its column, which stands beside it on a narrow screen."""
    if not item.startswith("<td"):
        return item
    return format_html('<td data-label="{}"{}', capfirst(str(head.text)), mark_safe(item[3:]))  # noqa: S308


def _head(header: dict[str, Any]) -> Head:
    if not header.get("sortable"):
        return Head(header["text"], "", "")
    direction = ("ascending" if header["ascending"] else "descending") if header["sorted"] else ""
    return Head(header["text"], header["url_primary"], direction)
