"""The schema that stands in the documentation is that of the code."""

from pathlib import Path

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
COMMAND = "python manage.py spectacular --lang en --format openapi-json --file docs/openapi.json"


def test_the_schema_in_the_documentation_is_that_of_the_code() -> None:
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        made = OpenApiJsonRenderer().render(schema, renderer_context={})
    assert COMMITTED.read_bytes() == made, f"the API changed: run {COMMAND}"
