"""Every setting, in one place. What differs between machines comes from environment variables."""

from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from config.celery import HEARTBEAT_SECONDS
from config.embedded import database_url, redis_url
from config.headers import content_security_policy
from config.openid import openid_connect, origins
from config.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- This installation ---
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEMO_DIR = VAR_DIR / "demo"
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", default="http://localhost:8000")

# --- What runs ---
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pgtrigger",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "devices",
    "compliance.facts",
    "compliance.ce_marking",
    "compliance.cnedimts",
    "compliance.listing",
    "compliance.ans",
    "compliance.ai_act",
    "compliance.data",
    "compliance.amendments",
    "compliance.assessments",
    "compliance.decisions",
    "compliance.alerts",
    "compliance.webhooks",
    "compliance.dossiers",
    "compliance.signatures",
    "compliance.evidence",
    "compliance.followup",
    "compliance.requirements",
    "compliance.sheets",
    "compliance.feeds",
    "compliance.watch",
    "compliance.audit",
    "compliance.login",
    "compliance.clients",
    "compliance.api",
    "compliance.backoffice",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "compliance.evidence.limits.RequestSize",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "devices.wall.Wall",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "compliance.login.second_factor.Middleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "compliance.login.context.account_pages",
                "compliance.backoffice.navigation.rail",
            ],
        },
    },
]

# --- Data: real servers if named, else those embedded in the data folder of the demonstration ---
DATABASES = {"default": env.db("DATABASE_URL", default=database_url(DEMO_DIR))}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="") or redis_url(DEMO_DIR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1},
    }
}

# --- People ---
AUTH_USER_MODEL = "devices.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

# --- Transport: HTTPS unless said otherwise; the proxy in front says which it was ---
HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz(/alerting)?$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=HTTPS)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
# W021 wants HSTS_PRELOAD: it binds the whole domain for years, so its owner has to decide, not this software.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# __Host-: the browser takes the cookie from this host only, over HTTPS, so that no other host can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True

# --- What a browser may do with our pages (docs/security.md) ---
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = content_security_policy(origins(env))

# --- What a request may hold (docs/security.md); a document has its own limit, under Files ---
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Login (docs/login.md): the limits of attempts are those of django-allauth, counted in the cache ---
# Who must have a second factor: roles of memberships; a superuser counts as an administrator.
MFA_REQUIRED_ROLES = env.list("MFA_REQUIRED_ROLES", default=["owner", "administrator"])
ACCOUNT_ADAPTER = "compliance.login.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without a password here, none would be asked at login
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # who makes an account vouches for its address: compliance.login
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Jalon] "
ACCOUNT_SESSION_REMEMBER = True  # SESSION_COOKIE_AGE ends every session
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end all the same: their hash is another
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_FORMS = {"reset_password": "compliance.login.forms.ResetPasswordForm"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)
MFA_ADAPTER = "compliance.login.adapters.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "compliance.login.forms.AddKeyForm",
    "edit_webauthn": "compliance.login.forms.RenameKeyForm",
    "authenticate": "compliance.login.forms.SecondFactorForm",
    "reauthenticate": "compliance.login.forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Jalon"
USERSESSIONS_ADAPTER = "compliance.login.adapters.SessionsAdapter"
SOCIALACCOUNT_ADAPTER = "compliance.login.adapters.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = openid_connect(env)

# --- Words and dates ---
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Files ---
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=50 * 2**20)
DOSSIER_KEPT_DAYS = env.int("DOSSIER_KEPT_DAYS", default=30)  # after that its file is deleted
# The seal of dossiers (docs/dossier-signatures.md): a PKCS#12 file; or a certificate and a key, in PEM.
DOSSIER_SEAL_FILE = env.str("DOSSIER_SEAL_FILE", default="")  # empty: dossiers are not sealed
DOSSIER_SEAL_KEY_FILE = env.str("DOSSIER_SEAL_KEY_FILE", default="")
DOSSIER_SEAL_PASSWORD = env.str("DOSSIER_SEAL_PASSWORD", default="")
DOSSIER_SEAL_TSA_URL = env.str("DOSSIER_SEAL_TSA_URL", default="")  # RFC 3161; empty: no time-stamps
# A command that is given the path of a file and ends with 0 (clean) or 1 (refused), such as
# "clamdscan --fdpass --no-summary"; empty: documents are not scanned, and say so.
DOCUMENT_SCANNER = env.str("DOCUMENT_SCANNER", default="")

