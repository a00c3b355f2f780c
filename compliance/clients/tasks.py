"""Once a day, what is left of tokens that ended."""

from celery import shared_task
from oauth2_provider.models import clear_expired

from compliance.watch.heartbeats import beating


@shared_task
@beating("tokens")
def clear_ended_tokens() -> None:
    """Delete the tokens that ended."""
    clear_expired()
