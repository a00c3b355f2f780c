"""The site of the back office, at the root of the address."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from unfold.sites import UnfoldAdminSite

from compliance.backoffice import own_keys, views
from compliance.backoffice.navigation import navigation


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site, with the pages of the regulatory officer beside those of the models."""

    def get_urls(self) -> list[Any]:
        """Return the addresses: our pages, then those of the models."""
        own = [
            self._page("deadlines/", views.deadlines, "deadlines"),
            self._page("devices/<uuid:device_id>/", views.device, "device"),
            self._page("facts/", views.kinds, "kinds"),
            self._page("keys/", own_keys.own_keys, "own_keys"),
            self._page("keys/new/", own_keys.new_key, "new_key"),
            self._page("keys/<uuid:key_id>/rotate/", own_keys.rotate, "rotate_key"),
            self._page("keys/<uuid:key_id>/revoke/", own_keys.revoke, "revoke_key"),
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

    def _page(self, route: str, view: Callable[..., views.Page | HttpResponse], name: str) -> Any:
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            found = view(request, **kwargs)
            return found if isinstance(found, HttpResponse) else self.shown(request, found)

        return path(route, self.admin_view(answer), name=name)


site = BackOffice()
