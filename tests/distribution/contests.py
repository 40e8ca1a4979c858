"""Two who want the same thing at the same moment: one gets it, the other is told why.

`prepare` makes the rows and gives their numbers; `play` is one contender's move in one
contest, in a thread or in a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

Ids = dict[str, Any]
DONE = "done"
# What the slower one is told.
LOSES_WITH = {
    "one device for two people": "forbidden_move",
    "two devices for one line": "already_allocated",
    "one device handed over twice": "not_reserved",
    "handed over and released": "not_reserved",
    "one person asks in two structures": "person_limit_reached",
    "one counsellor's last free place": "counsellor_limit_reached",
    "one device taken back twice": "forbidden_move",
    "one hand-over undone twice": "cannot_undo",
}


def prepare() -> Ids:
    """Make a fresh set of rows for every contest."""
    from tests.distribution import factories as make  # noqa: PLC0415
    from tests.factories import a_coordinator, a_counsellor, a_technician  # noqa: PLC0415

    coordinator, bench = a_coordinator(), a_technician()
    desks = [a_counsellor(), a_counsellor()]
    many = make.a_programme(devices_per_person=99, open_requests_per_counsellor=99)
    strict = make.a_programme(devices_per_person=1, open_requests_per_counsellor=99)
    narrow = make.a_programme(devices_per_person=99, open_requests_per_counsellor=1)

    def line() -> int:
        return make.a_request(by=desks[0], programme=many).lines.get().pk

    def code() -> str:
        return make.a_ready_device(by=bench).code

    def promise() -> Any:
        request = make.a_request(by=desks[0], programme=many)
        return make.an_allocation(request=request, device=make.a_ready_device(by=bench))

    given = [make.a_hand_over(allocation=promise()) for _ in range(2)]
    return {
        "coordinator": coordinator.pk,
        "bench": bench.pk,
        "desks": [desk.pk for desk in desks],
        "lines": [line(), line()],
        "code": code(),
        "line": line(),
        "codes": [code(), code()],
        "promises": [promise().pk, promise().pk],
        "strict": strict.pk,
        "same": [make.a_person(by=desk, name="Zoé Inventée").pk for desk in desks],
        "narrow": narrow.pk,
        "people": [make.a_person(by=desks[0]).pk for _ in desks],
        "held": given[0].allocation.device.code,
        "given": given[1].pk,
    }


def play(name: str, ids: Ids, index: int) -> str:
    """Make one contender's move; give `done` or the code of the refusal."""
    from backend.core.errors import Refusal  # noqa: PLC0415

    try:
        _moves()[name](ids, index)
    except Refusal as refusal:
        return refusal.code
    return DONE


def _moves() -> dict[str, Callable[[Ids, int], Any]]:
    from backend.accounts.models import Membership  # noqa: PLC0415
    from backend.distribution import operations as do  # noqa: PLC0415
    from backend.distribution.models import Programme  # noqa: PLC0415
    from tests.distribution.factories import DAY_ONE  # noqa: PLC0415

    at = DAY_ONE + timedelta(hours=1)

    def hat(pk: int) -> Membership:
        return Membership.objects.select_related("organisation", "user").get(pk=pk)

    def allocate(ids: Ids, line: int, code: str) -> Any:
        return do.allocate_device(line=line, code=code, by=hat(ids["coordinator"]), at=at)

    def hand_over(ids: Ids, promise: int) -> Any:
        by = hat(ids["desks"][0])
        words: Any = {"taken_by": "person", "signed_by": "attestation"}
        return do.hand_over_device(allocation=promise, by=by, at=at, **words)

    def release(ids: Ids, promise: int) -> Any:
        by = hat(ids["coordinator"])
        return do.release_allocation(allocation=promise, reason="moved", by=by, at=at)

    def ask(desk: int, person: int, programme: int) -> Any:
        return do.submit_request(
            beneficiary=person,
            programme=Programme.objects.get(pk=programme),
            needs=[{"kind": "laptop"}],
            purpose="rights",
            by=hat(desk),
            at=at,
        )

    def take_back(ids: Ids, _index: int) -> Any:
        by = hat(ids["bench"])
        return do.take_back_device(code=ids["held"], reason="fault", by=by, at=at)

    def undo(ids: Ids, _index: int) -> Any:
        return do.undo_hand_over(hand_over=ids["given"], by=hat(ids["desks"][0]), at=at)

    return {
        "one device for two people": lambda ids, i: allocate(ids, ids["lines"][i], ids["code"]),
        "two devices for one line": lambda ids, i: allocate(ids, ids["line"], ids["codes"][i]),
        "one device handed over twice": lambda ids, i: hand_over(ids, ids["promises"][0]),
        "handed over and released": lambda ids, i: (hand_over, release)[i](
            ids, ids["promises"][1]
        ),
        "one person asks in two structures": lambda ids, i: ask(
            ids["desks"][i], ids["same"][i], ids["strict"]
        ),
        "one counsellor's last free place": lambda ids, i: ask(
            ids["desks"][0], ids["people"][i], ids["narrow"]
        ),
        "one device taken back twice": take_back,
        "one hand-over undone twice": undo,
    }


def main() -> None:
    """Play all contests as one of two processes, in step with the other."""
    import django  # noqa: PLC0415

    django.setup()
    folder, index = Path(sys.argv[1]), int(sys.argv[2])
    ids = json.loads((folder / "ids.json").read_text())
    outcomes = {}
    for number, name in enumerate(LOSES_WITH):
        (folder / f"{number}-{index}").touch()
        while not (folder / f"{number}-{1 - index}").exists():
            time.sleep(0.001)
        outcomes[name] = play(name, ids, index)
    print(json.dumps(outcomes))  # noqa: T201


if __name__ == "__main__":
    main()
