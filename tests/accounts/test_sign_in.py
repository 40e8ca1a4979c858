"""Coming in: by e-mail and password, never by guessing, with a hat on."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from backend.accounts.choices import Role
from backend.accounts.models import Membership, User
from backend.accounts.pages.home import main_page
from tests.accounts.conftest import PASSWORD, signed_in
from tests.factories import MembershipFactory, a_counsellor, a_technician
from tests.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def hat() -> Membership:
    hat = a_technician()
    hat.user.set_password(PASSWORD)
    hat.user.save()
    return hat


def try_in(client: Client, email: str, password: str) -> bool:
    client.post("/compte/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_the_right_password_lets_in_whatever_the_capitals_of_the_e_mail(
    client: Client, hat: Membership
) -> None:
    assert try_in(client, hat.user.email.upper(), PASSWORD)


def test_a_wrong_password_says_so_above_the_form_and_keeps_the_e_mail(
    client: Client, hat: Membership
) -> None:
    response = client.post("/compte/login/", {"login": hat.user.email, "password": "guess"})
    page = Page(response.content)
    assert page.faults() == []
    assert [div for div in page.all("div") if div.get("role") == "alert"]
    assert hat.user.email in [field.get("value") for field in page.all("input")]
    assert "_auth_user_id" not in client.session


def test_an_unknown_e_mail_gets_the_same_words_as_a_wrong_password(
    client: Client, hat: Membership
) -> None:
    answers = []
    for email in (hat.user.email, "nobody@example.org"):
        response = client.post("/compte/login/", {"login": email, "password": "guess"})
        answers.append(response.context["form"].non_field_errors())
    assert answers[0] == answers[1]


def test_after_too_many_guesses_even_the_right_password_waits(
    client: Client, hat: Membership
) -> None:
    for _ in range(5):
        try_in(client, hat.user.email, "guess")
    assert not try_in(client, hat.user.email, PASSWORD)


def test_a_closed_account_stays_out(client: Client, hat: Membership) -> None:
    hat.user.is_active = False
    hat.user.save()
    assert not try_in(client, hat.user.email, PASSWORD)


def test_who_comes_in_without_a_hat_puts_on_the_first_that_may_be_worn(
    client: Client, hat: Membership, now: datetime
) -> None:
    other = a_counsellor(user=hat.user)
    hat.ended_at = now
    hat.save()
    hat.user.acting_as = None
    hat.user.save()
    assert try_in(client, hat.user.email, PASSWORD)
    hat.user.refresh_from_db()
    assert hat.user.acting_as == other


def test_pages_speak_the_persons_language_from_sign_in_on(client: Client, hat: Membership) -> None:
    hat.user.language = "en"
    hat.user.save()
    try_in(client, hat.user.email, PASSWORD)
    assert client.cookies["django_language"].value == "en"
    assert Page(client.get("/compte/").content).words("h1") == ["My account"]


def test_nobody_signs_up(client: Client) -> None:
    response = client.post(
        "/compte/signup/", {"email": "me@example.org", "password1": PASSWORD}, follow=True
    )
    assert Page(response.content).words("h1") == ["Les comptes sont ouverts sur invitation"]
    assert "_auth_user_id" not in client.session


def test_nobody_takes_an_address_that_an_invitation_may_reach(hat: Membership) -> None:
    browser = signed_in(hat)
    assert browser.post("/compte/email/", {"email": "boss@example.org"}).status_code == 404


@pytest.mark.parametrize("path", ["/compte/", "/compte/membres/", "/compte/jetons/"])
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client: Client, path: str) -> None:
    assert client.get(path).url == f"/compte/login/?next={path}"  # type: ignore[attr-defined]


def test_the_first_page_leads_to_work_or_to_the_account() -> None:
    client = signed_in(a_technician())
    response = client.get("/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain


def test_a_person_without_any_hat_is_told_whom_to_ask(client: Client, hat: Membership) -> None:
    person = hat.user
    hat.delete()
    client.force_login(User.objects.get(pk=person.pk))
    response = client.get("/", follow=True)
    assert "Vous n’avez aucun rôle pour le moment" in response.content.decode()


class TestDemonstration:
    @pytest.fixture
    def made_up(self) -> Membership:
        return MembershipFactory(role=Role.TECHNICIAN, user__email="technique@demo.rebond.example")

    def test_one_press_lets_in(self, client: Client, made_up: Membership, settings: Any) -> None:
        settings.DEMO = True
        page = Page(client.get("/compte/login/").content)
        assert page.faults() == []
        (action,) = [f["action"] for f in page.all("form") if "demonstration" in f["action"]]
        client.post(action)
        assert client.session["_auth_user_id"] == str(made_up.user.pk)

    def test_real_people_are_not_on_the_list(
        self, client: Client, hat: Membership, settings: Any
    ) -> None:
        settings.DEMO = True
        assert client.post(f"/compte/demonstration/{hat.pk}/").status_code == 404
        assert "_auth_user_id" not in client.session

    def test_outside_a_demonstration_there_is_no_such_door(
        self, client: Client, made_up: Membership, settings: Any
    ) -> None:
        settings.DEMO = False
        assert b"demonstration" not in client.get("/compte/login/").content
        assert client.post(f"/compte/demonstration/{made_up.pk}/").status_code == 404
        assert "_auth_user_id" not in client.session

    def test_a_link_does_not_let_in(
        self, client: Client, made_up: Membership, settings: Any
    ) -> None:
        settings.DEMO = True
        assert client.get(f"/compte/demonstration/{made_up.pk}/").status_code == 405


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_main_page_that_opens(role: Role) -> None:
    hat = MembershipFactory(role=role)
    browser = signed_in(hat)
    assert main_page(role) != "/compte/"
    assert browser.get("/", follow=True).status_code == 200
