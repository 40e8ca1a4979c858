"""Labels are printed once: whoever asks, whichever worker dies."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError

from backend.accounts.models import Membership
from backend.core import codes
from backend.core.errors import InvalidInput, NotFound
from backend.core.models import Event, Outbox
from backend.core.operations import tell_event
from backend.inventory import operations
from backend.inventory.choices import DevicePart, PrintForm
from backend.inventory.labels import STOCKS, UnfitStock
from backend.inventory.models import LabelBatch, LabelPrint
from backend.inventory.operations import Printing, printing
from tests.factories import a_coordinator
from tests.inventory.labels.reading import pages_of, read_all, words_of
from tests.inventory.stories import NOW, Workshop

pytestmark = pytest.mark.django_db
SHEET = Printing(stock=STOCKS["l7160"])
SOON = NOW + timedelta(seconds=5)


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def batch(workshop: Workshop) -> LabelBatch:
    return workshop.labels(5)


def asked(batch: LabelBatch, by: Membership, how: Printing = SHEET, **more: Any) -> LabelPrint:
    return operations.ask_for_print(batch_id=batch.pk, how=how, by=by, at=NOW, **more)


def rendered(job: LabelPrint) -> LabelPrint:
    operations.render_print(print_id=job.pk, at=SOON)
    job.refresh_from_db()
    return job


def test_every_label_of_a_batch_is_printed(workshop: Workshop, batch: LabelBatch) -> None:
    job = rendered(asked(batch, workshop.technician))
    pdf = Path(job.file.path).read_bytes()
    (page,) = pages_of(pdf)
    assert [codes.read(code.text) for code in read_all(page)] == list(
        batch.labels.order_by("pk").values_list("code", flat=True)
    )
    assert job.sha256 == hashlib.sha256(pdf).hexdigest()
    assert (job.labels, job.pages, job.rendered_at) == (5, 1, SOON)
    assert "Trouvé ? Scannez-moi." in words_of(pdf).replace("\u00a0", " ").replace("\u202f", " ")


def test_asking_is_one_event_and_the_worker_hears_of_it(
    workshop: Workshop, batch: LabelBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[None] = []
    monkeypatch.setattr(printing, "_nudge", [lambda: woken.append(None)])
    monkeypatch.setattr(printing.events, "nudge_after_commit", lambda nudge: nudge())
    job = asked(batch, workshop.technician)
    event = Event.objects.get(kind="label_print.asked")
    assert (event.subject_id, event.facts["labels"]) == (job.pk, 5)
    assert Outbox.objects.filter(event=event).exists()
    assert tell_event(event_id=event.pk, at=SOON)
    assert woken == [None]
    assert operations.render_waiting_prints(at=SOON) == 1
    assert operations.render_waiting_prints(at=SOON) == 0


def test_each_part_of_a_machine_gets_its_copy(workshop: Workshop, batch: LabelBatch) -> None:
    how = Printing(stock=STOCKS["l7160"], parts=tuple(DevicePart), skip=18)
    job = rendered(asked(batch, workshop.technician, how))
    pdf = Path(job.file.path).read_bytes()
    pages = pages_of(pdf)
    assert [len(read_all(page)) for page in pages] == [3, 12]
    assert (job.labels, job.pages) == (15, 2)
    told = words_of(pdf)
    assert told.count("Chargeur") == told.count("Batterie") == told.count("Machine") == 5


def test_a_zebra_gets_a_file_of_its_own(workshop: Workshop, batch: LabelBatch) -> None:
    how = Printing(stock=STOCKS["zebra57"], form=PrintForm.ZPL_300)
    job = rendered(asked(batch, workshop.technician, how))
    zpl = Path(job.file.path).read_text()
    assert job.file.name.endswith(".zpl")
    assert zpl.count("^XA") == job.pages == 5


def test_used_labels_are_left_out(workshop: Workshop, batch: LabelBatch) -> None:
    used = batch.labels.order_by("pk")[0].code
    workshop.receive(code=used)
    assert used not in asked(batch, workshop.technician).codes


def test_a_batch_that_is_used_up_is_not_printed(workshop: Workshop, nothing_changed: Any) -> None:
    batch = workshop.labels(1)
    workshop.receive(code=batch.labels.get().code)
    with nothing_changed(batch), pytest.raises(operations.NothingToPrint):
        asked(batch, workshop.technician)


def test_printing_again_wants_a_reason(
    workshop: Workshop, batch: LabelBatch, nothing_changed: Any
) -> None:
    first = asked(batch, workshop.technician)
    with nothing_changed(batch, first), pytest.raises(operations.AlreadyPrinted) as refusal:
        asked(batch, workshop.technician, reason="  ")
    assert refusal.value.facts["print"] == first.pk
    assert "15/09/2026" in str(refusal.value)
    again = asked(batch, workshop.technician, reason="The printer ate the sheet")
    assert again.reason == "The printer ate the sheet"


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        (Printing(stock=STOCKS["l7160"], skip=21), InvalidInput),
        (Printing(stock=STOCKS["l7160"], parts=()), InvalidInput),
        (Printing(stock=STOCKS["l7160"], parts=("lid",)), InvalidInput),
        (Printing(stock=STOCKS["l7160"], offset=(99.0, 0.0)), InvalidInput),
    ],
)
def test_what_cannot_be_printed_is_refused(
    workshop: Workshop, batch: LabelBatch, how: Printing, refusal: Any, nothing_changed: Any
) -> None:
    with nothing_changed(batch), pytest.raises(refusal):
        asked(batch, workshop.technician, how)


def test_a_code_that_does_not_fit_is_refused_when_asked(
    workshop: Workshop, batch: LabelBatch, settings: LazySettings, nothing_changed: Any
) -> None:
    settings.SITE_URL = "https://" + "x" * 230 + ".example"
    with nothing_changed(batch), pytest.raises(UnfitStock):
        asked(batch, workshop.technician, Printing(stock=STOCKS["l7651"]))


def test_another_workshop_cannot_print_them(batch: LabelBatch, nothing_changed: Any) -> None:
    stranger = Workshop().technician
    with nothing_changed(batch), pytest.raises(NotFound):
        asked(batch, stranger)


def test_the_coordination_prints_for_a_workshop(batch: LabelBatch) -> None:
    assert asked(batch, a_coordinator()).owner_label == f"Rebond · {batch.workshop.name}"


def test_a_label_says_its_programme_and_its_workshop(
    workshop: Workshop, batch: LabelBatch, settings: LazySettings
) -> None:
    settings.PROGRAMME_NAME = "Programme exemple"
    job = rendered(asked(batch, workshop.technician))
    told = " ".join(words_of(Path(job.file.path).read_bytes()).split())
    assert told.count("Programme exemple") == 5


@pytest.mark.parametrize("form", [PrintForm.ZPL_203, PrintForm.ZPL_300])
def test_a_label_printer_prints_no_sheets(
    workshop: Workshop, batch: LabelBatch, form: str, nothing_changed: Any
) -> None:
    with nothing_changed(batch), pytest.raises(printing.NoRoll):
        asked(batch, workshop.technician, Printing(stock=STOCKS["l7160"], form=form))


def test_one_label_of_a_batch_is_printed_by_itself(workshop: Workshop, batch: LabelBatch) -> None:
    code = batch.labels.order_by("pk")[2].code
    job = rendered(asked(batch, workshop.technician, code=code))
    (page,) = pages_of(Path(job.file.path).read_bytes())
    assert [codes.read(found.text) for found in read_all(page)] == [code]


def test_one_label_is_printed_again_only_with_a_reason(
    workshop: Workshop, batch: LabelBatch, nothing_changed: Any
) -> None:
    first, second = (label.code for label in batch.labels.order_by("pk")[:2])
    asked(batch, workshop.technician, code=first)
    asked(batch, workshop.technician, code=second)
    for code in (first, ""):
        with nothing_changed(batch), pytest.raises(operations.AlreadyPrinted):
            asked(batch, workshop.technician, code=code)
    assert asked(batch, workshop.technician, code=first, reason="The roll was torn").reason


def test_a_label_on_a_device_was_printed_whatever_is_known(
    workshop: Workshop, batch: LabelBatch, nothing_changed: Any
) -> None:
    code = batch.labels.order_by("pk")[0].code
    workshop.receive(code=code)
    with nothing_changed(batch), pytest.raises(operations.AlreadyPrinted):
        asked(batch, workshop.technician, code=code)


def test_a_replacement_is_on_its_device_before_it_is_printed(workshop: Workshop) -> None:
    device = workshop.receive()
    new = operations.replace_label(code=device.code, by=workshop.technician, at=NOW)
    batch = LabelBatch.objects.get(labels__code=new)
    assert asked(batch, workshop.technician, code=new).codes == [new]


def test_a_second_worker_finds_nothing_to_do(workshop: Workshop, batch: LabelBatch) -> None:
    job = rendered(asked(batch, workshop.technician))
    before = LabelPrint.objects.filter(pk=job.pk).values().get()
    assert not operations.render_print(print_id=job.pk, at=SOON + timedelta(days=1))
    assert LabelPrint.objects.filter(pk=job.pk).values().get() == before


def test_two_workers_at_once_render_one_file(
    workshop: Workshop, batch: LabelBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(batch, workshop.technician)
    seen: list[bool] = []
    once = printing._content

    def meanwhile(row: LabelPrint) -> bytes:
        seen.append(operations.render_print(print_id=job.pk, at=SOON))
        return once(row)

    monkeypatch.setattr(printing, "_content", meanwhile)
    assert operations.render_print(print_id=job.pk, at=SOON)
    assert seen == [False]


class Killed(BaseException):
    """What kill -9 leaves: nothing after it runs, not even what should tidy up."""


def test_a_worker_killed_between_file_and_row_leaves_one_file(
    workshop: Workshop, batch: LabelBatch, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(batch, workshop.technician)
    with monkeypatch.context() as patch:
        patch.setattr(printing, "_pages", kill)
        with pytest.raises(Killed):
            operations.render_print(print_id=job.pk, at=SOON)
    (file,) = files.rglob("*.pdf")
    first = file.read_bytes()
    job.refresh_from_db()
    assert job.rendered_at is None
    assert not operations.render_print(print_id=job.pk, at=SOON)  # its lease still runs
    assert operations.render_print(print_id=job.pk, at=SOON + timedelta(minutes=6))
    job.refresh_from_db()
    assert list(files.rglob("*.*")) == [file]
    assert file.read_bytes() == first
    assert job.sha256 == hashlib.sha256(first).hexdigest()


def kill(_job: LabelPrint) -> int:
    raise Killed


def test_a_failure_is_tried_again_and_then_given_up(
    workshop: Workshop, batch: LabelBatch, monkeypatch: pytest.MonkeyPatch, files: Path
) -> None:
    job = asked(batch, workshop.technician)

    def fail(_job: LabelPrint) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(printing, "_content", fail)
    for _attempt in range(5):
        assert operations.render_waiting_prints(at=SOON) == 1
    assert operations.render_waiting_prints(at=SOON) == 0
    job.refresh_from_db()
    assert job.is_given_up
    assert not list(files.rglob("*.*"))


def test_a_rendered_print_is_frozen(workshop: Workshop, batch: LabelBatch) -> None:
    job = rendered(asked(batch, workshop.technician))
    with pytest.raises(IntegrityError, match="label_print_frozen_once_rendered"):
        LabelPrint.objects.filter(pk=job.pk).update(sha256="0" * 64)


def test_asking_costs_the_same_for_a_longer_batch(workshop: Workshop, statements: Any) -> None:
    small, large = workshop.labels(2), workshop.labels(500)
    with statements() as few:
        asked(small, workshop.technician)
    with statements() as many:
        asked(large, workshop.technician)
    assert len(few) == len(many) <= 6
