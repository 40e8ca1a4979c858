"""What the API's hot answers cost, beside the smallest view that does the same.

`python -m benchmarks [--rounds N]` works on a SQLite database in memory that it throws away.
The floor of each figure is a bare DRF view with the same SQL and no rule, so that the ratio
tells what the house adds, whatever the machine.
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

from backend.core.models import Event  # noqa: E402
from backend.inventory.models import Device  # noqa: E402
from benchmarks.labels import label_figures  # noqa: E402
from tests.api.doors import door  # noqa: E402
from tests.inventory.stories import NOW, Workshop  # noqa: E402

SCANS = 50


class Floor(APIView):
    """A bare view: no capability, no rule, no event but one insert."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    capabilities = {"get": "public", "post": "public"}

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
                Event.objects.create(
                    kind="x",
                    subject_type="device",
                    subject_id=device.pk,
                    actor_label="x",
                    happened_at=NOW,
                    recorded_at=timezone.now(),
                )
        return Response({"done": len(request.data["codes"])})


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

    def floor(number: int) -> Any:
        asked = {"codes": [next(codes) for _code in range(number)]}
        return view(bare.post("/", asked, format="json")).render()

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
            lambda: floor(1),
        ),
        (f"a batch of {SCANS} scans", scan, lambda: floor(SCANS)),
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
    for name, ours, least in figures(rounds) + label_figures(rounds):
        print(f"{name:28}{ours:9.2f}{least:9.2f}{ours / least:8.1f}")


main()
