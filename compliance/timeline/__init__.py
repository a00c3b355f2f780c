"""The path of a device: what happened, what holds and what comes, on one time axis."""
