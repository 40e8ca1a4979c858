"""Play the plan, one transaction a day: an interruption loses the day under way at most."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils import timezone

from backend.core import events
from backend.core.models import Event, Outbox
from backend.core.operations import due_events
from backend.core.transactions import one_transaction
from backend.impact.models import ReplayedDay
from backend.impact.replay.driving import Driver
from backend.impact.replay.made import Made
from backend.impact.replay.plan import Plan


class AnotherYearHere(ValueError):
    """The database holds a year of another seed or scale."""


class NotAReplay(ValueError):
    """The database holds something that is no replay."""


def check_place(*, seed: int, scale: float) -> None:
    """Refuse a database that holds another year, or real work.

    Raises AnotherYearHere and NotAReplay.
    """
    begun = ReplayedDay.objects.order_by("day").first()
    if begun is None and Event.objects.exists():
        raise NotAReplay(
            "This database holds other work than a replay: choose another folder with "
            "--data-dir DIR. Nothing was changed."
        )
    if begun is not None and (begun.seed, begun.scale) != (seed, scale):
        raise AnotherYearHere(
            f"This folder holds the year of seed {begun.seed} at scale {begun.scale:g}. Ask for "
            "the same, choose another folder with --data-dir DIR, or begin anew with --restart."
        )


def play(plan: Plan) -> Iterator[tuple[date, int]]:
    """Play each day that is not yet done; give it with its number of steps once it is kept."""
    made, done = Made(), set()
    for over in ReplayedDay.objects.order_by("day"):
        made.learn(over.made)
        done.add(over.day)
    driver = Driver(plan, made)
    with events.unheard(), _settled_memory():
        for day, steps in plan.days.items():
            if day in done:
                continue
            with one_transaction():
                driver.do(steps)
                _tell_everything()
                ReplayedDay.objects.create(
                    day=day, seed=plan.seed, scale=plan.scale, made=made.forget_today()
                )
            yield day, len(steps)


@contextmanager
def _settled_memory() -> Iterator[None]:
    """Tell Python that the plan stays: looking through it again takes a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _tell_everything() -> None:
    """Let the real listeners hear what the day wrote, in its own transaction.

    What `tell_event` does, for many: here nobody else tells, and the day stands or falls whole.
    """
    while waiting := due_events(at=timezone.now()):
        for event in Event.objects.filter(pk__in=waiting).order_by("pk"):
            for listener in events.listeners_of(event.kind):
                listener(event=event)
        Outbox.objects.filter(pk__in=waiting).delete()


def steps_done(plan: Plan) -> int:
    """Give how many steps of the plan earlier runs have done."""
    done = set(ReplayedDay.objects.values_list("day", flat=True))
    return sum(len(steps) for day, steps in plan.days.items() if day in done)
