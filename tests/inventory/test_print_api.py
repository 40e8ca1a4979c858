"""Labels through the API: printed once, fetched as a file, replaced when damaged."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from backend.core import codes
from backend.inventory import operations
from backend.inventory.models import Device, LabelPrint
from tests.api.doors import Door, door
from tests.inventory.labels.reading import pages_of, read_all
from tests.inventory.stories import Workshop

pytestmark = pytest.mark.django_db
OWN = {
    "page_width": 100,
    "page_height": 50,
    "columns": 1,
    "rows": 1,
    "width": 90,
    "height": 40,
    "left": 5,
    "top": 5,
    "pitch_x": 90,
    "pitch_y": 40,
}


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def program(workshop: Workshop) -> Door:
    return door(workshop.technician)


def test_a_batch_is_printed_and_fetched(workshop: Workshop, program: Door) -> None:
    path = f"label-batches/{workshop.labels(4).pk}/prints/"
    asked = {"paper": "l7651", "skip": 3}
    answer = program.send(path, asked, HTTP_IDEMPOTENCY_KEY="one")
    assert answer.status_code == 201, answer.json()
    again = program.send(path, asked, HTTP_IDEMPOTENCY_KEY="one")
    assert again.json() == answer.json()
    number = answer.json()["id"]
    waiting = program.read(f"label-prints/{number}/file/")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "print_not_ready")
    operations.render_waiting_prints(at=timezone.now())
    shown = program.read(f"label-prints/{number}/").json()
    assert (shown["labels"], shown["pages"]) == (4, 1)
    pdf = b"".join(program.read(f"label-prints/{number}/file/").streaming_content)
    (page,) = pages_of(pdf)
    assert len(read_all(page)) == 4


def test_a_second_print_wants_a_reason(workshop: Workshop, program: Door) -> None:
    path = f"label-batches/{workshop.labels(1).pk}/prints/"
    assert program.send(path, {"paper": "l7160"}).status_code == 201
    refused = program.send(path, {"paper": "l7160"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_printed")
    assert program.send(path, {"stock": OWN, "reason": "Jammed"}).status_code == 201


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"paper": "napkin"},
        {"paper": "l7160", "stock": OWN},
        {"stock": {**OWN, "columns": 2}},
        {"stock": {**OWN, "width": 0}},
        {"paper": "l7160", "skip": 21},
        {"paper": "l7160", "offset_x": 11},
        {"paper": "l7160", "parts": []},
        {"paper": "l7160", "parts": ["lid"]},
    ],
)
def test_paper_that_cannot_be_is_refused(
    workshop: Workshop, program: Door, asked: dict[str, Any]
) -> None:
    answer = program.send(f"label-batches/{workshop.labels(1).pk}/prints/", asked)
    assert answer.status_code == 422, answer.json()
    assert LabelPrint.objects.count() == 0


def test_another_workshops_batch_and_print_do_not_exist(workshop: Workshop, program: Door) -> None:
    batch = Workshop().labels(1)
    answer = program.send(f"label-batches/{batch.pk}/prints/", {"paper": "l7160"})
    assert answer.status_code == 404
    other = door(Workshop().technician)
    mine = program.send(f"label-batches/{workshop.labels(1).pk}/prints/", {"paper": "l7160"})
    assert other.read(f"label-prints/{mine.json()['id']}/").status_code == 404
    assert other.read(f"label-prints/{mine.json()['id']}/file/").status_code == 404


def test_a_damaged_label_is_replaced(workshop: Workshop, program: Door) -> None:
    device = workshop.receive()
    path = f"devices/{device.code}/replace-label/"
    answer = program.send(path, {}, HTTP_IDEMPOTENCY_KEY="one")
    assert answer.status_code == 201, answer.json()
    assert program.send(path, {}, HTTP_IDEMPOTENCY_KEY="one").json() == answer.json()
    new = answer.json()["code"]
    assert Device.objects.with_code(new).get() == device
    drawn = program.read(f"labels/{new}/svg/")
    assert codes.spell(new) in drawn.content.decode()
