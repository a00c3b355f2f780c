"""A write that is repeated with the same Idempotency-Key is done once and answered alike, for a day."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.authentication import Grant
from compliance.api.models import KeptAnswer
from compliance.api.problems import KeyReused
from config import clock
from devices import wall

KEPT_FOR = timedelta(days=1)
LONGEST = 255
_HEADERS = ("ETag", "Location")


def once(request: Request, write: Callable[[], Response]) -> Response:
    """Return the answer of the write, or of its first time. Raises KeyReused, ValidationError.

    A refused write is not kept: it may be repeated. Of two at the same time the second waits for the first.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return write()
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        message = _("Give up to 255 printable characters.")
        raise serializers.ValidationError({"Idempotency-Key": [message]})
    caller, at = _caller(request), clock.now()
    asked = hashlib.sha256(
        f"{request.method} {request.path}\n".encode() + _rendered(request.data)
    ).hexdigest()
    with transaction.atomic():
        with wall.system():
            KeptAnswer.objects.filter(created_at__lte=at - KEPT_FOR).delete()
            row = KeptAnswer(caller=caller, key=key, request_hash=asked, created_at=at)
            KeptAnswer.objects.bulk_create([row], ignore_conflicts=True)
            kept = KeptAnswer.objects.select_for_update().get(caller=caller, key=key)
        if kept.request_hash != asked:
            raise KeyReused
        if kept.status is not None:
            return Response(kept.body, status=kept.status, headers=kept.headers)
        answer = write()
        headers = {name: answer[name] for name in _HEADERS if name in answer}
        with wall.system():
            KeptAnswer.objects.filter(pk=kept.pk).update(
                status=answer.status_code, body=json.loads(_rendered(answer.data)), headers=headers
            )
        return answer


def _rendered(data: Any) -> bytes:
    rendered: bytes = JSONRenderer().render(data)
    return rendered


def _caller(request: Request) -> str:
    return request.auth.counted_as if isinstance(request.auth, Grant) else f"person {request.user.pk}"