# --- Seals of the audit trail: the key stays out of the database, the seals go out of it ---
AUDIT_SEAL_KEY_FILE = Path(env.str("AUDIT_SEAL_KEY_FILE", default=str(VAR_DIR / "seal_key")))
AUDIT_SEALS_DIR = Path(env.str("AUDIT_SEALS_DIR", default=str(VAR_DIR / "seals")))

# --- Mail: into a folder, until EMAIL_URL names a server ---
_EMAIL = env.email_url("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mails'}")
vars().update(_EMAIL)
EMAIL_TIMEOUT = 20  # seconds: a server that hangs holds up no lease of compliance.alerts.delivery
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Jalon <jalon@localhost>")

# --- Background work: no task carries a result or a date; state is in the database ---
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # the worker writes as LOGGING says
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
ALERT_TICK_SECONDS = env.int("ALERT_TICK_SECONDS", default=300)
WEBHOOK_TICK_SECONDS = env.int("WEBHOOK_TICK_SECONDS", default=15)
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "config.health.pulse", "schedule": HEARTBEAT_SECONDS},
    "reassess": {"task": "compliance.assessments.tasks.reassess_due", "schedule": 15 * 60},
    "tokens": {"task": "compliance.clients.tasks.clear_ended_tokens", "schedule": 24 * 3600},
    "seal": {"task": "compliance.audit.tasks.seal_day", "schedule": 60 * 60},
    "alerts": {"task": "compliance.alerts.tasks.tick", "schedule": ALERT_TICK_SECONDS},
    "sheets": {"task": "compliance.sheets.tasks.work", "schedule": 5, "options": {"expires": 30}},
    "dossiers": {"task": "compliance.dossiers.tasks.work", "schedule": 5, "options": {"expires": 30}},
    "dossier_seals": {"task": "compliance.signatures.tasks.work", "schedule": 15, "options": {"expires": 60}},
    "webhooks": {"task": "compliance.webhooks.tasks.deliver", "schedule": WEBHOOK_TICK_SECONDS},
    "scan": {"task": "compliance.evidence.tasks.scan", "schedule": 60},
    "weekly": {"task": "compliance.watch.tasks.weekly", "schedule": 15 * 60},
}

# --- Webhooks (docs/webhooks.md): whether they may go to this machine itself, and over plain HTTP then ---
WEBHOOK_LOOPBACK = env.bool("WEBHOOK_LOOPBACK", default=DEBUG)

# --- Watching it (docs/alerting-health.md) ---
ALERTING_PING_URL = env.str("ALERTING_PING_URL", default="")  # asked after each good tick; https only
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one, /metrics answers this machine only

# --- API ---
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "compliance.api.authentication.BearerKey",
        "compliance.api.authentication.ClientToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "compliance.api.permissions.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["compliance.api.throttling.CallerThrottle"],
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,  # those in front, whose word is taken
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["compliance.api.parsers.BoundedJson"],
    "EXCEPTION_HANDLER": "compliance.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
API_RATES = {  # how many requests in a second, minute, hour or day
    "program": env.str("API_RATE_PROGRAM", default="300/min"),
    "person": env.str("API_RATE_PERSON", default="300/min"),
    "address": env.str("API_RATE_ADDRESS", default="60/min"),
    "failure": env.str("API_RATE_FAILURE", default="20/min"),
    "token": env.str("API_RATE_TOKEN", default="30/min"),
    "feed": env.str("FEED_RATE", default="60/h"),
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "clients.Client"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials, no other grant
    "SCOPES_BACKEND_CLASS": "compliance.clients.scopes.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # tokens are kept by their hash
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    # Nothing of these is served; were it, then in its safe form.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jalon",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {  # the plain names stay with those that had them first
        "StateEnum": "compliance.law.types.DeadlineState.__args__",
        "TrackEnum": "compliance.law.facts.base.AREAS",
        "DossierStateEnum": "compliance.dossiers.models.DossierState",
        "DossierTrackEnum": "devices.models.TrackName",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "compliance.api.openapi.answers",
    ],
}

# --- Logs: to the standard error of each process, without secrets ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.Line", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
