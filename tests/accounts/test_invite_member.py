"""Members: invited by their manager, removed by their manager, unseen by others."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from backend.accounts.choices import Role
from backend.accounts.models import Membership, User
from backend.accounts.operations import (
    AccountClosed,
    AlreadyMember,
    CannotEndOwnMembership,
    end_membership,
    invite_member,
)
from backend.accounts.tasks import send_invitation
from backend.core.errors import InvalidInput, NotFound
from backend.core.models import Event
from tests.accounts.conftest import PASSWORD, signed_in
from tests.factories import a_coordinator, a_counsellor, a_technician, a_workshop_manager
from tests.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Membership:
    return a_workshop_manager()


@pytest.fixture
def invite(boss: Membership, now: datetime) -> Callable[..., Membership]:
    def run(**facts: Any) -> Membership:
        return invite_member(
            **{
                "email": "zoe@example.org",
                "name": "Zoé",
                "role": Role.TECHNICIAN,
                "organisation": boss.organisation,
                "by": boss,
                "at": now,
            }
            | facts
        )

    return run


def test_an_invited_person_has_a_hat_and_no_password(invite: Callable[..., Membership]) -> None:
    hat = invite()
    assert hat.user.acting_as == hat
    assert not hat.user.has_usable_password()
    event = Event.objects.get(kind="member.invited")
    assert event.subject_id == hat.pk
    assert "zoe" not in f"{event.facts}{event.actor_label}"


def test_the_mail_lets_the_person_choose_a_password_and_come_in(
    invite: Callable[..., Membership], client: Client
) -> None:
    send_invitation(membership_id=invite().pk)
    (letter,) = mail.outbox
    assert letter.to == ["zoe@example.org"]
    link = re.search(r"/compte/password/reset/key/\S+", str(letter.body))
    assert link is not None
    page = client.get(link[0], follow=True)
    assert Page(page.content).faults() == []
    client.post(
        page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD}, follow=True
    )
    client.post("/compte/login/", {"login": "zoe@example.org", "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_the_link_opens_once(invite: Callable[..., Membership], client: Client) -> None:
    hat = invite()
    send_invitation(membership_id=hat.pk)
    link = re.search(r"/compte/password/reset/key/\S+", str(mail.outbox[0].body))
    assert link is not None
    hat.user.set_password(PASSWORD)
    hat.user.save()
    page = Page(client.get(link[0], follow=True).content)
    assert page.words("h1") == ["Ce lien ne fonctionne plus"]


def test_who_has_an_account_keeps_it_and_gets_another_hat(
    invite: Callable[..., Membership],
) -> None:
    known = a_counsellor()
    known.user.set_password(PASSWORD)
    known.user.save()
    hat = invite(email=known.user.email.upper())
    assert hat.user == known.user
    assert User.objects.get(pk=known.user.pk).acting_as == known
    send_invitation(membership_id=hat.pk)
    assert "password/reset" not in str(mail.outbox[0].body)


def test_inviting_again_who_never_came_sends_the_mail_again(
    invite: Callable[..., Membership],
) -> None:
    assert invite() == invite()
    assert Event.objects.filter(kind="member.invited").count() == 2


def test_a_member_who_signs_in_is_not_invited_again(
    invite: Callable[..., Membership],
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    hat = invite()
    hat.user.set_password(PASSWORD)
    hat.user.save()
    with nothing_changed(hat, hat.user), pytest.raises(AlreadyMember):
        invite()


def test_who_has_a_closed_account_is_not_invited(
    invite: Callable[..., Membership],
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    closed = a_counsellor(user__is_active=False)
    with nothing_changed(closed), pytest.raises(AccountClosed):
        invite(email=closed.user.email)
    assert closed.user.memberships.count() == 1


def test_a_manager_invites_to_no_other_organisation(
    invite: Callable[..., Membership],
    boss: Membership,
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    elsewhere = a_technician().organisation
    people = User.objects.count()
    with nothing_changed(boss), pytest.raises(NotFound):
        invite(organisation=elsewhere)
    assert User.objects.count() == people


def test_a_role_must_exist_in_the_kind_of_organisation(invite: Callable[..., Membership]) -> None:
    with pytest.raises(InvalidInput):
        invite(role=Role.COUNSELLOR)
    assert not User.objects.filter(email="zoe@example.org").exists()


def test_the_coordination_invites_everywhere(invite: Callable[..., Membership]) -> None:
    assert invite(by=a_coordinator()).is_current


def test_an_ended_member_may_be_invited_back(
    invite: Callable[..., Membership], boss: Membership, now: datetime
) -> None:
    hat = invite()
    end_membership(membership=hat, by=boss, at=now)
    assert invite().ended_at is None


def test_an_ended_member_may_do_nothing_more(boss: Membership, now: datetime) -> None:
    hat = a_technician(organisation=boss.organisation)
    browser = signed_in(hat)
    end_membership(membership=hat, by=boss, at=now)
    end_membership(membership=hat, by=boss, at=now)
    assert browser.get("/compte/jetons/").status_code == 403
    assert Event.objects.filter(kind="member.ended").count() == 1


def test_who_loses_the_hat_worn_wears_another_of_theirs(boss: Membership, now: datetime) -> None:
    other = a_counsellor()
    hat = a_technician(organisation=boss.organisation, user=other.user)
    end_membership(membership=hat, by=boss, at=now)
    other.user.refresh_from_db()
    assert other.user.acting_as == other


def test_nobody_ends_their_own_membership(
    boss: Membership,
    now: datetime,
    nothing_changed: Callable[..., AbstractContextManager[None]],
) -> None:
    with nothing_changed(boss), pytest.raises(CannotEndOwnMembership):
        end_membership(membership=boss, by=boss, at=now)


def test_another_organisations_member_is_nowhere(boss: Membership, now: datetime) -> None:
    stranger = a_technician()
    path = f"/compte/membres/{stranger.pk}/retirer/"
    browser = signed_in(boss)
    assert browser.get(path).status_code == 404
    assert browser.post(path).status_code == 404
    assert stranger.user.email not in browser.get("/compte/membres/").content.decode()
    with pytest.raises(NotFound):
        end_membership(membership=stranger, by=boss, at=now)
    stranger.refresh_from_db()
    assert stranger.is_current


def test_the_page_invites_shows_refusals_and_removes(boss: Membership) -> None:
    browser = signed_in(boss)
    facts = {"email": "zoe@example.org", "name": "Zoé", "role": "technician"}
    assert browser.post("/compte/membres/", facts | {"once": "a"}).status_code == 302
    page = Page(browser.get("/compte/membres/").content)
    assert page.faults() == []
    assert any("Zoé" in words for words in page.words("th"))
    wrong = browser.post("/compte/membres/", {"email": "no", "once": "b"})
    assert wrong.status_code == 422
    assert Page(wrong.content).faults() == []
    hat = Membership.objects.get(user__email="zoe@example.org")
    path = f"/compte/membres/{hat.pk}/retirer/"
    assert Page(browser.get(path).content).faults() == []
    browser.post(path)
    hat.refresh_from_db()
    assert not hat.is_current


def test_an_invitation_sent_twice_is_one(boss: Membership) -> None:
    facts = {"email": "zoe@example.org", "name": "Zoé", "role": "technician", "once": "same"}
    browser = signed_in(boss)
    assert [browser.post("/compte/membres/", facts).status_code for _ in "ab"] == [302, 302]
    assert Event.objects.filter(kind="member.invited").count() == 1


def test_the_coordination_finds_people_among_all(django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        a_technician()
    wanted = a_technician(user__name="Camille Roux")
    browser = signed_in(a_coordinator())
    with django_assert_max_num_queries(8):
        page = Page(browser.get("/compte/membres/", {"q": "camille"}).content)
    assert [w for w in page.words("th") if "@" in w] == [f"Camille Roux {wanted.user.email}"]


def test_a_technician_sees_no_members() -> None:
    assert signed_in(a_technician()).get("/compte/membres/").status_code == 403
