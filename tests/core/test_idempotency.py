"""A command sent twice is done once."""

import pytest

from backend.accounts.models import Organisation
from backend.core.errors import InvalidInput, Refusal
from backend.core.idempotency import KeyUsedForSomethingElse, Reply, once
from backend.core.models import Answer
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def make_one() -> Reply:
    return Reply(201, {"id": OrganisationFactory().pk})


def send(key: str = "k1", asked: str = "a", act=make_one) -> Reply:
    return once(actor="membership:1", key=key, asked=asked, act=act)


def test_the_second_sending_is_answered_like_the_first_and_does_nothing() -> None:
    first, second = send(), send()
    assert (second.status, second.body) == (first.status, first.body)
    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert Organisation.objects.count() == 1


def test_what_is_refused_because_it_is_done_already_is_answered_like_the_first() -> None:
    def refuse() -> Reply:
        raise Refusal("done already")

    first = send()
    assert send(act=refuse).body == first.body


def test_a_refusal_is_not_remembered() -> None:
    def refuse() -> Reply:
        OrganisationFactory()
        raise Refusal("not now")

    with pytest.raises(Refusal):
        send(act=refuse)
    assert not Organisation.objects.exists()
    assert not Answer.objects.exists()
    assert send().status == 201


def test_a_key_belongs_to_one_request() -> None:
    send()
    with pytest.raises(KeyUsedForSomethingElse):
        send(asked="b")
    assert Organisation.objects.count() == 1


def test_keys_of_two_people_do_not_meet() -> None:
    send()
    once(actor="membership:2", key="k1", asked="a", act=make_one)
    assert Organisation.objects.count() == 2


def test_without_a_key_every_sending_counts() -> None:
    send(key="")
    send(key="")
    assert Organisation.objects.count() == 2


def test_an_endless_key_is_refused() -> None:
    with pytest.raises(InvalidInput):
        send(key="k" * 201)
    assert not Organisation.objects.exists()
