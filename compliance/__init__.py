"""The regulatory life of a device."""
