"""The hand-over, its receipt, its undoing, and the way back."""

from typing import Any

import pytest

from backend.core import codes
from backend.distribution.models import HandOver
from backend.inventory.choices import State
from tests.distribution.factories import (
    A_SIGNATURE,
    a_label,
    a_programme,
    a_ready_device,
    a_request,
    an_allocation,
    counsellor_of,
)
from tests.distribution.pages.conftest import See
from tests.distribution.world import World


def form_of(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "code": codes.spell(world.reserved.device.code),
        "taken_by": "person",
        "signed_by": "attestation",
        "signature": "",
    } | changes


def address_of(world: World) -> str:
    return f"/bureau/remise/{world.reserved.pk}/"


def test_the_counsellor_hands_over_and_gets_the_receipt(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    answer = desk.post(address_of(world), form_of(world))
    done = HandOver.objects.get(allocation=world.reserved)
    assert answer.url == f"/recus/{done.receipt}/"  # type: ignore[attr-defined]
    page = desk.get(answer.url).content.decode()  # type: ignore[attr-defined]
    for words in (codes.spell(world.reserved.device.code), done.receipt, "charger", "<svg"):
        assert words in page
    world.reserved.device.refresh_from_db()
    assert world.reserved.device.state == State.HANDED_OVER


def test_the_address_of_a_label_is_read_as_its_code(world: World, seen_by: See) -> None:
    scanned = f"HTTPS://REBOND.EXAMPLE/D/{world.reserved.device.code}"
    answer = seen_by(world.counsellor).post(address_of(world), form_of(world, code=scanned))
    assert answer.status_code == 302


def test_a_drawn_signature_is_kept_and_shown(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    signed = form_of(world, signed_by="signature", signature=A_SIGNATURE)
    answer = desk.post(address_of(world), signed)
    assert A_SIGNATURE in desk.get(answer.url).content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": "7K3M-9XQ2-2"}, "One symbol"),
        ({"code": "hello"}, "nine letters"),
        ({"code": ""}, "required"),
        ({"taken_by": "cat"}, "field-error"),
        ({"signed_by": "signature"}, "sign in the frame"),
        ({"signed_by": "signature", "signature": "M0 0 <script>"}, "sign in the frame"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_handed_over(
    world: World, seen_by: See, nothing_changed: Any, wrong: dict[str, str], told: str
) -> None:
    with nothing_changed(world.reserved, world.reserved.device):
        answer = seen_by(world.counsellor).post(address_of(world), form_of(world, **wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_another_devices_label_is_refused_with_the_right_one(
    world: World, seen_by: See, nothing_changed: Any
) -> None:
    with nothing_changed(world.reserved):
        other = form_of(world, code=world.ready.code)
        answer = seen_by(world.counsellor).post(address_of(world), other)
    assert codes.spell(world.reserved.device.code) in answer.content.decode()


def test_a_second_label_of_the_same_device_is_as_good(world: World, seen_by: See) -> None:
    from backend.inventory.operations import relabel_device  # noqa: PLC0415
    from tests.distribution.factories import DAY_ONE  # noqa: PLC0415

    second = a_label(by=world.technician)
    device = world.reserved.device
    relabel_device(code=device.code, new_code=second, by=world.technician, at=DAY_ONE)
    answer = seen_by(world.counsellor).post(address_of(world), form_of(world, code=second))
    assert answer.status_code == 302


def test_a_changed_price_is_read_aloud_before_it_is_signed(world: World, seen_by: See) -> None:
    dear = a_programme(by=world.coordinator, price_cents=8_000)
    promise = an_allocation(
        request=a_request(by=world.counsellor, programme=dear),
        device=a_ready_device(by=world.technician),
        by=world.coordinator,
    )
    desk = seen_by(counsellor_of(promise))
    address = f"/bureau/remise/{promise.pk}/"
    form = {
        "code": promise.device.code,
        "taken_by": "person",
        "signed_by": "attestation",
        "price": "50",
        "price_read": "8000",
    }
    first = desk.post(address, form)
    assert first.status_code == 422
    assert "I paid 50.00" in first.content.decode()
    assert desk.post(address, form | {"price_read": "5000"}).status_code == 302
    assert HandOver.objects.get(allocation=promise).price_cents == 5_000


def test_a_slip_is_undone_on_the_same_day(world: World, seen_by: See) -> None:
    desk = seen_by(world.counsellor)
    receipt = desk.post(address_of(world), form_of(world)).url  # type: ignore[attr-defined]
    assert f"{receipt}annuler/" in desk.get(receipt).content.decode()
    assert desk.post(f"{receipt}annuler/", {"once": "a"}).status_code == 302
    world.reserved.device.refresh_from_db()
    assert world.reserved.device.state == State.ALLOCATED
    assert "counts no more" in desk.get(receipt).content.decode()


def test_a_device_comes_back_at_the_desk_or_the_workshop(world: World, seen_by: See) -> None:
    device = world.given.allocation.device
    answer = seen_by(world.technician).post("/retour/", {"code": device.code, "reason": "fault"})
    assert answer.status_code == 302
    device.refresh_from_db()
    assert device.state == State.RETURNED
    again = seen_by(world.counsellor).post("/retour/", {"code": device.code, "reason": "fault"})
    assert again.status_code == 422


def test_a_device_on_the_shelf_cannot_come_back(
    world: World, seen_by: See, nothing_changed: Any
) -> None:
    with nothing_changed(world.ready):
        form = {"code": world.ready.code, "reason": "fault"}
        answer = seen_by(world.technician).post("/retour/", form)
    assert answer.status_code == 422
