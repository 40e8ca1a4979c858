"""What a hundred scans sent together cost, beside the same rows written by bulk statements."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from backend.core.models import Answer, Event, Outbox
from backend.inventory.models import Device, Inspection
from benchmarks.times import milliseconds
from tests.api.doors import door
from tests.inventory.stories import NOW, Workshop, all_yes, an_accepted_pledge

SCANS = 100
PEER_CHANGES_A_SECOND = 922  # the fastest peer, 100 changes in one call, on two cores
TRIAGED = f"{SCANS} scans, one action"
ERASED = {"method": "purge", "tool": "nwipe", "tool_version": "0.38", "verification": "read"}
ERASED["attestation"] = "I saw each of them end."
LATER = (NOW + timedelta(hours=1)).isoformat()
Scan = dict[str, Any]


class BatchFloor(APIView):
    """A bare view: no capability, no rule, each row of a triage written, a statement a table."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    capabilities = {"post": "public"}

    def post(self, request: Request) -> Response:
        """Write what a triage of these devices writes."""
        with transaction.atomic():
            found = Device.objects.filter(code__in=request.data["codes"])
            devices = list(found.order_by("pk").select_for_update())
            for device in devices:
                device.state, device.changed_at = "in_workshop", NOW
            Device.objects.bulk_update(devices, ["state", "changed_at"])
            Inspection.objects.bulk_create(
                Inspection(device=device, by_id=1, at=NOW, decision="repair", reason="starts")
                for device in devices
            )
            events = Event.objects.bulk_create(map(an_event, devices))
            Outbox.objects.bulk_create(Outbox(event=e, next_try_at=NOW) for e in events)
            Answer.objects.bulk_create(
                Answer(actor="x", key=device.code, fingerprint="x", status=200, body={})
                for device in devices
            )
        return Response({"done": len(devices)})


def an_event(device: Device) -> Event:
    """Compose one event of a device, not yet written."""
    return Event(
        kind="x",
        subject_type="device",
        subject_id=device.pk,
        actor_label="x",
        happened_at=NOW,
        recorded_at=timezone.now(),
    )


def scan_figures(rounds: int) -> list[tuple[str, float, float]]:
    """Measure a batch of one action and one of six; both beside the floor of the first."""
    workshop = Workshop()
    program, bare, view = door(workshop.technician), APIRequestFactory(), BatchFloor.as_view()
    line, site = an_accepted_pledge(workshop).lines.get().pk, workshop.site().pk
    numbers = iter(range(10**9))

    def codes(number: int) -> list[str]:
        return list(workshop.labels(number).labels.values_list("code", flat=True))

    def received(number: int) -> list[str]:
        return [workshop.receive(code=code).code for code in codes(number)]

    def scan(action: str, code: str, **facts: Any) -> Scan:
        said = {"client_id": str(next(numbers)), "code": code, "action": action, "at": LATER}
        return {**said, "facts": facts}

    def triages(codes: list[str]) -> list[Scan]:
        return [scan("triage", code, decision="repair", reason="starts") for code in codes]

    def day() -> list[Scan]:
        """Six actions, ten of the scans made twice."""
        tenth = SCANS // 10
        fresh, old = codes(2 * tenth), received(2 * tenth)
        first, second = old[:tenth], old[tenth:]
        points = all_yes(Device.objects.get(code=old[0]))
        times = {"started_at": NOW.isoformat(), "ended_at": NOW.isoformat()}
        return [
            *(scan("receive", c, line=line, serial=f"S{c}", location=site) for c in fresh),
            *triages(old),
            *(scan("erase", code, **ERASED, **times) for code in old),
            *(scan("pass_quality_check", code, answers=points) for code in first),
            *(scan("place", code, location=site) for code in first),
            *(scan("undo", code) for code in first),
            *triages(second),
        ]

    def sent(batches: list[list[Scan]]) -> Callable[[], Any]:
        ahead = iter(batches)

        def send() -> Any:
            answer = program.send("scans/", {"scans": next(ahead)})
            assert b'"refused"' not in answer.content, answer.content  # noqa: S101
            return answer

        return send

    turns = range(rounds + 1)
    with transaction.atomic():  # made ahead: what is measured is the sending
        floors = iter([received(SCANS) for _turn in turns])
        batches = [triages(received(SCANS)) for _turn in turns]
        days = [day() for _turn in turns]
    floor = milliseconds(
        lambda: view(bare.post("/", {"codes": next(floors)}, format="json")).render(), rounds
    )
    return [
        (TRIAGED, milliseconds(sent(batches), rounds), floor),
        (f"{SCANS} scans, six actions", milliseconds(sent(days), rounds), floor),
    ]
