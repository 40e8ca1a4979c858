"""The real thing: several processes, PostgreSQL, Redis; environment variables only.

It refuses to start rather than run with a default: every reason is told at once.
"""

from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from backend.config.settings.base import *

SECRET_KEY = env.str("SECRET_KEY", default="")
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SITE = urlsplit(env.str("SITE_URL", default=""))
IS_TRIAL = SITE.hostname in {"localhost", "127.0.0.1"}  # on one's own machine, without TLS


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _reasons_not_to_start() -> list[str]:
    guessable = len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 16
    rules = {
        "SECRET_KEY must be at least 50 random characters.": guessable
        or SECRET_KEY.startswith("django-insecure"),
        "FIELD_KEYS must hold at least one Fernet key (32 bytes, base64), newest first.": (
            not FIELD_KEYS or not all(_is_fernet_key(key) for key in FIELD_KEYS)
        ),
        "ALLOWED_HOSTS must name the hosts that are served, without wildcard for all.": (
            not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS
        ),
        "SITE_URL must be the public address, https:// (http:// only for localhost).": (
            not SITE.hostname or (SITE.scheme != "https" and not IS_TRIAL)
        ),
        "DATABASE_URL must point to PostgreSQL.": not env.str(
            "DATABASE_URL", default=""
        ).startswith("postgres"),
        "REDIS_URL must point to Redis.": not REDIS_URL,
        "DEMO must be off: its logins are public.": DEMO,
    }
    return [sentence for sentence, is_broken in rules.items() if is_broken]


if _reasons := _reasons_not_to_start():
    raise ImproperlyConfigured("Rebond does not start:\n- " + "\n- ".join(_reasons))

DATABASES = {"default": database(default="")}
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"{SITE.scheme}://{SITE.netloc}"])
STATIC_ROOT = ROOT / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backend.config.storage.Hashed"},
}

IS_SECURE = SITE.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600) if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)

# What a proxy says of the visitor is believed only where there is one.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
REST_FRAMEWORK["NUM_PROXIES"] = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
