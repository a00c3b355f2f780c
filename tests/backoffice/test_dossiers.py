"""The pages of dossiers: asked for, followed, cancelled, downloaded; by who reads the whole record."""

from datetime import timedelta
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.models import AuditEvent
from compliance.dossiers import keeping, scopes, working
from compliance.dossiers.models import DossierRequest, DossierState
from devices import wall
from devices.models import Device
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text

LIST, NEW = "/dossiers/", "/dossiers/new/"
TODAY = "2026-11-22"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def form(*devices: str, **changes: Any) -> dict[str, Any]:
    found = [str(portfolio.device(one).pk) for one in devices or ("scan-one",)]
    return {"scope": "device", "devices": found, "on": TODAY, "known_on": TODAY, "language": "en", **changes}


def asked(session: Client, *devices: str, **changes: Any) -> DossierRequest:
    answer = session.post(NEW, form(*devices, **changes))
    assert answer.status_code == 302, text(answer)
    return DossierRequest.objects.get(pk=answer["Location"].split("/")[2])


def page_of(session: Client, row: DossierRequest, name: str = "dossier") -> Any:
    return session.get(reverse(f"admin:{name}", args=[row.pk]), follow=True)


def work() -> None:
    with wall.system():
        working.work(lambda: portfolio.NOW)


@pytest.mark.parametrize("role", ["officer", "auditor", "buyer"])
def test_from_the_filtered_portfolio_for_who_reads_the_record(session_of: Session, role: str) -> None:
    session, link = session_of(role), f"{NEW}?q=scan+one"
    assert (link in session.get("/?q=scan+one").content.decode()) is (role != "buyer")
    assert NEW not in session.get("/").content.decode()
    if role != "buyer":
        chosen = session.get(link).context["form"]["devices"].value()
        assert [str(one) for one in chosen] == [str(portfolio.device().pk)]


def test_from_the_device_to_the_download(officer: Client) -> None:
    assert "No dossier has been asked for." in text(officer.get(LIST))
    home = officer.get(reverse("admin:device", args=[portfolio.device().pk]) + "?known_on=2026-05-01")
    link = f"/dossiers/new/?device={portfolio.device().pk}&amp;on={TODAY}&amp;known_on=2026-05-01"
    assert link in home.content.decode()
    page = officer.get(link.replace("&amp;", "&"))
    assert [str(one) for one in page.context["form"]["devices"].value()] == [str(portfolio.device().pk)]
    assert 'value="2026-05-01"' in page.content.decode()
    row = asked(officer, known_on="2026-05-01")
    page = page_of(officer, row)
    for words in ("It is being made", "waiting to be made", "See how far it is", "Cancel the dossier"):
        assert words in text(page)
    assert 'id="progress" role="status"' in page.content.decode()
    DossierRequest.objects.update(done=3, total=12)
    assert "3 of 12 files" in text(page_of(officer, row))
    work()
    row.refresh_from_db()
    said = text(page_of(officer, row))
    for words in ("22 December 2026 in 30 days", row.code, row.sha512, f"{row.name}.zip", "Download"):
        assert words in said, words
    listed = text(officer.get(LIST))
    for words in ("Dossier of Écho Scan One", "ready", "1 May 2026", "officer@example.org"):
        assert words in listed, words
    answer: Any = officer.get(reverse("admin:dossier_download", args=[row.pk]))
    content = b"".join(answer.streaming_content)
    assert sha512(content).hexdigest() == row.sha512
    assert {name: answer[name] for name in ("Content-Disposition", "Content-Type", "Content-Length")} == {
        "Content-Disposition": f'attachment; filename="{row.name}.zip"',
        "Content-Type": "application/zip",
        "Content-Length": str(len(content)),
    }
    assert (answer["X-Content-Type-Options"], answer["Accept-Ranges"]) == ("nosniff", "none")
    assert "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor_label) == ("dossier.downloaded", "officer@example.org")
    assert officer.head(reverse("admin:dossier_download", args=[row.pk])).status_code == 405
    assert AuditEvent.objects.latest("id") == event


