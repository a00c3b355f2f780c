"""People, organisations, keys and programs."""
