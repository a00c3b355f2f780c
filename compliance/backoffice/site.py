"""The site of the back office, at the root of the address."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from unfold.sites import UnfoldAdminSite

from compliance.backoffice import documents, views
from compliance.backoffice.navigation import navigation


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site, with the pages of the regulatory officer beside those of the models."""

    def get_urls(self) -> list[Any]:
        """Return the addresses: our pages, then those of the models."""
        own = [
            self._page("deadlines/", views.deadlines, "deadlines"),
            self._page("devices/<uuid:device_id>/", views.device, "device"),
            self._page("devices/<uuid:device_id>/documents/add/", documents.add, "document_add"),
            self._page("documents/", documents.listing, "documents"),
            self._page("documents/<uuid:document_id>/", documents.document, "document"),
            self._page("documents/<uuid:document_id>/version/", documents.new_version, "document_version"),
            self._page("documents/<uuid:document_id>/edit/", documents.edit, "document_edit"),
            self._page("documents/<uuid:document_id>/remove/", documents.remove, "document_remove"),
            self._page("documents/<uuid:document_id>/facts/", documents.link_fact, "document_link"),
            self._page("documents/files/<uuid:version_id>/", documents.file, "document_file"),
            self._page("facts/", views.kinds, "kinds"),
            self._page("law/", views.law, "law"),
            self._page("law/rules/<str:name>/", views.rule, "rule"),
            self._page("law/proposals/<str:key>/", views.proposal, "proposal"),
            self._page("law/texts/<str:key>/", views.amendment, "amendment"),
        ]
        return [*own, *AdminSite.get_urls(self)]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the dashboard."""
        return self.shown(request, views.dashboard(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return nothing: the navigation is ours, and an app is no page."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows."""
        context: dict[str, Any] = super().each_context(request)
        links = navigation(request) if self.has_permission(request) else []
        return {**context, "navigation": links}

    def shown(self, request: HttpRequest, page: views.Page) -> HttpResponse:
        """Return a page of ours within the frame of the site."""
        context = {**self.each_context(request), "title": page.title, **page.context}
        return TemplateResponse(request, page.template, context)

    def _page(self, route: str, view: Callable[..., views.Page | HttpResponseBase], name: str) -> Any:
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            found = view(request, **kwargs)
            return self.shown(request, found) if isinstance(found, views.Page) else found

        return path(route, self.admin_view(answer), name=name)


site = BackOffice()
