"""Who is told what: one row per event, sort of news and recipient, and how it went."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.inventory.models import Pledge
from backend.notifications.choices import NoticeState, RecipientKind, Rhythm, Template


class Recipient(NamedTuple):
    """Whom to tell, by reference: the address is looked up when the mail leaves."""

    kind: str
    id: int


class Batch(NamedTuple):
    """What goes into one mail: one sort of news about one topic for one recipient."""

    recipient: Recipient
    template: str
    topic: str


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices in the words of those who look for them."""

    def pending(self) -> "NoticeQuerySet":
        """Give those still to be told."""
        return self.filter(state=NoticeState.PENDING)

    def to(self, recipient: Recipient) -> "NoticeQuerySet":
        """Give those of one recipient."""
        return self.filter(recipient_kind=recipient.kind, recipient_id=recipient.id)

    def of_batch(self, batch: Batch) -> "NoticeQuerySet":
        """Give what goes into one mail together, oldest first."""
        same = self.pending().to(batch.recipient).filter(rhythm=Rhythm.AT_ONCE)
        return same.filter(template=batch.template, topic=batch.topic).order_by("pk")

    def due_batches(self, *, at: datetime, since: datetime) -> list[Batch]:
        """Give the batches to send now, the one that waits longest first.

        A batch is due when its last notice has settled, so that it grows while devices keep
        coming; one that has been due since `since` is not kept waiting any longer.
        """
        groups = (
            self.pending()
            .filter(rhythm=Rhythm.AT_ONCE)
            .values_list("recipient_kind", "recipient_id", "template", "topic")
            .annotate(first=Min("due_at"), last=Max("due_at"))
            .filter(Q(last__lte=at) | Q(first__lte=since))
            .order_by("first")
        )
        return [
            Batch(Recipient(kind, number), template, topic)
            for kind, number, template, topic, _first, _last in groups
        ]

    def due_digests(self, *, at: datetime) -> list[Recipient]:
        """Give who wants one mail a day and has something in it now."""
        due = self.pending().filter(rhythm=Rhythm.DAILY, due_at__lte=at)
        return [
            Recipient(kind, number)
            for kind, number in due.values_list("recipient_kind", "recipient_id")
            .order_by("recipient_kind", "recipient_id")
            .distinct()
        ]

    def of_digest(self, recipient: Recipient, *, at: datetime) -> "NoticeQuerySet":
        """Give what goes into one person's mail of the day."""
        due = self.pending().to(recipient).filter(rhythm=Rhythm.DAILY, due_at__lte=at)
        return due.order_by("template", "topic", "pk")

    def locked(self) -> "NoticeQuerySet":
        """Lock the rows, leaving out what another worker is sending at this moment."""
        return self.select_for_update(skip_locked=True, of=("self",)).select_related("event")

    def read_by(self, person: User) -> "NoticeQuerySet":
        """Give what a person was told, as a user or as the contact of a pledge."""
        pledges = Pledge.objects.filter(contact_email__iexact=person.email).values("pk")
        return self.filter(
            Q(recipient_kind=RecipientKind.PERSON, recipient_id=person.pk)
            | Q(recipient_kind=RecipientKind.PLEDGE, recipient_id__in=pledges)
        )


class Notice(models.Model):
    """The proof that an event was told to somebody, once.

    Written in the transaction that takes the event out of the outbox; the unique constraint
    makes telling twice impossible. `due_at` is when it may leave, `topic` what it is about
    (`pledge:12`): pending notices of one recipient, template and topic leave as one mail with
    one `message_id`. `last_error` is the class of the last error, never its text, which may
    hold an address.
    """

    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="notices")
    template = models.CharField(_("news"), max_length=30, choices=Template)
    topic = models.CharField(_("about"), max_length=40)
    recipient_kind = models.CharField(_("to"), max_length=10, choices=RecipientKind)
    recipient_id = models.BigIntegerField()
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.AT_ONCE)
    state = models.CharField(
        _("state"), max_length=8, choices=NoticeState, default=NoticeState.PENDING
    )
    due_at = models.DateTimeField(_("due"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=120, blank=True)
    message_id = models.CharField(max_length=120, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                name="notice_waiting", fields=["due_at"], condition=Q(state=NoticeState.PENDING)
            ),
            models.Index(
                name="notice_by_recipient", fields=["recipient_kind", "recipient_id", "id"]
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="notice_told_once",
                fields=["event", "template", "recipient_kind", "recipient_id"],
                violation_error_message=_("This was told already."),
            ),
            models.CheckConstraint(
                name="notice_sent_has_its_moment",
                condition=Q(state=NoticeState.SENT, sent_at__isnull=False)
                | (~Q(state=NoticeState.SENT) & Q(sent_at=None)),
                violation_error_message=_("A notice that was sent has a date."),
            ),
        ]

    def __str__(self) -> str:
        """Say what goes to whom."""
        return f"{self.template} → {self.recipient_kind}:{self.recipient_id}"

    @property
    def recipient(self) -> Recipient:
        """Whom it tells."""
        return Recipient(self.recipient_kind, self.recipient_id)


class Preference(models.Model):
    """How often a person wants one sort of news; without a row, as the table of news says."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="notice_preferences"
    )
    template = models.CharField(_("news"), max_length=30, choices=Template)
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(name="preference_once", fields=["user", "template"]),
        ]

    def __str__(self) -> str:
        """Show the choice."""
        return f"{self.template}: {self.rhythm}"

    @classmethod
    def rhythms_of(cls, user: Any) -> dict[str, str]:
        """Give a person's choices: template → rhythm."""
        return dict(cls.objects.filter(user=user).values_list("template", "rhythm"))
