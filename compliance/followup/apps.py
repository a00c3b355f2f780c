"""The application of what people declare of deadlines."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "compliance.followup"
    label = "followup"
