"""The address of the page on the alerting itself."""

from compliance.backoffice.alerting.page import alerting
from compliance.backoffice.page import Routes

ROUTES: Routes = (("alerting/", alerting, "alerting"),)
