"""The site of the back office, at the root of the address."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from compliance.backoffice.alerts.banner import banner
from compliance.backoffice.alerts.routes import ROUTES as ALERTS
from compliance.backoffice.deadlines.routes import ROUTES as DEADLINES
from compliance.backoffice.decisions.routes import ROUTES as DECISIONS
from compliance.backoffice.device.routes import ROUTES as DEVICE
from compliance.backoffice.documents.routes import ROUTES as DOCUMENTS
from compliance.backoffice.dossiers.routes import ROUTES as DOSSIERS
from compliance.backoffice.events.routes import ROUTES as EVENTS
from compliance.backoffice.facts.routes import ROUTES as FACTS
from compliance.backoffice.glossary.routes import ROUTES as GLOSSARY
from compliance.backoffice.home.dashboard import dashboard
from compliance.backoffice.home.routes import ROUTES as HOME
from compliance.backoffice.law.routes import ROUTES as LAW
from compliance.backoffice.navigation import navigation
from compliance.backoffice.page import Page, Routes, View
from compliance.backoffice.people.joining import invitation
from compliance.backoffice.people.routes import ROUTES as PEOPLE
from compliance.backoffice.requirements.routes import ROUTES as REQUIREMENTS
from compliance.backoffice.search.routes import ROUTES as SEARCH
from compliance.backoffice.sheets.routes import ROUTES as SHEETS
from compliance.backoffice.webhooks.routes import ROUTES as WEBHOOKS

_ROUTES: Routes = (
    *HOME,
    *DEVICE,
    *DEADLINES,
    *ALERTS,
    *EVENTS,
    *DECISIONS,
    *FACTS,
    *DOCUMENTS,
    *REQUIREMENTS,
    *DOSSIERS,
    *SHEETS,
    *SEARCH,
    *GLOSSARY,
    *LAW,
    *PEOPLE,
    *WEBHOOKS,
)
_NOT_OURS = {"password_change", "password_change_done"}  # compliance.login has its own


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site, with the pages of the regulatory officer beside those of the models."""

    def get_urls(self) -> list[Any]:
        """Return the addresses: our pages, then those of the models."""
        own = [self._page(*one) for one in _ROUTES]
        own.append(self._page("invitations/<str:token>/", invitation, "invitation", public=True))
        return [*own, *(one for one in AdminSite.get_urls(self) if getattr(one, "name", "") not in _NOT_OURS)]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Return the page for who may open the back office; who is logged in already gets no other login."""
        inner = super().admin_view(view, cacheable)

        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(answer, view)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the dashboard."""
        return self.shown(request, dashboard(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return nothing: the navigation is ours, and an app is no page."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows."""
        context: dict[str, Any] = super().each_context(request)
        if not self.has_permission(request):
            return {**context, "navigation": []}
        return {**context, "navigation": navigation(request), "alerting_faults": banner(request)}

    def shown(self, request: HttpRequest, page: Page) -> HttpResponse:
        """Return a page of ours within the frame of the site."""
        context = {**self.each_context(request), "title": page.title, **page.context}
        return TemplateResponse(request, page.template, context, status=page.status)

    def _page(self, route: str, view: View, name: str, *, public: bool = False) -> Any:
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            found = view(request, **kwargs)
            return self.shown(request, found) if isinstance(found, Page) else found

        return path(route, never_cache(answer) if public else self.admin_view(answer), name=name)


site = BackOffice()
