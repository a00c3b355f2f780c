"""The addresses of webhooks."""

from compliance.backoffice.page import Routes
from compliance.backoffice.webhooks import pages

_ONE = "webhooks/<uuid:endpoint_id>"

ROUTES: Routes = (
    ("webhooks/", pages.endpoints, "webhooks"),
    ("webhooks/new/", pages.new_endpoint, "new_webhook"),
    (f"{_ONE}/", pages.endpoint, "webhook"),
    (f"{_ONE}/edit/", pages.edit, "edit_webhook"),
    (f"{_ONE}/rotate/", pages.rotate, "rotate_webhook"),
    (f"{_ONE}/test/", pages.test, "test_webhook"),
    (f"{_ONE}/disable/", pages.disable, "disable_webhook"),
    (f"{_ONE}/enable/", pages.enable, "enable_webhook"),
    (f"{_ONE}/deliveries/<int:delivery_id>/replay/", pages.replay, "replay_webhook"),
)
