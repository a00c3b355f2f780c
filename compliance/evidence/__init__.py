"""Documents: the files that facts rest on."""
