"""The demonstration: everything on one machine, with one command. Started by config/bootstrap.py."""
