"""Short stories to tell: real operations that leave events behind."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from backend.accounts.models import Membership
from backend.core import operations as core
from backend.inventory import operations as inventory
from backend.inventory.models import Device, LabelBatch, Pledge


def tell_everything() -> None:
    """Let everybody hear what waits in the outbox, as the sweep does."""
    at = timezone.now()
    for event_id in core.due_events(at=at):
        core.tell_event(event_id=event_id, at=at)


def a_pledge(*, lines: Sequence[dict[str, Any]] | None = None, **facts: Any) -> Pledge:
    """A pledge of the public form."""
    written: dict[str, Any] = {
        "donor_name": "Société Exemple",
        "legal_type": "company",
        "siren": "",
        "contact_name": "Camille Exemple",
        "contact_email": "camille@exemple.example",
        "language": "fr",
        "address": "1 rue de l'Exemple, Lyon",
        "territory": "69",
    } | facts
    return inventory.announce_pledge(
        facts=written,  # type: ignore[arg-type]
        lines=lines or [{"kind": "laptop", "quantity": 3, "maker": "Dell", "model": "5490"}],  # type: ignore[list-item]
        by=None,
        at=timezone.now(),
    )


def labels(count: int, *, by: Membership) -> list[str]:
    """Codes of fresh labels of a workshop."""
    batch: LabelBatch = inventory.mint_labels(
        quantity=count, workshop=by.organisation, by=by, at=timezone.now()
    )
    return list(batch.labels.values_list("code", flat=True))


def received(pledge: Pledge, count: int, *, by: Membership) -> list[Device]:
    """So many devices of a pledge's first line, booked in at a bench."""
    line = pledge.lines.get()
    return [
        inventory.receive_device(code=code, line=line, facts={}, by=by, at=timezone.now())
        for code in labels(count, by=by)
    ]


def html_of(mail: Any) -> str:
    """The HTML of a mail."""
    assert isinstance(mail, EmailMultiAlternatives)
    return str(mail.alternatives[0][0])
