"""Where each surface answers."""

from django.urls import include, path

from compliance.backoffice.site import site
from compliance.feeds.views import feed
from compliance.watch.views import alerting, metrics
from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/alerting", alerting, name="healthz_alerting"),
    path("metrics", metrics, name="metrics"),
    path("feeds/<str:token>/deadlines.ics", feed, name="feed"),
    path("api/v1/", include("compliance.api.urls")),
    path("fhir/R5/", include("compliance.api.fhir.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("compliance.login.urls")),
    path("", site.urls),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler500 = "config.errors.server_error"
