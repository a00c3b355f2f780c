"""Links from the words of a page to the glossary, at the first place where each one stands."""

import re
from functools import cache
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from compliance.assessments.words import language
from compliance.backoffice.glossary.pages import Term, terms

register = template.Library()
_TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_NAME = re.compile(r"<(/?)([a-z0-9]+)")
# Where no link may stand, or where it would be in the way.
_CLOSED = {
    "a", "button", "caption", "code", "h1", "label", "legend", "option", "pre", "script", "select", "style",
    "summary", "svg", "textarea", "title",
}  # fmt: skip


class LinkedNode(template.Node):
    """What stands between ``linked`` and ``endlinked``, with its first terms as links."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return the HTML of what stands within, with the links."""
        html = self.nodelist.render(context)
        return html if context.get("no_terms") or not context.get("navigation") else linked(html)


@register.tag("linked")
def linked_tag(parser: Parser, token: Token) -> LinkedNode:
    """Return the block tag ``{% linked %}…{% endlinked %}``."""
    nodelist = parser.parse(("endlinked",))
    parser.delete_first_token()
    return LinkedNode(nodelist)


def linked(html: str) -> SafeString:
    """Return HTML with the first mention of each term as a link to the glossary."""
    pattern, held = _spots()
    seen: set[str] = set()
    home = reverse("admin:glossary")

    def link(found: re.Match[str]) -> str:
        term = held[found[0]]
        if term.key in seen:
            return found[0]
        seen.add(term.key)
        return _link(term, found[0], home)

    inside, pieces = 0, _TAG.split(html)
    for n, piece in enumerate(pieces):
        if n % 2:
            name = _NAME.match(piece)
            if name and name[2] in _CLOSED and not piece.endswith("/>"):
                inside += -1 if name[1] else 1
        elif not inside and piece.strip():
            pieces[n] = pattern.sub(link, piece)
    return mark_safe("".join(pieces))  # noqa: S308 - the HTML of the templates, and links made safe


def _link(term: Term, written: str, home: str) -> str:
    says = getattr(term.full or term.says, language())
    name = gettext("%(term)s: %(says)s (glossary)") % {"term": written, "says": says}
    return format_html(
        '<a class="term" href="{}#{}" title="{}" aria-label="{}">{}</a>', home, term.key, says, name, written
    )


@cache
def _spots() -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return the pattern of all writings that are linked, and the term of each; as they stand in HTML."""
    held: dict[str, Any] = {escape(one): term for term in terms() for one in term.spot}
    longest_first = sorted(held, key=len, reverse=True)
    any_of_them = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w&-])(?:{any_of_them})(?![\w-])"), held
