"""What stands on the site: records, facts of every kind, the trail, people.

The admin classes live here and not in the rooms of the tracks: they lean on the operations, which know all
tracks, and no track may reach another.
"""

from compliance.alerts.models import Alert
from compliance.audit.models import AuditEvent
from compliance.backoffice.facts.admin import fact_admin
from compliance.backoffice.people.admin import UserAdmin
from compliance.backoffice.people.programs_admin import ApiKeyAdmin, ClientAdmin
from compliance.backoffice.records.admin import RECORDS
from compliance.backoffice.records.trail_admin import AlertAdmin, EventAdmin
from compliance.backoffice.site import site
from compliance.clients.models import Client
from compliance.facts.kinds import KINDS
from devices.models import ApiKey, User

for model, admin_class in RECORDS.items():
    site.register(model, admin_class)
for kind in KINDS.values():
    site.register(kind.model, fact_admin(kind))
site.register(AuditEvent, EventAdmin)
site.register(Alert, AlertAdmin)
site.register(User, UserAdmin)
site.register(ApiKey, ApiKeyAdmin)
site.register(Client, ClientAdmin)
