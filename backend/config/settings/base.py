"""What holds everywhere. The other modules only change what a place needs.

Every setting that differs between two places comes from the environment.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from backend.config.timetable import timetable

env = environ.Env()
ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "data")))

DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = "rebond-demonstration"  # of the made-up people, shown on the sign-in page
PROGRAMME_NAME = env.str("PROGRAMME_NAME", default="Rebond")  # stands on every label
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SOURCE_URL = env.str("SOURCE_URL", default="")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="contact@rebond.example")


def database(*, default: str, synchronous: str = "FULL") -> dict[str, Any]:
    """Read DATABASE_URL; SQLite waits its turn, PostgreSQL keeps its connections.

    IMMEDIATE takes the write lock when a transaction begins: on SQLite that is what
    `select_for_update` is on PostgreSQL, and nobody meets "database is locked".
    """
    found: dict[str, Any] = env.db_url("DATABASE_URL", default=default)
    if "sqlite" in found["ENGINE"]:
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};",
        }
        return found
    return {**found, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


INSTALLED_APPS = [  # ours first: our words and templates before those of others
    "backend.core",
    "backend.accounts",
    "backend.inventory",
    "backend.distribution",
    "backend.impact",
    "backend.notifications",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.forms",
]
FORM_RENDERER = "backend.core.pages.forms.Renderer"

MIDDLEWARE = [
    "backend.config.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backend.core.pages.refusals.TellRefusals",
]

ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.core.context.site",
                "backend.accounts.context.person",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["backend.accounts.people.PeopleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "backend.accounts.pages.adapter.Adapter"
_FORMS = "backend.accounts.pages.sign_in."
ACCOUNT_FORMS = {
    "login": _FORMS + "SignInForm",
    "reset_password": _FORMS + "ForgottenForm",
    "reset_password_from_key": _FORMS + "NewPasswordForm",
    "change_password": _FORMS + "ChangePasswordForm",
    "reauthenticate": _FORMS + "AgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "backend.accounts.pages.adapter.SecondStep"
MFA_FORMS = {
    "authenticate": _FORMS + "CodeForm",
    "reauthenticate": _FORMS + "CodeAgainForm",
    "activate_totp": _FORMS + "TurnOnAppForm",
    "add_webauthn": _FORMS + "AddKeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an invitation reached the address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
MEDIA_ROOT = DATA_DIR / "media"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Rebond <rebond@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = env.int(
    "EMAIL_TIMEOUT", default=10
)  # seconds; a mail is sent inside the transaction that marks it sent
NOTICE_SETTLE_SECONDS = env.int("NOTICE_SETTLE_SECONDS", default=5 if DEMO else 600)

REDIS_URL = env.str("REDIS_URL", default="")
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", default=REDIS_URL),
        "KEY_PREFIX": "rebond",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }

# The outbox is the promise, the queue a nudge: with the broker away, publishing fails fast.
LONGEST_TASK = 240  # seconds
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"polling_interval": 0.05}
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": LONGEST_TASK + 60,  # or a long task would run twice
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "max_retries": 1,  # of reaching the broker to publish: without, two seconds of waiting
        "interval_start": 0,
        "interval_step": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = LONGEST_TASK
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = timetable(sweep_every=10)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "backend.config.logs.JsonLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "celery": {"level": "WARNING"},  # the sweep alone would write a line each second
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backend.accounts.api.permissions.HasCapability"],
    "DEFAULT_PAGINATION_CLASS": "backend.core.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.core.api.parsers.JSONBody"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "backend.core.api.schema.Described",
    "EXCEPTION_HANDLER": "backend.core.api.problems.handle",
    "DEFAULT_THROTTLE_RATES": {"public": env.str("PUBLIC_RATE", default="20/hour")},
    "NUM_PROXIES": 0,  # production counts them
}
LONGEST_BODY = 2_000_000  # bytes of JSON
LONGEST_UPLOAD = 6_000_000  # bytes of a form with its file
SPECTACULAR_SETTINGS = {
    "TITLE": "Rebond",
    "DESCRIPTION": "Donated equipment, from the pledge to the person, every step proved.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "Language": [("fr", "Français"), ("en", "English")],
        "OrganisationKind": "backend.accounts.choices.OrganisationKind",
        "DeviceKind": "backend.inventory.choices.Kind",
        "Condition": "backend.inventory.choices.Condition",
        "PartCondition": "backend.inventory.choices.PartCondition",
        "StorageMedium": "backend.inventory.choices.Medium",
        "PartKind": "backend.inventory.choices.PartKind",
        "TransferOutcome": "backend.inventory.choices.TransferOutcome",
        "EvidenceOutcome": "backend.inventory.choices.EvidenceOutcome",
        "PlaceKind": "backend.inventory.choices.PlaceKind",
        "DeviceState": "backend.inventory.choices.State",
        "PledgeState": "backend.inventory.choices.PledgeState",
        "CollectionState": "backend.inventory.choices.CollectionState",
        "TransferState": "backend.inventory.choices.TransferState",
        "RequestState": "backend.distribution.choices.RequestState",
        "WebhookKind": "backend.notifications.api.webhooks.WEBHOOK_KINDS",
        "Criterion": "backend.distribution.choices.Criterion",
    },
}

UNDO_WINDOW = timedelta(hours=24)  # how long a move may be taken back
EXPIRY_WARNING = timedelta(days=3)  # how long before its end a reservation is recalled
PERSONAL_DATA_KEPT = timedelta(days=730)  # after the last contact (CNIL: two years)

# What the programme tells donors that it takes (years), and from how many it fetches for free.
ACCEPTED_AGE_YEARS = {"laptop": 7, "smartphone": 5, "tablet": 5}
FREE_COLLECTION_FROM = env.int("FREE_COLLECTION_FROM", default=15)
PLEDGES_PER_HOUR_PER_ADDRESS = env.int("PLEDGES_PER_HOUR_PER_ADDRESS", default=20)
