"""Search from anywhere: devices, organisations, codes, documents, rules and terms, each with why it is found.

Every group starts at what the person may see. The right code of one device opens that device.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from compliance.ai_act.models import AiCertificate
from compliance.amendments.queries import law_in_force
from compliance.ans.models import AnsCertificate
from compliance.assessments.words import language
from compliance.backoffice import access
from compliance.backoffice.facts.records import admin_url
from compliance.backoffice.glossary.pages import terms
from compliance.backoffice.page import Page
from compliance.backoffice.search.text import marked, matching
from compliance.ce_marking.models import Certificate
from compliance.facts.checks import ROLES
from compliance.law.parameters import Parameter
from compliance.listing.models import Listing
from devices.identifiers import IdentifierError, stored_forms
from devices.models import Identifier, Organisation
from devices.texts import text_query, vector

SHOWN, MORE = 10, 200
LONGEST = 512
_SHORTEST_CODE = 3
_LPP_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: where it opens, and why it was found."""

    title: str
    url: str
    why: str | SafeString = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one sort; ``total`` counts those that are not shown, too."""

    name: str
    label: str | Promise
    hits: list[Hit] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True)
class Asked:
    """What is looked for, by whom, and how many of a group are shown."""

    request: HttpRequest
    text: str
    query: Any
    limit: int

    @property
    def code(self) -> str:
        """Return the text as a code would be written: without spaces."""
        return "".join(self.text.split())

    @cached_property
    def rules(self) -> list[Parameter]:
        """Return the rules of the law that have a value."""
        return [one for _name, one in sorted(law_in_force().parameters.items()) if one.values]

    @cached_property
    def met(self) -> tuple[set[int], set[int]]:
        """Return the places of the rules and of the terms that the words find, both in one query.

        Figures alone are no words: ``_rules`` looks for them in the articles, here they are in the titles.
        """
        if not any(one.isalpha() for one in self.text):
            code = _squeezed(self.text)
            titles = [_squeezed(f"{one.title('fr')} {one.title('en')}") for one in terms()]
            return set(), {n for n, title in enumerate(titles) if code and code in title}
        said = [f"{one.label.fr} · {one.label.en} · {_articles(one)} · {one.id}" for one in self.rules]
        first = len(said)
        found = matching(self.text, [*said, *(f"{one.title('fr')} {one.title('en')}" for one in terms())])
        return {n for n in found if n < first}, {n - first for n in found if n >= first}


class SearchForm(forms.Form):
    """What is looked for, and in which group."""

    q = forms.CharField(label=_("Search"), required=False, max_length=LONGEST, strip=False)
    group = forms.CharField(required=False, widget=forms.HiddenInput())


def search(request: HttpRequest) -> Page | HttpResponse:
    """Return what is found, by group; or go to the device whose code was given."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        raise BadRequest
    text, only = form.cleaned_data["q"], form.cleaned_data["group"]
    if not only and text.strip() and (device := _by_code(request, text)):
        return redirect("admin:device", device)
    asked = Asked(request, text.strip(), text_query(text), MORE if only in _GROUPS else SHOWN)
    groups = [find(asked) for name, find in _GROUPS.items() if only not in _GROUPS or name == only]
    found = [one for one in groups if one.hits] if asked.text else []
    shown = {
        "searched": asked.text,
        "no_terms": True,
        "groups": found,
        "only": only if only in _GROUPS else "",
        "limit": MORE,
    }
    return Page("backoffice/search.html", _("Search"), shown)


