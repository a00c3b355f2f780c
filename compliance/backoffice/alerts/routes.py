"""The addresses of notices, of the settings of alerts, and of the alerting itself."""

from compliance.backoffice.alerts import alerting, notices, settings
from compliance.backoffice.page import Routes

ROUTES: Routes = (
    ("notices/", notices.notices, "notices"),
    ("notices/settings/", settings.own, "alert_settings"),
    ("deadlines/<int:deadline_id>/acknowledge/", notices.acknowledge, "deadline_acknowledge"),
    ("organisation/<uuid:organisation_id>/thresholds/", settings.thresholds, "thresholds"),
    ("alerting/", alerting.alerting, "alerting"),
)
