"""The site of the back office, at the root of the address."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from compliance.backoffice import (
    dashboard,
    deadline_routes,
    decision_pages,
    documents,
    events_page,
    glossary,
    joining,
    own_keys,
    people_pages,
    publication_page,
    search,
    sheets,
    start,
    views,
)
from compliance.backoffice.navigation import navigation

_ONE = "organisation/<uuid:organisation_id>"
_NOT_OURS = {"password_change", "password_change_done"}  # compliance.login has its own


View = Callable[..., views.Page | HttpResponseBase]


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """The admin site, with the pages of the regulatory officer beside those of the models."""

    def get_urls(self) -> list[Any]:
        """Return the addresses: our pages, then those of the models."""
        own = [
            *(self._page(*one) for one in deadline_routes.ROUTES),
            self._page("deadlines/moved/", dashboard.moved_dates, "moved_dates"),
            self._page("search/", search.search, "search"),
            self._page("glossary/", glossary.glossary, "glossary"),
            self._page("start/", start.device, "start"),
            self._page("start/<uuid:device_id>/end/", start.end, "start_end"),
            *(
                self._page(f"start/<uuid:device_id>/{one}/", partial(start.step, name=one), f"start_{one}")
                for one in start.STEPS
            ),
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
            self._page("keys/", own_keys.own_keys, "own_keys"),
            self._page("keys/new/", own_keys.new_key, "new_key"),
            self._page("keys/<uuid:key_id>/rotate/", own_keys.rotate, "rotate_key"),
            self._page("keys/<uuid:key_id>/revoke/", own_keys.revoke, "revoke_key"),
            self._page("law/", views.law, "law"),
            self._page("law/rules/<str:name>/", views.rule, "rule"),
            self._page("law/proposals/<str:key>/", views.proposal, "proposal"),
            self._page("law/texts/<str:key>/", views.amendment, "amendment"),
            self._page("devices/<uuid:device_id>/decisions/", decision_pages.decisions, "decisions"),
            self._page(
                "devices/<uuid:device_id>/decisions/<uuid:decision_id>/", decision_pages.decision, "decision"
            ),
            self._page("devices/<uuid:device_id>/decisions/<str:table>/", decision_pages.wizard, "wizard"),
            self._page("devices/<uuid:device_id>/events/", events_page.listing, "events"),
            self._page("devices/<uuid:device_id>/events/<str:event_key>/", events_page.event, "event"),
            self._page("devices/<uuid:device_id>/publication/", publication_page.publication, "publication"),
            self._page("organisation/", people_pages.organisation, "organisation"),
            self._page(f"{_ONE}/", people_pages.organisation, "organisation"),
            self._page(f"{_ONE}/invite/", people_pages.invite, "invite"),
            self._page(f"{_ONE}/grant/", people_pages.give_grant, "give_grant"),
            self._page("organisation/people/<uuid:pk>/", people_pages.change_role, "change_role"),
            self._page("organisation/people/<uuid:pk>/remove/", people_pages.remove, "remove_person"),
            self._page("organisation/invitations/<uuid:pk>/resend/", people_pages.resend, "resend"),
            self._page("organisation/invitations/<uuid:pk>/withdraw/", people_pages.withdraw, "withdraw"),
            self._page("organisation/grants/<uuid:pk>/revoke/", people_pages.revoke_grant, "revoke_grant"),
            self._page("sheets/", sheets.upload, "sheets"),
            self._page("sheets/template/", sheets.template, "sheet_template"),
            self._page("sheets/record/", sheets.record, "sheet_record"),
            self._page("sheets/devices/", sheets.devices, "sheet_devices"),
            self._page("sheets/documents/", sheets.documents, "sheet_documents"),
            self._page("sheets/<uuid:upload_id>/", sheets.preview, "sheet_preview"),
            self._page("sheets/<uuid:upload_id>/marked/", sheets.marked_copy, "sheet_marked"),
            self._page("invitations/<str:token>/", joining.invitation, "invitation", public=True),
        ]
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
        return self.shown(request, dashboard.dashboard(request))

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
        return TemplateResponse(request, page.template, context, status=page.status)

    def _page(self, route: str, view: View, name: str, *, public: bool = False) -> Any:
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            found = view(request, **kwargs)
            return self.shown(request, found) if isinstance(found, views.Page) else found

        return path(route, never_cache(answer) if public else self.admin_view(answer), name=name)


site = BackOffice()
