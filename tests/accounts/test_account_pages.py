"""The account pages hold together, in both languages, for every role."""

import pytest

from backend.accounts.choices import Role
from tests.accounts.conftest import PASSWORD, signed_in
from tests.factories import MembershipFactory, a_technician
from tests.page import Page

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = ["/compte/", "/compte/logout/", "/compte/2fa/"]
ENTRANCE = ["/compte/login/", "/compte/password/reset/", "/compte/password/reset/done/"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", OPEN_TO_ALL)
@pytest.mark.parametrize("role", Role.values)
def test_a_page_of_the_account_holds_together(role: str, path: str, language: str) -> None:
    browser = signed_in(MembershipFactory(role=role, user__language=language))
    browser.cookies["django_language"] = language
    page = Page(browser.get(path).content)
    assert page.faults() == []
    assert page.all("html") == [{"lang": language}]


@pytest.mark.parametrize("path", ENTRANCE)
def test_the_pages_before_sign_in_hold_together(path: str, client: object) -> None:
    page = Page(client.get(path).content)  # type: ignore[attr-defined]
    assert page.faults() == []


def test_the_name_and_the_language_are_kept() -> None:
    hat = a_technician()
    browser = signed_in(hat)
    response = browser.post("/compte/", {"name": "Camille", "language": "en"}, follow=True)
    hat.user.refresh_from_db()
    assert (hat.user.name, hat.user.language) == ("Camille", "en")
    assert Page(response.content).all("html") == [{"lang": "en"}]


def test_the_password_is_changed_by_who_knows_it() -> None:
    hat = a_technician()
    hat.user.set_password(PASSWORD)
    hat.user.save()
    browser = signed_in(hat)
    new = "another long sentence"
    wrong = {"oldpassword": "guess", "password1": new, "password2": new}
    assert Page(browser.post("/compte/password/change/", wrong).content).faults() == []
    hat.user.refresh_from_db()
    assert hat.user.check_password(PASSWORD)
    browser.post("/compte/password/change/", wrong | {"oldpassword": PASSWORD})
    hat.user.refresh_from_db()
    assert hat.user.check_password(new)
