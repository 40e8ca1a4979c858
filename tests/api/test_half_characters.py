"""Half a character (a lone surrogate) is refused: no answer that quotes it could be written."""

import pytest
from django.test import Client

from backend.inventory.models import Pledge

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ['{"legal_type": "\\ud800"}', '{"\\udfff": 1}', '["\\ud83d"]'])
def test_half_a_character_is_a_body_that_cannot_be_read(body: str) -> None:
    answer = Client().post("/api/v1/pledges/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert not Pledge.objects.exists()


def test_a_whole_character_written_in_two_halves_is_read() -> None:
    body = '{"legal_type": "\\ud83d\\ude00"}'
    answer = Client().post("/api/v1/pledges/", body, content_type="application/json")
    assert answer.status_code == 422
