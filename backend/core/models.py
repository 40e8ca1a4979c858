"""What every app stands on: the event log, the outbox, remembered answers, numbering."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backend.core import batches, tables


class EventQuerySet(models.QuerySet["Event"]):
    """The event log in the words of its readers."""

    def about(self, subject: models.Model) -> "EventQuerySet":
        """Give the events of one subject."""
        return self.filter(subject_type=subject._meta.model_name, subject_id=subject.pk)

    def of_kind(self, *kinds: str) -> "EventQuerySet":
        """Give the events of these kinds."""
        return self.filter(kind__in=kinds)

    def in_order(self) -> "EventQuerySet":
        """Order as things happened; what was recorded first breaks a tie."""
        return self.order_by("happened_at", "pk")


class Event(models.Model):
    """Something that happened, for ever: the log is only added to, never changed.

    `happened_at` is when it was done, `recorded_at` when Rebond learnt of it (a scan made
    without network arrives later). `facts` holds ids, labels and counts, never personal data.
    `actor` has no foreign key: a person may be deleted, the log may not; `actor_label`
    (role, number, organisation) stays readable.
    """

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160)
    organisation_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(name="event_by_subject", fields=["subject_type", "subject_id", "id"]),
            models.Index(name="event_by_kind_and_moment", fields=["kind", "happened_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_not_in_the_future",
                condition=Q(happened_at__lte=F("recorded_at")),
                violation_error_message=_("An event cannot be dated in the future."),
            ),
        ]

    def __str__(self) -> str:
        """Name the event by what happened to what."""
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class OutboxQuerySet(models.QuerySet["Outbox"]):
    """What is still to be told."""

    def due(self, *, at: datetime) -> "OutboxQuerySet":
        """Give what may be told now, oldest first."""
        return self.filter(next_try_at__lte=at).order_by("pk")


class Outbox(models.Model):
    """An event that its listeners have not all heard yet; the row goes when they have."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, primary_key=True, related_name="outbox"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    last_error = models.CharField(max_length=120, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("event to tell")
        verbose_name_plural = _("events to tell")

    def __str__(self) -> str:
        """Name the row by its event."""
        return f"outbox of event {self.pk}"


class Answer(models.Model):
    """What a command was answered, so that its repetition is answered the same."""

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    given_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("remembered answer")
        verbose_name_plural = _("remembered answers")
        constraints = [
            models.UniqueConstraint(name="answer_once_per_key", fields=["actor", "key"]),
        ]

    def __str__(self) -> str:
        """Name the answer by its key."""
        return f"{self.actor} {self.key}"


class Counter(models.Model):
    """The last number given in a series of references (`P`, 2026 → 42)."""

    series = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(name="counter_once_per_series", fields=["series", "year"]),
        ]

    def __str__(self) -> str:
        """Show the last reference."""
        return f"{self.series}-{self.year}-{self.last:05}"


def insert(row: models.Model) -> None:
    """Write a new row: at once, or with the batch under way."""
    batch = batches.current()
    if batch is None:
        tables.insert_one(row)
    else:
        batch.insert(row)


def update(row: models.Model, *columns: str) -> None:
    """Write columns of a row that was looked up: at once, or with the batch under way."""
    batch = batches.current()
    if batch is None:
        row.save(update_fields=columns)
    else:
        batch.update(row, columns)
