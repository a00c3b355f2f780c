"""The OpenID provider of this installation, from environment variables (docs/login.md); none unless named."""

from typing import Any
from urllib.parse import urlsplit

import environ

PROVIDER_ID = "oidc"
_ENDPOINTS = {
    "OIDC_ISSUER": "issuer",
    "OIDC_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_USERINFO_ENDPOINT": "userinfo_endpoint",
    "OIDC_JWKS_URI": "jwks_uri",
}


def openid_connect(env: environ.Env) -> dict[str, Any]:
    """Return the providers as django-allauth reads them: one, or none without ``OIDC_SERVER_URL``."""
    server_url = env.str("OIDC_SERVER_URL", default="")
    if not server_url:
        return {}
    named = {key: env.str(name, default="") for name, key in _ENDPOINTS.items()}
    acr_values = env.str("OIDC_ACR_VALUES", default="")
    app = {
        "provider_id": PROVIDER_ID,
        "name": env.str("OIDC_NAME", default="OpenID Connect"),
        "client_id": env.str("OIDC_CLIENT_ID"),
        "secret": env.str("OIDC_CLIENT_SECRET"),
        "settings": {
            "server_url": server_url,
            "openid_configuration_overrides": {key: url for key, url in named.items() if url},
            "scope": env.str("OIDC_SCOPE", default="openid email profile").split(),
            "auth_params": {"acr_values": acr_values} if acr_values else {},
            "uid_field": env.str("OIDC_UID_FIELD", default="sub"),
            "token_auth_method": env.str("OIDC_TOKEN_AUTH_METHOD", default="client_secret_basic"),
            "oauth_pkce_enabled": env.bool("OIDC_PKCE", default=True),
            "email_authentication": True,  # an address that the provider says is verified, and that we know
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def origins(env: environ.Env) -> list[str]:
    """Return the origins that a login with the provider leads to; none without ``OIDC_SERVER_URL``."""
    named = ("OIDC_SERVER_URL", "OIDC_AUTHORIZATION_ENDPOINT", "OIDC_ORIGINS")
    urls = " ".join(env.str(name, default="") for name in named).split()
    return sorted({"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in urls})
