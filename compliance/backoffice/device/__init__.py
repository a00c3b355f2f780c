"""The page of a device and what hangs on it."""
