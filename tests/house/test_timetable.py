"""The clock runs what exists, and what it should run is in its table."""

import inspect
from importlib import import_module

from celery import Task
from django.conf import settings

from backend.config.celery import app


def our_tasks() -> dict[str, Task]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith("backend.")}


def test_every_entry_of_the_timetable_is_a_task() -> None:
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named <= set(our_tasks())


def test_every_task_without_an_argument_is_in_the_timetable() -> None:
    periodic = {name for name, task in our_tasks().items() if not takes_arguments(task)}
    assert periodic == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def takes_arguments(task: Task) -> bool:
    module, name = task.name.rsplit(".", 1)
    return bool(inspect.signature(getattr(import_module(module), name).run).parameters)


def test_no_task_outlives_the_moment_when_the_queue_gives_it_to_another() -> None:
    too_long = [
        name
        for name, task in our_tasks().items()
        if (task.time_limit or settings.CELERY_TASK_TIME_LIMIT) > settings.LONGEST_TASK
    ]
    assert not too_long
