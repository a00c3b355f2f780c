"""Who and what: organisations, people, devices, versions, identifiers."""
