"""Names at rest: encrypted columns and a keyed hash to find the same person again."""

import hashlib
import hmac
import unicodedata
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current_box() -> MultiFernet:
    return _box(tuple(settings.FIELD_KEYS))


def encrypted(text: str) -> str:
    """Give a text as it may be kept; the first of FIELD_KEYS writes."""
    return _current_box().encrypt(text.encode()).decode()


def decrypted(kept: str) -> str:
    """Give a kept text back, written with any of FIELD_KEYS."""
    return _current_box().decrypt(kept.encode()).decode()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic only in stubs
    """Text that the database holds only encrypted (Fernet; the first of FIELD_KEYS writes)."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; the empty text stays empty."""
        if not value:
            return value
        return encrypted(str(value))

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt on the way out, with any of FIELD_KEYS."""
        return decrypted(value) if value else value


def keyed_hash(*parts: str) -> str:
    """Give the same 64 hex digits for the same person, however the name is written.

    Accents, case and spacing do not count. Without the key (the last of FIELD_KEYS, which
    stays when keys rotate) the hash cannot be guessed from a list of names.
    """
    plain = unicodedata.normalize("NFKD", "|".join(parts)).casefold()
    letters = "".join(c for c in plain if c.isalnum() or c == "|")
    key = settings.FIELD_KEYS[-1].encode()
    return hmac.new(key, letters.encode(), hashlib.sha256).hexdigest()