def test_the_same_is_offered_and_can_be_made_anew(officer: Client) -> None:
    row = asked(officer)
    again = officer.post(NEW, form(), follow=True)
    assert "This dossier is there already" in text(again)
    assert DossierRequest.objects.count() == 1
    work()
    page = officer.get(f"{NEW}?again={row.pk}")
    assert 'name="anew" value="True"' in page.content.decode()
    assert asked(officer, anew="True").pk != row.pk


def test_it_is_cancelled_and_asked_for_again(officer: Client, session_of: Session) -> None:
    row = asked(officer)
    assert session_of("auditor").get(reverse("admin:dossier_cancel", args=[row.pk])).status_code == 403
    asking = text(page_of(officer, row, "dossier_cancel"))
    assert "thrown away" in asking
    assert DossierRequest.objects.get().state == DossierState.ASKED
    done = officer.post(reverse("admin:dossier_cancel", args=[row.pk]), follow=True)
    assert "It was cancelled before it was made. The same" in text(done)
    assert f"/dossiers/new/?again={row.pk}" in done.content.decode()
    late = officer.post(reverse("admin:dossier_cancel", args=[row.pk]))
    assert "ended or changed meanwhile" in text(late)
    assert "was cancelled, so there is no file" in text(page_of(officer, row, "dossier_download"))


def test_what_failed_says_why_and_what_expired_says_since_when(officer: Client) -> None:
    row = asked(officer)
    with wall.system():
        working._fail(row, [working._GAVE_UP], portfolio.NOW)
    page = text(page_of(officer, row))
    assert "The dossier could not be made." in page
    assert "broke off several times" in page
    other = asked(officer)
    work()
    DossierRequest.objects.filter(pk=other.pk).update(expires_at=portfolio.NOW - timedelta(days=3))
    page = text(page_of(officer, other))  # whatever the worker does
    assert "It was kept until 19 November 2026" in page
    assert "Download (" not in page
    assert "has expired" in text(page_of(officer, other, "dossier_download"))
    assert [one["row"].pk for one in officer.get(f"{LIST}?state=expired").context["rows"]] == [other.pk]
    assert officer.get(f"{LIST}?state=ready").context["rows"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"known_on": "2026-11-23"}, "is yet to come: nothing is known of it"),
        ({"on": "2026-02-30"}, "This is no date of the calendar"),
        ({"on": "1989-12-31"}, "choose a later date"),
        ({"devices": []}, "Choose a device."),
        ({"devices": ["x"]}, "none whose whole record you read"),
        ({"devices": ["scan-one", "draft-two"]}, "2 devices are chosen: this dossier is of one."),
        ({"devices": ["rival-three"]}, "none whose whole record you read"),
    ],
)
def test_what_is_refused_is_said_at_its_field(officer: Client, changes: dict[str, Any], said: str) -> None:
    if "devices" in changes:
        known = {one.key: str(one.pk) for one in Device.objects.all()}
        changes = {"devices": [known.get(one, one) for one in changes["devices"]]}
    answer = officer.post(NEW, form() | changes)
    assert said in text(answer)
    assert DossierRequest.objects.count() == 0


def test_devices_are_found_among_many_and_the_chosen_stay(officer: Client) -> None:
    portfolio.record([{"key": f"d{n:03}", "name": f"Device {n:03}", "owner": "maker"} for n in range(120)])
    page = officer.get(NEW)
    assert len(page.context["form"].fields["devices"].choices) == 100
    assert "More devices are there" in text(page)
    narrowed = officer.post(NEW, {**form("scan-one", on="2027-01-01"), "find": "119", "narrow": "1"})
    names = [name for _pk, name in narrowed.context["form"].fields["devices"].choices]
    assert names == ["Écho Scan One", "Device 119"]
    assert narrowed.content.decode().count(" checked") == 2  # the scope, and the device
    assert 'value="2027-01-01"' in narrowed.content.decode()
    assert DossierRequest.objects.count() == 0
    filtered = officer.get(f"{NEW}?q=Device+11")
    assert len(filtered.context["form"]["devices"].value()) == 11


