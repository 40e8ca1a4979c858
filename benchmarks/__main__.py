"""What the API's hot answers cost, beside the smallest view that does the same.

`python -m benchmarks [--rounds N]` works on a SQLite database in memory, or on a test database
beside that of `DATABASE_URL`, and throws it away.
The floor of each figure is a bare DRF view with the same SQL and no rule, so that the ratio
tells what the house adds, whatever the machine. The floor of a batch writes the same rows by
bulk statements; a peer's figure was measured elsewhere, so only its order of size tells.
"""

import argparse
import os
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.test")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.test import APIRequestFactory  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from backend.inventory.models import Device  # noqa: E402
from benchmarks.labels import label_figures  # noqa: E402
from benchmarks.scans import (  # noqa: E402
    PEER_CHANGES_A_SECOND,
    SCANS,
    TRIAGED,
    an_event,
    scan_figures,
)
from benchmarks.times import milliseconds  # noqa: E402
from tests.api.doors import door  # noqa: E402
from tests.inventory.stories import Workshop  # noqa: E402


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
        """Update one device, insert one event."""
        with transaction.atomic():
            device = Device.objects.select_for_update().get(code=request.data["code"])
            device.state = "in_workshop"
            device.save(update_fields=["state"])
            an_event(device).save()
        return Response({"done": 1})


def figures(rounds: int) -> list[tuple[str, float, float]]:
    """Measure each hot answer and its floor."""
    workshop = Workshop()
    program, bare, view = door(workshop.technician), APIRequestFactory(), Floor.as_view()

    def devices(number: int) -> list[str]:
        batch = workshop.labels(number)
        codes = list(batch.labels.values_list("code", flat=True))
        return [workshop.receive("monitor", code=code).code for code in codes]

    codes = iter(devices((rounds + 1) * 2))
    looked_up = next(iter(devices(1)))
    facts = {"decision": "repair", "reason": "starts"}

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
            lambda: view(bare.post("/", {"code": next(codes)}, format="json")).render(),
        ),
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
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    print(f"{'':28}{'ms':>9}{'floor':>9}{'ratio':>8}")
    found = figures(rounds) + scan_figures(rounds) + label_figures(rounds)
    for name, ours, least in found:
        print(f"{name:28}{ours:9.2f}{least:9.2f}{ours / least:8.1f}")
    batch = next(ours for name, ours, _least in found if name == TRIAGED)
    print(f"{TRIAGED}: {SCANS * 1000 / batch:.0f} a second; best peer {PEER_CHANGES_A_SECOND}")
    connection.creation.destroy_test_db(name, verbosity=0)


main()
