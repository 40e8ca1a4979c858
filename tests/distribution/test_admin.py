"""Operators look, and see no name."""

import pytest
from django.contrib import admin
from django.test import Client

from backend.distribution.models import Beneficiary
from tests.distribution.factories import A_SIGNATURE, a_hand_over, a_support_case
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MODELS = [m for m in admin.site._registry if m._meta.app_label == "distribution"]


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.model_name)
def test_rows_are_shown_and_never_written(operator: Client, model: type) -> None:
    a_support_case(device=a_hand_over().allocation.device)
    base = f"/admin/distribution/{model._meta.model_name}/"
    row = model._default_manager.first()
    assert operator.get(base).status_code == 200
    assert operator.get(f"{base}add/").status_code == 403
    if row is None:
        return
    assert operator.get(f"{base}{row.pk}/change/").status_code == 200
    assert operator.post(f"{base}{row.pk}/change/", {}).status_code == 403
    assert operator.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_page_shows_who_it_is_for(operator: Client) -> None:
    given = a_hand_over(signed_by="signature", signature=A_SIGNATURE)
    case = a_support_case(device=given.allocation.device)
    person: Beneficiary = given.allocation.line.request.beneficiary
    rows = [person, given, given.allocation, given.allocation.line.request, case]
    shown = ""
    for row in rows:
        base = f"/admin/distribution/{row._meta.model_name}/"
        shown += operator.get(base).content.decode()
        shown += operator.get(f"{base}{row.pk}/change/").content.decode()
    for secret in (person.name, A_SIGNATURE, case.contact, case.message):
        assert secret not in shown
