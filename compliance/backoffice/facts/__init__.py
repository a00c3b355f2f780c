"""Recorded facts of every kind: lists, forms, their words."""
