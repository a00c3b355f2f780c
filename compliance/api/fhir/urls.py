"""The addresses of the FHIR surface."""

from django.urls import path, re_path

from compliance.api.fhir import views

app_name = "fhir"
urlpatterns = [
    path("metadata", views.Metadata.as_view(), name="metadata"),
    path("DeviceDefinition", views.DeviceDefinitions.as_view(), name="device_definitions"),
    path("DeviceDefinition/<uuid:device_id>", views.DeviceDefinition.as_view(), name="device_definition"),
    path("RegulatedAuthorization", views.Authorizations.as_view(), name="authorizations"),
    path(
        "RegulatedAuthorization/<uuid:authorization_id>", views.Authorization.as_view(), name="authorization"
    ),
    path("Organization", views.Organizations.as_view(), name="organizations"),
    path("Organization/<slug:organisation_id>", views.Organization.as_view(), name="organization"),
    path("CodeSystem/<slug:published>", views.CodeSystem.as_view(), name="code_system"),
    path("ValueSet/<slug:published>", views.ValueSet.as_view(), name="value_set"),
    path(
        "StructureDefinition/<slug:published>",
        views.StructureDefinition.as_view(),
        name="structure_definition",
    ),
    re_path("", views.NoSuchAddress.as_view(), name="no_such_address"),
]