def _by_code(request: HttpRequest, text: str) -> Any:
    """Return the only visible device that carries the identifier, None where there is none or several."""
    code = text.strip(" \t\r\n")
    if code.isascii() and code.isdigit() and len(code) == _LPP_DIGITS:
        carriers = Exists(Listing.objects.filter(device=OuterRef("pk"), code=code))
    else:
        try:
            forms_of_code = stored_forms(code)
        except IdentifierError:
            return None
        carriers = Exists(Identifier.objects.filter(device=OuterRef("pk"), value__in=forms_of_code))
    found = access.visible(request).filter(carriers).order_by().values_list("pk", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def _devices(asked: Asked) -> Group:
    if asked.query is None:
        return Group("devices", _("Devices"))
    said = _joined("name", "manufacturer__name", "exploitant__name", "description", "emdn")
    rows = access.visible(asked.request).annotate(said=said)
    rows = rows.filter(Q(assessment__words=asked.query) | Q(key=asked.code)).order_by("name", "pk")

    def hit(row: Any) -> Hit:
        return Hit(row.name, reverse("admin:device", args=[row.pk]), marked(row.said, asked.text))

    return _group(asked, "devices", _("Devices"), rows, hit)


def _joined(*columns: str) -> Any:
    """Return the texts of the columns in one, those that are empty left out."""
    filled = [NullIf(F(one), Value("")) for one in columns]
    return Func(Value(" · "), *filled, function="CONCAT_WS", output_field=TextField())


def _organisations(asked: Asked) -> Group:
    """Find those of the person, and those that have a part in a device in view."""
    request = asked.request
    parts = Q(pk__in=access.own_organisations(request).order_by().values("pk"))
    for role in ROLES:
        parts |= Q(pk__in=access.visible(request).order_by().values(role))
    rows = (
        Organisation.objects.all() if access.is_administrator(request) else Organisation.objects.filter(parts)
    )
    wanted = Q(siren=asked.code) | Q(srn__iexact=asked.code)
    said = _joined("name", "siren", "srn")
    if asked.query is None:
        return Group("organisations", _("Organisations"))
    rows = rows.alias(met=vector("name")).filter(wanted | Q(met=asked.query))
    rows = rows.annotate(said=said).order_by("name", "pk")

    def hit(row: Any) -> Hit:
        return Hit(row.name, admin_url(Organisation, "change", row.pk), marked(row.said, asked.text))

    return _group(asked, "organisations", _("Organisations"), rows, hit)


def _certificates(asked: Asked) -> Group:
    """Find certificates by their number, of notified bodies, of the ANS and of the AI Act."""
    label = _("Certificates")
    models = {str(model._meta.label_lower): model for model in (Certificate, AnsCertificate, AiCertificate)}
    first, *others = (
        _of_readable(asked, model, "number", asked.text)
        .annotate(holder=F("device__name"), model=Value(name))
        .values("pk", "number", "holder", "model")
        for name, model in models.items()
    )
    rows = list(first.union(*others, all=True).order_by("number", "pk")[: MORE + 1]) if asked.text else []
    hits = [
        Hit(
            row["number"],
            admin_url(models[row["model"]], "change", row["pk"]),
            _in_words(models[row["model"]], row["number"]),
            row["holder"],
        )
        for row in rows
    ]
    return Group("certificates", label, hits[: asked.limit], len(hits))


def _in_words(model: Any, code: str) -> str:
    return f"{capfirst(str(model._meta.verbose_name))} {code}"


def _listings(asked: Asked) -> Group:
    def hit(row: Any) -> Hit:
        why = f"{row.get_list_display()}, {_('code')} {row.code}"
        return Hit(row.code, admin_url(Listing, "change", row.pk), why, row.device.name)

    return _coded(asked, "listings", _("Listings"), _of_readable(asked, Listing, "code", asked.code), hit)


def _identifiers(asked: Asked) -> Group:
    rows = Identifier.objects.filter(device__in=access.visible(asked.request).order_by())
    wanted = Q(value__icontains=asked.code)
    with suppress(IdentifierError):
        wanted |= Q(value__in=stored_forms(asked.text))

    def hit(row: Any) -> Hit:
        url = reverse("admin:device", args=[row.device_id])
        return Hit(row.value, url, str(row.get_scheme_display()), row.device.name)

    return _coded(asked, "identifiers", _("Identifiers (UDI-DI, Basic UDI-DI)"), rows.filter(wanted), hit)


def _coded(asked: Asked, name: str, label: Any, rows: Any, hit: Callable[[Any], Hit]) -> Group:
    """Return a group of codes; a text of one or two signs is no code."""
    if len(asked.code) < _SHORTEST_CODE:
        return Group(name, label)
    return _group(asked, name, label, rows.select_related("device").order_by("device__name", "pk"), hit)


def _of_readable(asked: Asked, model: Any, column: str, text: str) -> Any:
    """Return the facts of devices whose record the person reads of which a code holds the text."""
    wanted = {f"{column}__icontains": text, "device__in": access.readable(asked.request).order_by()}
    found = model.objects.filter(**wanted) if len(text) >= _SHORTEST_CODE else model.objects.none()
    return found.order_by()


def _documents(asked: Asked) -> Group:
    if asked.query is None:
        return Group("documents", _("Documents"))
    rows = access.documents(asked.request).alias(met=vector("title")).filter(met=asked.query)
    rows = rows.select_related("device").order_by("title", "pk")

    def hit(row: Any) -> Hit:
        url = reverse("admin:document", args=[row.pk])
        return Hit(
            row.title, url, marked(f"{row.get_kind_display()} · {row.title}", asked.text), row.device.name
        )

    return _group(asked, "documents", _("Documents"), rows, hit)


def _rules(asked: Asked) -> Group:
    """Find rules of the law by their name in both languages, their identifier and their articles."""
    found, _found_terms = asked.met
    if len(code := _squeezed(asked.text)) >= _SHORTEST_CODE:
        found |= {n for n, one in enumerate(asked.rules) if code in _squeezed(f"{_articles(one)} {one.id}")}
    hits = [
        Hit(
            getattr(one.label, language()),
            reverse("admin:rule", args=[one.id]),
            _articles(one),
            one.id,
        )
        for one in (asked.rules[n] for n in sorted(found))
    ]
    return Group("rules", _("Rules of the law"), hits[: asked.limit], len(hits))


def _articles(rule: Parameter) -> str:
    return " · ".join(dict.fromkeys(str(value.citation) for value in rule.values))


def _terms(asked: Asked) -> Group:
    """Find terms of the glossary."""
    _found_rules, found = asked.met
    url = reverse("admin:glossary")
    hits = [
        Hit(one.title(language()), f"{url}#{one.key}", getattr(one.says, language()))
        for one in (terms()[n] for n in sorted(found))
    ]
    return Group("terms", _("Glossary"), hits[: asked.limit], len(hits))


def _squeezed(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _group(asked: Asked, name: str, label: Any, rows: "QuerySet[Any]", hit: Callable[[Any], Hit]) -> Group:
    """Return the first of the rows, and the number of all of them, in one query."""
    found: Iterable[Any] = list(rows.annotate(total=Window(Count("*")))[: asked.limit])
    return Group(name, label, [hit(one) for one in found], next((one.total for one in found), 0))


_GROUPS: dict[str, Callable[[Asked], Group]] = {
    "devices": _devices,
    "identifiers": _identifiers,
    "listings": _listings,
    "certificates": _certificates,
    "documents": _documents,
    "organisations": _organisations,
    "rules": _rules,
    "terms": _terms,
}
