"""Replay a year of the reference programme through the operations that people use."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import override

from backend.impact import figures, operations
from backend.impact.choices import Figure
from backend.impact.models import ReplayedDay
from backend.impact.replay import playing
from backend.impact.replay.plan import Plan, TooSmall, plan
from backend.impact.replay.progress import Progress

INTERRUPTED = 130


class Command(BaseCommand):
    """One simulated day is one transaction: what is interrupted goes on where it was."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read scale, seed and how to tell the result."""
        parser.add_argument(
            "--scale", type=float, default=1.0, help="share of the year's volume, from 0.01 (1)"
        )
        parser.add_argument("--seed", type=int, default=1, help="same seed, same year (1)")
        parser.add_argument(
            "--json", action="store_true", help="print the figures as one JSON object"
        )
        parser.add_argument(
            "--restart", action="store_true", help="drop the year replayed here and begin anew"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Plan, play, count twice, compare."""
        began = time.monotonic()
        try:
            year = plan(options["seed"], options["scale"])
            if options["restart"]:
                self._restart()
            playing.check_place(seed=year.seed, scale=year.scale)
        except TooSmall as error:
            raise CommandError(f"{error}: --scale from 0.01 upward.") from error
        except (playing.AnotherYearHere, playing.NotAReplay) as refusal:
            raise CommandError(str(refusal)) from refusal
        self._play(year)
        self._tell("Counting the year …")
        operations.recompute_touched_days()
        told, counted = figures.totals(), figures.recount()
        seconds = round(time.monotonic() - began, 1)
        if options["json"]:
            answer = {
                "figures": told,
                "recount": counted,
                "agree": told == counted,
                "scale": year.scale,
                "seed": year.seed,
                "seconds": seconds,
            }
            self.stdout.write(json.dumps(answer))
        else:
            self._show(told, counted, seconds)
        if told != counted:
            raise CommandError("The figures and the recount differ.")

    def _play(self, year: Plan) -> None:
        total = sum(len(steps) for steps in year.days.values())
        progress = Progress(total, done=playing.steps_done(year), out=sys.stderr)
        try:
            for day, steps in playing.play(year):
                progress.step(steps, day.isoformat())
        except KeyboardInterrupt:
            progress.end()
            self._tell("Stopped. The days done are kept: the same command goes on from there.")
            sys.exit(INTERRUPTED)
        progress.end()

    def _restart(self) -> None:
        """Drop the database of a replay, and only of a replay."""
        if not ReplayedDay.objects.exists():
            return
        if connection.vendor == "sqlite":
            file = Path(str(connection.settings_dict["NAME"]))
            connection.close()
            for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
                name.unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0)

    def _tell(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    def _show(self, told: dict[str, int], counted: dict[str, int], seconds: float) -> None:
        with override("en"):
            labels = {figure: str(figure.label) for figure in Figure}
        width = max(map(len, labels.values()))
        self.stdout.write(f"{'':{width}}  {'figures':>12}  {'recount':>12}")
        for figure in Figure:
            mark = "" if told[figure] == counted[figure] else "  ≠"
            numbers = f"{told[figure]:>12,}  {counted[figure]:>12,}"
            self.stdout.write(f"{labels[figure]:{width}}  {numbers}{mark}")
        self.stdout.write(f"{seconds:.0f} s")
