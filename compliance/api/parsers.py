"""What the API reads of a body: JSON, up to a size and a depth."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32


class TooLarge(APIException):
    """A body of more than DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The body is too large.")


class BoundedJson(JSONParser):
    """The JSON parser of the framework, which by itself reads bodies of any size and fails on deep ones."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return what the body says. Raises TooLarge and ParseError."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge
        try:
            found: dict[str, Any] = json.loads(body, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON that can be read.")) from error
        if _depth(found) > MAX_DEPTH:
            raise ParseError(_("The JSON is nested too deeply."))
        return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _depth(value: Any) -> int:
    """Return how many lists and objects stand within one another, without a call within a call."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth
