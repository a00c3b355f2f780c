"""The application that watches the alerting."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "compliance.watch"
    label = "watch"
