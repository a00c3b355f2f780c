"""The pages of webhooks: added, tried, rotated, disabled and enabled; what was sent, and sent again."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.models import AuditEvent
from compliance.webhooks import delivery
from compliance.webhooks.announcing import write
from compliance.webhooks.models import Endpoint
from devices.models import Organisation
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text
from tests.webhooks.receiver import receiver

NEW, LIST = "/webhooks/new/", "/webhooks/"
MOST_QUERIES = 11


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> None:
    settings.WEBHOOK_LOOPBACK = True


def place(key: str, role: str) -> str:
    return f"{role}:{Organisation.objects.get(key=key).pk}"


def asked(url: str = "http://127.0.0.1:9/in", **changes: Any) -> dict[str, Any]:
    return {"url": url, "place": place("maker", "officer"), "events": ["deadline.due"], **changes}


def made(session: Client, **form: Any) -> tuple[Endpoint, str]:
    """Add an endpoint; return it with the secret that the page shows."""
    answer = session.post(NEW, asked(**form))
    found = re.search(r'value="(whsec_[^"]+)"', answer.content.decode())
    assert found, text(answer)
    return Endpoint.objects.latest("created_at", "pk"), found[1]


def page_of(session: Client, endpoint: Endpoint) -> str:
    return text(session.get(reverse("admin:webhook", args=[endpoint.pk])))


def act(session: Client, name: str, *args: Any, **form: Any) -> str:
    return text(session.post(reverse(f"admin:{name}_webhook", args=args), form, follow=True))


def test_from_adding_it_to_sending_again(officer: Client) -> None:
    with receiver() as found:
        endpoint, secret = made(officer, url=found.url)
        assert found.url in text(officer.get(LIST))
        assert "Nothing yet." in page_of(officer, endpoint)
        assert "The test event is in line" in act(officer, "test", endpoint.pk)
        act(officer, "test", endpoint.pk)
        assert (delivery.deliver_due(now=portfolio.NOW), endpoint.deliveries.count()) == (1, 1)
        page = page_of(officer, endpoint)
        assert "webhook.test" in page
        assert "delivered" in page
        assert "200 thanks" in page
        row = endpoint.deliveries.get()
        assert "It is in line again, under the same id." in act(officer, "replay", endpoint.pk, row.pk)
        assert delivery.deliver_due(now=portfolio.NOW) == 1
    assert found.ids == [row.event_id] * 2
    act(officer, "edit", endpoint.pk, events=["deadline.overdue", "device.status_changed"])
    endpoint.refresh_from_db()
    assert endpoint.events == ["deadline.overdue", "device.status_changed"]
    rotated = officer.post(reverse("admin:rotate_webhook", args=[endpoint.pk]), {"overlap": "1"})
    assert "whsec_" in rotated.content.decode()
    page = page_of(officer, endpoint)
    assert "signs too until" in page
    assert "whsec_" not in officer.get(LIST).content.decode() + page
    assert "required" in act(officer, "disable", endpoint.pk)
    page = act(officer, "disable", endpoint.pk, reason="Moved to another host")
    assert "disabled a person disabled it" in page
    assert "The endpoint is disabled: enable it first." in act(officer, "test", endpoint.pk)
    assert "It is enabled" in act(officer, "enable", endpoint.pk)
    events = AuditEvent.objects.filter(subject_type="endpoint").order_by("id")
    assert [one.action.removeprefix("webhook.") for one in events] == [
        "added", "replayed", "changed", "rotated", "disabled", "enabled",
    ]  # fmt: skip
    assert secret not in repr(list(events.values()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://10.0.0.1/"}, "Address : Write an address that starts with https://."),
        ({"url": "https://10.0.0.1/"}, "Address : This host is not on the public internet."),
        ({"url": "https://a.example/\nX-Evil: 1"}, "Address : Write the address without spaces or accents"),
        ({"events": []}, "Events : This field is required."),
        ({"events": ["webhook.test"]}, "Events : Select a valid choice."),
        ({"place": "officer:7"}, "Hears of : Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_added(
    officer: Client, changes: dict[str, Any], words: str
) -> None:
    assert words in text(officer.post(NEW, asked(**changes)))
    assert Endpoint.objects.count() == 0


def test_nobody_adds_for_another_organisation(officer: Client) -> None:
    for other in (place("rival", "officer"), place("maker", "buyer")):
        officer.post(NEW, asked(place=other))
    assert Endpoint.objects.count() == 0


def test_a_buyer_chooses_published_devices(session_of: Session) -> None:
    buyer = session_of("buyer")
    page = text(buyer.get(NEW))
    assert "Écho Scan One" in page
    assert "Draft Two" not in page
    assert "A deadline comes near" not in page
    form: dict[str, Any] = {"place": place("hospital", "buyer"), "events": ["device.status_changed"]}
    hidden = asked(**form, devices=[str(portfolio.device("draft-two").pk)])
    assert "Devices to watch : Select a valid choice." in text(buyer.post(NEW, hidden))
    endpoint, _ = made(buyer, **form, devices=[str(portfolio.device().pk)])
    assert "Hospital: Écho Scan One" in page_of(buyer, endpoint)
    act(buyer, "edit", endpoint.pk, events=["device.status_changed"])
    assert endpoint.watches.count() == 0
    assert session_of("officer").get(reverse("admin:webhook", args=[endpoint.pk])).status_code == 404


def test_who_may_add_none_is_told_who_may(session_of: Session) -> None:
    page = text(session_of("auditor").get(LIST))
    assert "Webhooks are added by those who keep a record, and by hospital buyers." in page
    assert "New webhook" not in page


def test_who_they_are_is_asked_before_a_secret_is_shown(officer: Client) -> None:
    endpoint, _ = made(officer)
    stale = Client()
    stale.force_login(endpoint.user)
    for url in (NEW, reverse("admin:rotate_webhook", args=[endpoint.pk])):
        assert stale.post(url, asked() | {"overlap": "1"}).status_code == 302
    assert Endpoint.objects.count() == 1


def test_the_pages_ask_a_constant_number_of_queries(officer: Client) -> None:
    def count(url: str) -> int:
        officer.get(url)
        with CaptureQueriesContext(connection) as found:
            assert officer.get(url).status_code == 200
        return len(found)

    endpoint, _ = made(officer)
    write("evt_first", "webhook.test", {}, [endpoint.pk], portfolio.NOW)
    urls = [LIST, reverse("admin:webhook", args=[endpoint.pk]), NEW]
    few = [count(url) for url in urls]
    for n in range(8):
        made(officer)
        write(f"evt_{n}", "webhook.test", {}, [endpoint.pk], portfolio.NOW)
    assert [count(url) for url in urls] == few
    assert max(few) <= MOST_QUERIES
