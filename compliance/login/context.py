"""What the pages of the account show beside what django-allauth gives them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def account_pages(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the OpenID provider, empty if this installation has none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return {"openid_name": apps[0]["name"] if apps else ""}
