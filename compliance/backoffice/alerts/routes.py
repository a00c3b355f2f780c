"""The addresses of notices and of the settings of alerts."""

from compliance.backoffice.alerts import notices, settings
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("notices/", notices.notices, "notices"),
    ("notices/settings/", settings.own, "alert_settings"),
    ("deadlines/<int:deadline_id>/acknowledge/", notices.acknowledge, "deadline_acknowledge"),
    ("organisation/<uuid:organisation_id>/thresholds/", settings.thresholds, "thresholds"),
)
