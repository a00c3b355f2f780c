"""The sessions of a person: seen, and ended one by one or all but this one."""

from allauth.usersessions.models import UserSession

from tests.backoffice.pages import text
from tests.login.conftest import Enter, events

OFFICER = "officer@example.org"


def test_each_browser_is_listed_and_nobody_elses(enter: Enter) -> None:
    session = enter("officer", agent="Firefox")
    enter("officer", agent="Phone")
    enter("reader", agent="Somebody else")
    shown = text(session.get("/account/sessions/"))
    assert "Firefox" in shown
    assert "Phone" in shown
    assert "Somebody else" not in shown
    assert shown.count("this one") == 1


def test_one_is_ended(enter: Enter) -> None:
    session, phone = enter("officer"), enter("officer", agent="Phone")
    row = UserSession.objects.get(user_agent="Phone")
    assert session.get(f"/account/sessions/{row.pk}/end/").status_code == 405
    assert session.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/account/sessions/"
    assert phone.get("/").status_code == 302
    assert session.get("/").status_code == 200
    assert events()[-1] == ("account.sessions_ended", OFFICER, OFFICER, {"sessions": 1})


def test_ending_this_one_is_a_logout(enter: Enter) -> None:
    session = enter("officer")
    session.post(f"/account/sessions/{UserSession.objects.get().pk}/end/")
    assert session.get("/")["Location"].startswith("/login/")
    assert [one[0] for one in events()].count("account.sessions_ended") == 1


def test_all_others_are_ended_at_once(enter: Enter) -> None:
    session, *others = [enter("officer") for _ in range(3)]
    reader = enter("reader")
    assert session.post("/account/sessions/").status_code == 302
    assert [one.get("/").status_code for one in others] == [302, 302]
    assert session.get("/").status_code == 200
    assert reader.get("/").status_code == 200
    assert events()[-1] == ("account.sessions_ended", OFFICER, OFFICER, {"sessions": 2})


def test_a_session_of_somebody_else_is_not_found(enter: Enter) -> None:
    reader, session = enter("reader"), enter("officer")
    row = UserSession.objects.get(user__email="reader@example.org")
    assert session.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert reader.get("/").status_code == 200
