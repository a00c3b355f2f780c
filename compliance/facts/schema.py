"""The JSON Schema of the facts file, made from the values themselves."""

import json
from pathlib import Path

from compliance.law.facts import FactsFile

SCHEMA_FILE = Path(__file__).parent / "schema" / "facts.schema.json"


def schema_text() -> str:
    """Return the schema (JSON Schema 2020-12) as it is published."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jalon:facts:1",
        **FactsFile.model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
