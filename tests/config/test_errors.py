"""What answers when no view does: pages to people, problems to programs, and nothing of what failed."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import is_hop_by_hop

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import config.urls
from compliance.api.parsers import MAX_DEPTH
from tests.api.programs import refused
from tests.backoffice.pages import text

SECRET = "the password of the database"


class Body(APIView):
    """Says how long a body was."""

    authentication_classes = permission_classes = throttle_classes = ()

    def post(self, request: Request) -> Response:
        return Response({"names": len(request.data)})


class Failing(APIView):
    """Fails within the framework of the API."""

    authentication_classes = permission_classes = throttle_classes = ()

    def get(self, request: Request) -> Response:
        raise RuntimeError(SECRET)


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(SECRET)


urlpatterns = [
    path("api/v1/body", Body.as_view()),
    path("api/v1/failing", Failing.as_view()),
    path("api/v1/failing/outside", failing),
    path("api/v1/denied/outside", denied),
    path("failing/", failing),
    path("denied/", denied),
    path("", include(config.urls)),
]
handler400, handler403 = config.urls.handler400, config.urls.handler403
handler500 = config.urls.handler500


@pytest.fixture(autouse=True)
def _addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


@pytest.mark.parametrize("url", ["/api/v1/failing", "/api/v1/failing/outside"])
def test_a_failure_of_the_api_is_a_problem_that_tells_nothing(client: Client, url: str) -> None:
    answer = client.get(url)
    assert refused(answer, 500) == {
        "type": "about:blank",
        "title": "Something failed",
        "status": 500,
        "detail": "The request failed. Nothing was saved by it.",
        "instance": url,
    }
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_failure_of_a_page_is_a_page_that_tells_nothing(client: Client) -> None:
    answer = client.get("/failing/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert SECRET not in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()


def test_a_refusal_outside_the_views_of_the_api(client: Client, db: None) -> None:
    assert SECRET not in json.dumps(refused(client.get("/api/v1/denied/outside"), 403))
    page = client.get("/denied/")
    assert page.status_code == 403
    assert SECRET not in page.content.decode()


@pytest.mark.parametrize("url", ["/api/v1/nothing", "/api/v1/", "/api/v1/devices/1"])
def test_an_address_that_is_none(client: Client, url: str) -> None:
    assert refused(client.get(url), 404)["detail"] == "The API has no such address."


@pytest.mark.parametrize("url", ["/api/v1/oauth2/token", "/api/v1/oauth2/revoke"])
def test_a_method_that_is_not_served(client: Client, url: str) -> None:
    answer = client.get(url)
    refused(answer, 405)
    assert answer["Allow"] == "POST"


def test_a_host_that_is_not_ours(client: Client) -> None:
    refused(client.get("/api/v1/devices", headers={"host": "evil.example.org"}), 400)
    answer = client.get("/deadlines/", headers={"host": "evil.example.org"})
    assert answer.status_code == 400
    assert "The request is not valid" in text(answer)
    assert "evil" not in answer.content.decode()


# --- too much ---


def _post(client: Client, body: bytes, **headers: Any) -> Any:
    return client.post("/api/v1/body", body, content_type="application/json", **headers)


def test_a_body_within_the_limits_is_read(client: Client) -> None:
    within = {str(n): 0 for n in range(1000)}
    assert _post(client, json.dumps(within).encode()).json() == {"names": 1000}
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert _post(client, deep).status_code == 200


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_a_body_that_is_nested_too_deeply(client: Client, depth: int) -> None:
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        inner = b"0" if opened != b"[" else b""
        refused(_post(client, opened * depth + inner + closed * depth), 400)


@pytest.mark.parametrize("body", [b"", b"{", b"[NaN]", b"\xff\xfe", b"1" * 5000])
def test_a_body_that_is_no_json(client: Client, body: bytes) -> None:
    answer = _post(client, body)
    assert answer.status_code in ((200, 400) if body == b"" else (400,))


def test_a_body_that_is_too_large(client: Client) -> None:
    body = b'"' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"'
    assert refused(_post(client, body), 413)["detail"] == "The body is too large."


def test_a_body_that_announces_too_much_is_not_read(client: Client) -> None:
    announced = str(2 * settings.DOCUMENT_MAX_BYTES + 1)
    answer = _post(client, b"{}", CONTENT_LENGTH=announced)
    refused(answer, 413)
    assert not any(map(is_hop_by_hop, answer.headers)), "a WSGI server is free to refuse these (PEP 3333)"


def test_another_media_type(client: Client) -> None:
    refused(client.post("/api/v1/body", "<a/>", content_type="application/xml"), 415)


MUCH = {
    "bytes": {"login": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)},
    "fields": {f"field-{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)},
}


@pytest.mark.parametrize("much", MUCH)
@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_that_holds_too_much(client: Client, db: None, much: str, media_type: str) -> None:
    form: Any = MUCH[much]
    extra: dict[str, Any] = {}
    if media_type.startswith("application"):
        form, extra = (
            "&".join(f"{name}={value}" for name, value in form.items()),
            {"content_type": media_type},
        )
    refused(client.post("/api/v1/oauth2/token", form, **extra), 413)
    answer = client.post("/login/", form, **extra)
    assert answer.status_code == 413
    assert "A document holds at most 50 MB, and what is typed 2 MB." in text(answer)


def test_a_form_with_too_many_files(client: Client, db: None) -> None:
    files = {f"file-{n}": BytesIO(b"x") for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)}
    assert client.post("/login/", files).status_code == 413
