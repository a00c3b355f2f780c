"""Whatever the schema lets anybody send: the answer is one of those that it describes, and nothing breaks.

A few made-up requests an operation and role. With JALON_CONFORM=40 there are so many, after every edge that
each parameter and body has, valid or not; and what was sent is printed (`make conform`).
"""

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as given
from pytest_django import Settings
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

from compliance.api.facts import etag
from compliance.ce_marking.models import Certificate
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.api.test_schema import COMMITTED

MANY = int(os.environ.get("JALON_CONFORM", "0"))
ROLES = ("officer", "buyer", "auditor", "stranger", "anonymous")
load_all_checks()
CONFORMANCE = [
    not_a_server_error,
    *CHECKS.get_by_names(
        [
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
        ]
    ),
]
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": bool(MANY)}}})
SCHEMA = schemathesis.openapi.from_path(COMMITTED, config=CONFIG)
CERTIFICATES = "ce_marking.certificates"
Sent = Counter[tuple[str, str, str, int]]


@pytest.fixture(scope="module", autouse=True)
def sent(request: pytest.FixtureRequest) -> Iterator[Sent]:
    """Let the requests share the connection of the test; print what was sent, where much was."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    counts: Sent = Counter()
    yield counts
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    if MANY:
        capture: Any = request.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            for line in ("", *_figures(counts)):
                request.config.get_terminal_writer().line(line)


@pytest.fixture
def authorization(keys: dict[str, str], role: str, settings: Settings) -> dict[str, str]:
    """Return the header of the role; the stranger's key is good, and shows nothing."""
    settings.API_RATES = dict.fromkeys(settings.API_RATES, "1000000/s")
    if role == "anonymous":
        return {}
    if role == "stranger":
        user, place = User.objects.get(email="stranger@example.org"), Organisation.objects.get(key="hospital")
        Membership.objects.create(user=user, organisation=place, role=Role.READER)
        return {"Authorization": f"Bearer {portfolio.key_of(user, place, Role.READER).plain}"}
    return {"Authorization": f"Bearer {keys[role]}"}


@pytest.mark.parametrize("role", ROLES)
@SCHEMA.parametrize()
@given(
    max_examples=MANY or 4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_of_the_schema(
    db: None, case: Any, role: str, authorization: dict[str, str], sent: Sent
) -> None:
    _about_what_is_there(case)
    with transaction.atomic():
        answer = case.call(headers=authorization, app=_application())
        transaction.set_rollback(True)
    failed = True
    try:
        case.validate_response(answer, checks=CONFORMANCE, headers=authorization)
        failed = False
    finally:
        sent[role, case.operation.label, "failed" if failed else "", answer.status_code] += 1


@cache
def _application() -> Any:
    return get_wsgi_application()


def _about_what_is_there(case: Any) -> None:
    """Let most cases name the device that is there, its certificate and the version of that."""
    path = case.path_parameters or {}
    draw = sum(map(ord, str(path.get("device_id", "")) + str(path.get("key", ""))))
    if draw % 4 == 0:
        return
    known = {"device_id": str(portfolio.device().pk), "kind": CERTIFICATES, "key": "qms"}
    path.update((name, value) for name, value in known.items() if name in path)
    if draw % 4 > 1 and "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = etag(Certificate.objects.get(key="qms"))


def _figures(counts: Sent) -> Iterator[str]:
    for role, of_role in groupby(sorted(counts.items()), key=lambda one: one[0][0]):
        operations: set[str] = set()
        failures, by_status = 0, Counter[int]()
        for (_role, operation, failed, status), n in of_role:
            operations.add(operation)
            failures += n * bool(failed)
            by_status[status] += n
        said = ", ".join(f"{status}: {n}" for status, n in sorted(by_status.items()))
        cases = by_status.total()
        yield f"{role:<10} {len(operations)} operations, {cases} cases, {failures} failures ({said})"
