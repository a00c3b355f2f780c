"""The application of calendar feeds."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "compliance.feeds"
    label = "feeds"
