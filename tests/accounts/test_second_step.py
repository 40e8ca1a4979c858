"""The second step: turned on with an app, asked at sign-in, its secrets kept encrypted."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from backend.accounts.models import Membership
from tests.accounts.conftest import PASSWORD
from tests.factories import a_technician
from tests.page import Page

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    """Give the six digits that an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@pytest.fixture
def hat() -> Membership:
    hat = a_technician()
    hat.user.set_password(PASSWORD)
    hat.user.save()
    return hat


def come_in(client: Client, hat: Membership) -> str:
    """Sign in with the password; give where that leads."""
    sent = {"login": hat.user.email, "password": PASSWORD}
    return client.post("/compte/login/", sent).url  # type: ignore[attr-defined,no-any-return]


def prove_again(client: Client) -> None:
    """Give the password once more, as a grave act asks."""
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


@pytest.fixture
def secret(client: Client, hat: Membership) -> str:
    """Turn the app on; give the key it was given."""
    come_in(client, hat)
    prove_again(client)
    page = Page(client.get("/compte/2fa/totp/activate/").content)
    assert page.faults() == []
    (secret,) = [words for words in page.words("code") if len(words) >= 16]
    client.post("/compte/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


def test_the_app_is_on_with_recovery_codes_to_keep(client: Client, secret: str) -> None:
    page = Page(client.get("/compte/2fa/recovery-codes/").content)
    assert page.faults() == []
    assert len(page.words("code")) == 10
    for path in (
        "/compte/2fa/",
        "/compte/2fa/totp/deactivate/",
        "/compte/2fa/recovery-codes/generate/",
    ):
        assert Page(client.get(path).content).faults() == []


def test_the_password_alone_no_longer_lets_in(secret: str, hat: Membership) -> None:
    browser = Client()
    assert come_in(browser, hat) == "/compte/2fa/authenticate/"
    page = Page(browser.get("/compte/2fa/authenticate/").content)
    assert page.faults() == []
    browser.post("/compte/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in browser.session


def test_a_recovery_code_lets_in_once(client: Client, secret: str, hat: Membership) -> None:
    code = Page(client.get("/compte/2fa/recovery-codes/").content).words("code")[0]
    for wanted in (True, False):
        browser = Client()
        come_in(browser, hat)
        browser.post("/compte/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in browser.session) is wanted


def test_no_secret_is_kept_in_clear(client: Client, secret: str) -> None:
    assert secret not in str(list(Authenticator.objects.values()))


def test_a_key_is_added_from_a_page_that_holds_together(client: Client, hat: Membership) -> None:
    come_in(client, hat)
    prove_again(client)
    for path in ("/compte/2fa/webauthn/add/", "/compte/2fa/webauthn/"):
        assert Page(client.get(path).content).faults() == []


def test_a_grave_act_asks_for_the_password_once_more(client: Client, hat: Membership) -> None:
    come_in(client, hat)
    answer = client.get("/compte/2fa/totp/activate/", follow=True)
    assert Page(answer.content).words("h1") == ["Est-ce bien vous ?"]
    assert Page(answer.content).faults() == []
