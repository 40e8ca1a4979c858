"""Keys for programs: shown once, kept as a hash, never wider than the role, closed at will."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from backend.accounts.api.authentication import TokenAuthentication
from backend.accounts.models import ApiToken, Membership
from backend.accounts.operations import end_membership, issue_token, revoke_token
from backend.core.errors import InvalidInput, NotFound
from backend.core.models import Event
from tests.accounts.conftest import signed_in
from tests.factories import a_coordinator, a_technician, a_workshop_manager
from tests.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def hat() -> Membership:
    return a_technician()


def a_token(hat: Membership, **facts: object) -> tuple[ApiToken, str]:
    at = timezone.now()
    given = {"name": "station", "scope": [], "expires_at": at + timedelta(days=30)} | facts
    return issue_token(**given, by=hat, at=at)  # type: ignore[arg-type]


def open_tokens(secret: str, at: datetime) -> int:
    return ApiToken.objects.open_at(at).filter(digest=ApiToken.digest_of(secret)).count()


def test_the_secret_is_given_once_and_not_kept(hat: Membership) -> None:
    token, secret = a_token(hat)
    kept = str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert secret not in kept
    assert token.digest == ApiToken.digest_of(secret)
    assert secret not in str(Event.objects.filter(kind="token.issued").values().get())


def test_a_token_opens_until_its_day_and_not_a_moment_longer(hat: Membership) -> None:
    token, secret = a_token(hat)
    assert open_tokens(secret, timezone.now()) == 1
    assert open_tokens(secret, token.expires_at) == 0


def test_a_token_cannot_do_more_than_the_role(
    hat: Membership, nothing_changed: Callable[..., AbstractContextManager[None]]
) -> None:
    with nothing_changed(hat), pytest.raises(InvalidInput):
        a_token(hat, scope=["pledge.decide"])


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_token_ends_in_the_future_within_a_year(hat: Membership, days: int) -> None:
    at = timezone.now()
    with pytest.raises(InvalidInput):
        issue_token(name="x", scope=[], expires_at=at + timedelta(days=days), by=hat, at=at)
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing(hat: Membership) -> None:
    token, secret = a_token(hat)
    for _ in "ab":
        revoke_token(token=token, by=hat, at=timezone.now())
    assert open_tokens(secret, timezone.now()) == 0
    assert Event.objects.filter(kind="token.revoked").count() == 1


def test_the_tokens_of_a_hat_taken_away_open_nothing() -> None:
    boss = a_workshop_manager()
    hat = a_technician(organisation=boss.organisation)
    _, secret = a_token(hat)
    end_membership(membership=hat, by=boss, at=timezone.now())
    assert open_tokens(secret, timezone.now()) == 0


def test_somebody_elses_token_is_nowhere(hat: Membership) -> None:
    token, secret = a_token(hat)
    stranger = a_coordinator()
    with pytest.raises(NotFound):
        revoke_token(token=token, by=stranger, at=timezone.now())
    path = f"/compte/jetons/{token.pk}/revoquer/"
    assert signed_in(stranger).post(path).status_code == 404
    assert open_tokens(secret, timezone.now()) == 1


@pytest.mark.parametrize(
    ("may", "includes", "lacks"),
    [
        ("read", "device.view", "device.receive"),
        ("report", "erasure.record", "device.receive"),
        ("all", "device.receive", None),
    ],
)
def test_the_page_makes_a_token_that_may_what_was_chosen(
    hat: Membership, may: str, includes: str, lacks: str | None
) -> None:
    browser = signed_in(hat)
    response = browser.post("/compte/jetons/", {"name": "station", "may": may, "days": "30"})
    page = Page(response.content)
    assert page.faults() == []
    (secret,) = [words for words in page.words("code") if words.startswith("rbd_")]
    token = ApiToken.objects.get(digest=ApiToken.digest_of(secret))
    assert token.allows(includes)
    assert lacks is None or not token.allows(lacks)
    assert secret not in browser.get("/compte/jetons/").content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_page_revokes(hat: Membership) -> None:
    token, secret = a_token(hat)
    browser = signed_in(hat)
    browser.post(f"/compte/jetons/{token.pk}/revoquer/")
    assert open_tokens(secret, timezone.now()) == 0


def test_a_program_comes_in_with_the_hat_of_its_token(hat: Membership) -> None:
    token, secret = a_token(hat)
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {secret}"})
    assert TokenAuthentication().authenticate(request) == (hat.user, token)


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "bearer a b"])
def test_a_wrong_token_is_refused_not_taken_for_a_visitor(header: str) -> None:
    request = RequestFactory().get("/", headers={"authorization": header})
    with pytest.raises(AuthenticationFailed):
        TokenAuthentication().authenticate(request)