def test_other_scopes_are_offered_once_they_are_made(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*names: str) -> None:
        makers = dict.fromkeys(names, scopes.MAKERS["device"])
        for module in ("dossiers.scopes", "backoffice.dossiers.forms", "backoffice.dossiers.pages"):
            monkeypatch.setattr(f"compliance.{module}.MAKERS", makers)

    make("device")
    page = text(officer.get(NEW))
    assert not [one for one in ("What changed since", "Track", "Dossier of") if one in page]
    make("device", "portfolio", "track", "difference")
    page = text(officer.get(NEW))
    assert "a track of a device" in page
    listed = officer.get("/?q=o")  # Écho Scan One, Draft Two
    assert f"{NEW}?q=o&amp;page=" in listed.content.decode()
    assert officer.get(f"{NEW}?q=o&page=").context["form"]["scope"].value() == "portfolio"
    row = asked(officer, "scan-one", "draft-two", scope="portfolio")
    assert "Dossier of 2 devices" in text(page_of(officer, row))
    row = asked(officer, scope="difference", since="2026-05-01")
    assert "what changed of a device since a day: 1 May 2026" in text(page_of(officer, row))
    refused = officer.post(NEW, form(scope="difference", since="2026-11-23"))
    assert "comes after Nov. 22, 2026: choose an earlier day" in text(refused)


def test_an_auditor_asks_for_what_is_granted_and_a_buyer_for_nothing(session_of: Session) -> None:
    auditor, buyer = session_of("auditor"), session_of("buyer")
    row = asked(auditor)
    work()
    assert "Download" in text(page_of(auditor, row))
    for session in (buyer, session_of("stranger")):
        assert [session.get(one).status_code for one in (LIST, NEW)] == [403, 403]
        for name in ("dossier", "dossier_cancel", "dossier_download"):
            assert session.get(reverse(f"admin:{name}", args=[row.pk])).status_code == 404
        assert "/dossiers/" not in session.get("/").content.decode()
    home = buyer.get(reverse("admin:device", args=[portfolio.device().pk]))
    assert "/dossiers/" not in home.content.decode()


def test_the_list_is_filtered(officer: Client, session_of: Session) -> None:
    one, two = asked(officer), asked(officer, "draft-two")
    other = asked(session_of("auditor"), language="fr")
    work()

    def found(query: str) -> list[Any]:
        return [shown["row"].pk for shown in officer.get(f"{LIST}?{query}").context["rows"]]

    assert set(found("state=ready")) == {one.pk, two.pk, other.pk}
    assert found("state=failed") == []
    assert found("q=draft") == [two.pk]
    assert found("who=auditor@example.org") == [other.pk]
    assert "No dossier fits these filters." in text(officer.get(f"{LIST}?q=nothing"))


def test_pages_ask_a_constant_number_of_questions(officer: Client) -> None:
    row = asked(officer)
    work()

    def count(url: str) -> int:
        officer.get(url)
        with CaptureQueriesContext(connection) as found:
            assert officer.get(url).status_code == 200
        return len(found)

    urls = [LIST, NEW, reverse("admin:dossier", args=[row.pk])]
    few = [count(one) for one in urls]
    portfolio.record([{"key": f"d{n}", "name": f"Device {n}", "owner": "maker"} for n in range(20)])
    for n in range(15):
        asked(officer, f"d{n}")
    assert [count(one) for one in urls] == few
    waiting = reverse("admin:dossier", args=[DossierRequest.objects.latest("asked_at", "pk").pk])
    assert max(*few, count(waiting)) <= 12


def test_a_file_lost_is_said_on_the_page(officer: Client) -> None:
    row = asked(officer)
    work()
    row.refresh_from_db()
    keeping.forget(row.file)
    assert "no longer there: ask for it anew" in text(page_of(officer, row, "dossier_download"))
