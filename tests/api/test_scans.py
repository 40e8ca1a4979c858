"""Each scan of a list is answered by itself: done now, done before, or refused and why."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from backend.core import codes
from backend.core.models import Event
from backend.inventory import operations
from backend.inventory.choices import State, checklist_for
from backend.inventory.models import Device, Erasure
from tests.api.doors import Door, door
from tests.inventory.stories import NOW, Workshop, an_accepted_pledge

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
EVIDENCE = {
    "method": "purge",
    "tool": "nwipe",
    "tool_version": "0.38",
    "verification": "read back",
    "attestation": "I saw it end.",
    "started_at": NOW.isoformat(),
    "ended_at": NOW.isoformat(),
}
_numbers = count(1)


def scan(code: str, action: str, at: Any = LATER, **facts: Any) -> dict[str, Any]:
    return {
        "client_id": f"scan-{next(_numbers)}",
        "code": code,
        "action": action,
        "at": at.isoformat(),
        "facts": facts,
    }


def send(program: Door, *scans: dict[str, Any]) -> list[dict[str, Any]]:
    answer = program.send("scans/", {"scans": list(scans)})
    assert answer.status_code == 200, answer.json()
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [r["client_id"] for r in results] == [s["client_id"] for s in scans]
    return results


def one(program: Door, code: str, action: str, at: Any = LATER, **facts: Any) -> dict[str, Any]:
    (result,) = send(program, scan(code, action, at, **facts))
    return result


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.fixture
def bench(workshop: Workshop) -> Door:
    return door(workshop.manager)


class TestDoneBefore:
    def test_the_second_scan_says_when_and_by_whom(
        self, workshop: Workshop, bench: Door, nothing_changed: Any
    ) -> None:
        device = workshop.triage(workshop.receive())
        with nothing_changed(device):
            result = one(bench, device.code, "triage", decision="repair", reason="again")
        assert result["outcome"] == "already_done"
        assert result["done"] == {
            "at": "2026-09-15T10:00:00Z",
            "by_label": workshop.technician.actor_label,
        }
        assert result["device"]["state"] == State.IN_WORKSHOP
        assert result["problem"] is None

    @pytest.mark.parametrize(
        ("state", "action", "facts"),
        [
            (State.RECEIVED, "receive", {"kind": "laptop", "unexpected_reason": "door"}),
            (State.READY, "receive", {"kind": "laptop", "unexpected_reason": "door"}),
            (State.FOR_PARTS, "triage", {"decision": "parts", "reason": "x"}),
            (State.FOR_PARTS, "fail_quality_check", {"decision": "parts", "reason": "x"}),
            (State.READY, "pass_quality_check", {"answers": {}}),
            (State.READY, "erase", EVIDENCE),
            (State.RECYCLED, "recycle", {"mass_g": 1, "waste_slip": "BSD"}),
            (State.MISSING, "report_missing", {"reason": "x"}),
            (State.TO_RECYCLE, "dismantle", {}),
        ],
    )
    def test_what_is_there_already_is_no_refusal(
        self,
        workshop: Workshop,
        bench: Door,
        nothing_changed: Any,
        state: Any,
        action: str,
        facts: Any,
    ) -> None:
        device = workshop.device(state)
        with nothing_changed(device):
            result = one(bench, device.code, action, **facts)
        assert result["outcome"] == "already_done", result
        assert result["device"]["state"] == state

    def test_a_scan_made_before_a_colleague_did_the_same_is_done_already(
        self, workshop: Workshop, bench: Door
    ) -> None:
        device = workshop.triage(workshop.receive())
        early = NOW - timedelta(minutes=2)
        result = one(bench, device.code, "triage", early, decision="repair", reason="x")
        assert result["outcome"] == "already_done"

    def test_where_a_device_stands_it_is_not_placed_again(
        self, workshop: Workshop, bench: Door
    ) -> None:
        device, here, there = workshop.receive(), workshop.site(), workshop.site("Cellar")
        places = [here.pk, here.pk, there.pk, here.pk]
        results = send(bench, *[scan(device.code, "place", location=pk) for pk in places])
        assert [r["outcome"] for r in results] == ["applied", "already_done", "applied", "applied"]
        assert Event.objects.of_kind("device.placed").count() == 3

    def test_what_was_undone_leads_back_to_where_the_step_before_led(
        self, workshop: Workshop, bench: Door
    ) -> None:
        device, here, there = workshop.receive(), workshop.site(), workshop.site("Cellar")
        results = send(
            bench,
            scan(device.code, "place", location=here.pk),
            scan(device.code, "place", location=there.pk),
            scan(device.code, "undo"),
            scan(device.code, "place", location=here.pk),
        )
        assert [r["outcome"] for r in results] == ["applied"] * 3 + ["already_done"]

    def test_a_failed_check_may_be_recorded_twice(self, workshop: Workshop, bench: Door) -> None:
        device = workshop.device(State.IN_WORKSHOP)
        facts = {"decision": "repair", "reason": "keyboard"}
        results = send(bench, *[scan(device.code, "fail_quality_check", **facts) for _ in "12"])
        assert [r["outcome"] for r in results] == ["applied", "applied"]

    def test_a_device_never_missing_is_not_found_already(
        self, workshop: Workshop, bench: Door
    ) -> None:
        result = one(bench, workshop.receive().code, "find")
        assert (result["outcome"], result["problem"]["code"]) == ("refused", "forbidden_move")

    def test_a_found_device_is_found_once(self, workshop: Workshop, bench: Door) -> None:
        device = workshop.device(State.MISSING)
        results = send(bench, scan(device.code, "find"), scan(device.code, "find"))
        assert [r["outcome"] for r in results] == ["applied", "already_done"]

    def test_the_same_scan_sent_again_is_applied_already_and_not_done_already(
        self, workshop: Workshop, bench: Door
    ) -> None:
        again = scan(workshop.receive().code, "triage", decision="repair", reason="x")
        assert [r["outcome"] for r in send(bench, again, again)] == ["applied", "already_applied"]
        assert send(bench, again)[0]["outcome"] == "already_applied"


class TestWhoseLabel:
    def test_another_organisations_device_is_said_to_be_elsewhere_and_no_more(
        self, bench: Door
    ) -> None:
        foreign = Workshop().ready()
        for action, facts in [("triage", {"decision": "repair", "reason": "x"}), ("find", {})]:
            result = one(bench, foreign.code, action, **facts)
            assert (result["outcome"], result["device"]) == ("refused", None)
            assert result["problem"]["code"] == "elsewhere"
            assert result["problem"].keys() == {"type", "title", "status", "detail", "code"}

    def test_another_workshops_blank_label_is_elsewhere(self, bench: Door) -> None:
        facts = {"kind": "laptop", "unexpected_reason": "door"}
        result = one(bench, Workshop().label(), "receive", **facts)
        assert result["problem"]["code"] == "elsewhere"

    def test_a_code_on_no_label_is_unknown(self, bench: Door) -> None:
        result = one(bench, codes.mint(), "find")
        assert result["problem"]["code"] == "unknown_code"

    def test_a_blank_label_of_ours_is_to_be_received_first(
        self, workshop: Workshop, bench: Door
    ) -> None:
        result = one(bench, workshop.label(), "triage", decision="repair", reason="x")
        assert (result["outcome"], result["problem"]["code"]) == ("refused", "not_received_yet")


class TestErase:
    def test_one_scan_erases_the_only_drive(self, workshop: Workshop, bench: Door) -> None:
        device = workshop.device(State.IN_WORKSHOP)
        result = one(bench, device.code, "erase", **EVIDENCE)
        assert (result["outcome"], result["device"]["pending_units"]) == ("applied", 0)
        erasure = Erasure.objects.get(unit__device=device)
        assert (erasure.result, erasure.errors, erasure.tool) == ("erased", 0, "nwipe")
        assert Event.objects.get(kind="storage_unit.erased").happened_at == LATER

    def test_two_drives_are_erased_on_the_devices_page(
        self, workshop: Workshop, bench: Door, nothing_changed: Any
    ) -> None:
        device = workshop.device(State.IN_WORKSHOP)
        operations.add_storage_unit(
            code=device.code, facts={"medium": "ssd"}, by=workshop.technician, at=NOW
        )
        device.refresh_from_db()
        with nothing_changed(device):
            result = one(bench, device.code, "erase", **EVIDENCE)
        assert result["problem"]["code"] == "not_one_unit"

    def test_nothing_to_erase_is_refused(self, workshop: Workshop, bench: Door) -> None:
        result = one(bench, workshop.receive("monitor").code, "erase", **EVIDENCE)
        assert result["problem"]["code"] == "not_one_unit"

    @pytest.mark.parametrize("missing", ["verification", "attestation"])
    def test_without_verification_and_attestation_nothing_is_erased(
        self, workshop: Workshop, bench: Door, nothing_changed: Any, missing: str
    ) -> None:
        device = workshop.receive()
        with nothing_changed(device):
            result = one(bench, device.code, "erase", **{**EVIDENCE, missing: ""})
        assert result["problem"]["code"] == "invalid_input"


def test_an_expected_machine_is_received_as_its_line_announces_it(
    workshop: Workshop, bench: Door
) -> None:
    line = an_accepted_pledge(workshop).lines.get()
    line.maker, line.model, line.year = "Dell", "Latitude", 2021
    line.save()
    place = workshop.site()
    results = send(
        bench,
        scan(workshop.label(), "receive", line=line.pk, location=place.pk),
        scan(workshop.label(), "receive", line=line.pk, maker="HP", kind="tablet"),
    )
    rows = [r["device"] for r in results]
    shown = [(row["kind"], row["maker"], row["year"], row["location"]) for row in rows]
    assert shown == [("laptop", "Dell", 2021, place.pk), ("tablet", "HP", 2021, None)]


def test_scans_are_applied_in_the_order_sent(workshop: Workshop, bench: Door) -> None:
    code = workshop.label()
    facts = {"kind": "laptop", "unexpected_reason": "door"}
    results = send(
        bench,
        scan(code, "triage", decision="repair", reason="x"),
        scan(code, "receive", **facts),
        scan(code, "triage", decision="repair", reason="x"),
        scan(code, "erase", **EVIDENCE),
        scan(code, "pass_quality_check", answers=dict.fromkeys(checklist_for("laptop"), True)),
        scan(code, "undo"),
    )
    assert [r["outcome"] for r in results] == ["refused"] + ["applied"] * 5
    assert Device.objects.get(code=code).state == State.IN_WORKSHOP


def test_a_later_batch_may_not_go_back_before_the_devices_last_event(
    workshop: Workshop, bench: Door, nothing_changed: Any
) -> None:
    device = workshop.receive()
    assert one(bench, device.code, "triage", decision="repair", reason="x")["outcome"] == "applied"
    device.refresh_from_db()
    with nothing_changed(device):
        result = one(bench, device.code, "unlock", LATER - timedelta(seconds=1))
    assert result["problem"]["code"] == "before_last_event"
