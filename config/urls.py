"""Where each surface answers."""

from django.urls import include, path

from compliance.backoffice.site import site
from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("compliance.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("compliance.login.urls")),
    path("", site.urls),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler500 = "config.errors.server_error"
