"""The addresses of the API, without a trailing slash."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from compliance.api import across, dossiers, facts, table, tokens, views

app_name = "api"
urlpatterns = [
    path("devices", views.DeviceList.as_view(), name="devices"),
    path("devices.csv", table.CsvTable.as_view(), name="csv"),
    path("devices.parquet", table.ParquetTable.as_view(), name="parquet"),
    path("devices/lookup", across.DeviceLookup.as_view(), name="lookup"),
    path("devices/<uuid:device_id>", views.DeviceDetail.as_view(), name="device"),
    path("devices/<uuid:device_id>/status", views.DeviceStatus.as_view(), name="status"),
    path("devices/<uuid:device_id>/deadlines", views.DeviceDeadlines.as_view(), name="deadlines"),
    path("devices/<uuid:device_id>/documents", views.DeviceDocuments.as_view(), name="documents"),
    path(
        "devices/<uuid:device_id>/documents/<uuid:version_id>",
        views.DocumentFile.as_view(),
        name="document_file",
    ),
    path("devices/<uuid:device_id>/facts/<str:kind>", facts.FactList.as_view(), name="facts"),
    path("devices/<uuid:device_id>/facts/<str:kind>/<str:key>", facts.FactItem.as_view(), name="fact"),
    path(
        "devices/<uuid:device_id>/facts/<str:kind>/<str:key>/retract",
        facts.FactRetract.as_view(),
        name="fact_retract",
    ),
    path("dossiers", dossiers.DossierList.as_view(), name="dossiers"),
    path("dossiers/<uuid:dossier_id>", dossiers.DossierDetail.as_view(), name="dossier"),
    path("dossiers/<uuid:dossier_id>/cancel", dossiers.DossierCancel.as_view(), name="dossier_cancel"),
    path("dossiers/<uuid:dossier_id>/download", dossiers.DossierFile.as_view(), name="dossier_download"),
    path("deadlines", across.DeadlineList.as_view(), name="all_deadlines"),
    path("changes", across.ChangeList.as_view(), name="changes"),
    path("oauth2/token", tokens.Token.as_view(), name="token"),
    path("oauth2/revoke", tokens.Revoke.as_view(), name="revoke"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", views.Docs.as_view(url_name="api:schema"), name="docs"),
    re_path("", views.NoSuchAddress.as_view(), name="no_such_address"),
]
