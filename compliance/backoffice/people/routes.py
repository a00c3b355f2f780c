"""The addresses of organisations, people and their keys."""

from compliance.backoffice.page import Routes
from compliance.backoffice.people import organisation, own_feed, own_keys

_ONE = "organisation/<uuid:organisation_id>"

ROUTES: Routes = (
    ("keys/", own_keys.own_keys, "own_keys"),
    ("keys/new/", own_keys.new_key, "new_key"),
    ("keys/<uuid:key_id>/rotate/", own_keys.rotate, "rotate_key"),
    ("keys/<uuid:key_id>/revoke/", own_keys.revoke, "revoke_key"),
    ("calendar-feed/", own_feed.own_feed, "own_feed"),
    ("calendar-feed/new/", own_feed.new_feed, "new_feed"),
    ("calendar-feed/revoke/", own_feed.revoke_feed, "revoke_feed"),
    ("organisation/", organisation.organisation, "organisation"),
    (f"{_ONE}/", organisation.organisation, "organisation"),
    (f"{_ONE}/invite/", organisation.invite, "invite"),
    (f"{_ONE}/grant/", organisation.give_grant, "give_grant"),
    ("organisation/people/<uuid:pk>/", organisation.change_role, "change_role"),
    ("organisation/people/<uuid:pk>/remove/", organisation.remove, "remove_person"),
    ("organisation/invitations/<uuid:pk>/resend/", organisation.resend, "resend"),
    ("organisation/invitations/<uuid:pk>/withdraw/", organisation.withdraw, "withdraw"),
    ("organisation/grants/<uuid:pk>/revoke/", organisation.revoke_grant, "revoke_grant"),
)
