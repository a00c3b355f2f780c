"""The read-only FHIR R5 surface: the same callers, keys, scopes, limits and walls as the rest of the API."""
