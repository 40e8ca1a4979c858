"""Building the image: enough to collect static files, and no secret."""

from backend.config.settings.base import *

SECRET_KEY = "builds static files only"
FIELD_KEYS: list[str] = []
STATIC_ROOT = ROOT / "staticfiles"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
