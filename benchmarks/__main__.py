"""What the API's hot answers cost, beside the smallest view that does the same.

`python -m benchmarks [--rounds N]` works on a SQLite database in memory that it throws away.
The floor of each figure is a bare DRF view with the same SQL and no rule, so that the ratio
tells what the house adds, whatever the machine. The floor of a batch writes the same rows by
bulk statements; a peer's figure was measured elsewhere, so only its order of size tells.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.test")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.test import APIRequestFactory  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from backend.core.models import Answer, Event, Outbox  # noqa: E402
from backend.inventory.models import Device, Inspection  # noqa: E402
from benchmarks.labels import label_figures  # noqa: E402
from tests.api.doors import door  # noqa: E402
from tests.inventory.stories import NOW, Workshop  # noqa: E402

SCANS = 100
PEER_CHANGES_A_SECOND = 922  # the fastest peer, 100 changes in one call, on two cores
BATCH = f"a batch of {SCANS} scans"


class Floor(APIView):
    """A bare view: no capability, no rule, no event but one insert."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    capabilities = {"get": "public", "post": "public", "put": "public"}

    def get(self, request: Request) -> Response:
        """Read one device, or a page of fifty."""
        code = request.query_params.get("code")
        rows = Device.objects.values()
        return Response(rows.filter(code=code).first() if code else list(rows[:50]))

    def post(self, request: Request) -> Response:
        """Update as many devices as asked, one insert each."""
        with transaction.atomic():
            for code in request.data["codes"]:
                device = Device.objects.select_for_update().get(code=code)
                device.state = "in_workshop"
                device.save(update_fields=["state"])
                _event(device).save()
        return Response({"done": len(request.data["codes"])})

    def put(self, request: Request) -> Response:
        """Update as many devices as asked, and write the rows of a triage, a statement a table."""
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
            events = Event.objects.bulk_create(map(_event, devices))
            Outbox.objects.bulk_create(Outbox(event=e, next_try_at=NOW) for e in events)
            Answer.objects.bulk_create(
                Answer(actor="x", key=device.code, fingerprint="x", status=200, body={})
                for device in devices
            )
        return Response({"done": len(devices)})


def _event(device: Device) -> Event:
    return Event(
        kind="x",
        subject_type="device",
        subject_id=device.pk,
        actor_label="x",
        happened_at=NOW,
        recorded_at=timezone.now(),
    )


def milliseconds(act: Callable[[], Any], rounds: int) -> float:
    """Give the median of `rounds` runs, the first one left out."""
    times = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        answer = act()
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code < 300, answer  # noqa: S101
    return statistics.median(times[1:])


def figures(rounds: int) -> list[tuple[str, float, float]]:
    """Measure each hot answer and its floor."""
    workshop = Workshop()
    program, bare, view = door(workshop.technician), APIRequestFactory(), Floor.as_view()

    def devices(number: int) -> list[str]:
        batch = workshop.labels(number)
        codes = list(batch.labels.values_list("code", flat=True))
        return [workshop.receive("monitor", code=code).code for code in codes]

    codes = iter(devices((rounds + 1) * (2 + 2 * SCANS)))
    looked_up = next(iter(devices(1)))
    facts = {"decision": "repair", "reason": "starts"}

    def scan() -> Any:
        scans = [
            {"client_id": code, "code": code, "action": "triage", "at": NOW, "facts": facts}
            for code in (next(codes) for _scan in range(SCANS))
        ]
        return program.send("scans/", {"scans": scans})

    def floor(send: Callable[..., Any], number: int) -> Any:
        asked = {"codes": [next(codes) for _code in range(number)]}
        return view(send("/", asked, format="json")).render()

    pairs: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        (
            "look a code up",
            lambda: program.read(f"devices/{looked_up}/"),
            lambda: view(bare.get("/", {"code": looked_up})).render(),
        ),
        (
            "move a device",
            lambda: program.send(
                f"devices/{(code := next(codes))}/triage/", facts, HTTP_IDEMPOTENCY_KEY=code
            ),
            lambda: floor(bare.post, 1),
        ),
        (BATCH, scan, lambda: floor(bare.put, SCANS)),
        (
            "a page of 50 devices",
            lambda: program.read("devices/"),
            lambda: view(bare.get("/")).render(),
        ),
    ]
    return [
        (name, milliseconds(ours, rounds), milliseconds(least, rounds))
        for name, ours, least in pairs
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    setup_test_environment()
    call_command("migrate", verbosity=0)
    print(f"{'':28}{'ms':>9}{'floor':>9}{'ratio':>8}")
    found = figures(rounds)
    for name, ours, least in found + label_figures(rounds):
        print(f"{name:28}{ours:9.2f}{least:9.2f}{ours / least:8.1f}")
    batch = next(ours for name, ours, _least in found if name == BATCH)
    print(f"{BATCH}: {SCANS * 1000 / batch:.0f} a second; best peer {PEER_CHANGES_A_SECOND}")


main()
