"""Do the steps of the plan through the operations that people use, as the people who do them."""

from collections.abc import Callable
from typing import Protocol

from backend.impact.replay.bench import Bench
from backend.impact.replay.desk import Desk
from backend.impact.replay.doors import Doors
from backend.impact.replay.made import Made
from backend.impact.replay.plan import Plan
from backend.impact.replay.steps import Step


class Room(Protocol):
    """Where some of the verbs of the plan are done."""

    def verbs(self) -> dict[str, Callable[[Step], None]]:
        """Give what is done here."""


class Driver:
    """Does each step in the room where its verb belongs."""

    def __init__(self, plan: Plan, made: Made) -> None:
        """Take the plan, and what earlier days have made of it."""
        rooms: tuple[Room, ...] = (Doors(plan, made), Bench(plan, made), Desk(plan, made))
        self._verbs = {verb: do for room in rooms for verb, do in room.verbs().items()}

    def do(self, steps: list[Step]) -> None:
        """Do one day's steps, in their order."""
        for step in steps:
            self._verbs[step.verb](step)
