"""The addresses of an installation with an OpenID provider."""

from compliance.login.urls import openid_urlpatterns
from config.urls import urlpatterns as others

urlpatterns = [*openid_urlpatterns, *others]
