"""What the API keeps of its own: answers to writes, so that a repeated one is not done twice."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a write that carried an Idempotency-Key, kept for a day for who asked."""

    id = models.BigAutoField(primary_key=True)
    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # compliance.api.once: the second of two alike waits for the first
            models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
