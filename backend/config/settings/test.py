"""Tests: SQLite unless DATABASE_URL says otherwise; nothing slow, nothing that leaves."""

from backend.config.settings.base import *

SECRET_KEY = "only for tests"
FIELD_KEYS = ["cmVib25kIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc="]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": database(default="sqlite:///:memory:", synchronous="OFF")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True  # the pages' own static files, without a scan of all of them
