"""A process that acts on a real database like a web process would: one JSON line, one answer."""

import json
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402  # Django comes first
from django.utils import timezone  # noqa: E402

from backend.accounts.models import Membership, Organisation, User  # noqa: E402
from backend.accounts.operations import issue_token  # noqa: E402
from backend.core.models import Event, Outbox  # noqa: E402
from backend.core.tasks import sweep_outbox  # noqa: E402
from backend.inventory import operations as inventory  # noqa: E402
from backend.inventory.models import Pledge  # noqa: E402
from backend.notifications import operations  # noqa: E402
from backend.notifications.models import Notice  # noqa: E402
from backend.notifications.tasks import deliver_due_notices  # noqa: E402

held = ExitStack()


def announce(*, to: str, hold: bool = False) -> dict[str, Any]:
    """Announce a pledge, as the public form does; `hold` leaves its transaction open."""
    if hold:
        held.enter_context(transaction.atomic())
    began = time.monotonic()
    facts: Any = {
        "donor_name": "Société Exemple",
        "legal_type": "company",
        "contact_name": "Camille Exemple",
        "contact_email": to,
        "language": "fr",
        "address": "1 rue de l'Exemple, Lyon",
        "territory": "69",
    }
    lines: Any = [{"kind": "laptop", "quantity": 2}]
    pledge = inventory.announce_pledge(facts=facts, lines=lines, by=None, at=timezone.now())
    return {"seconds": time.monotonic() - began, "pledge": pledge.pk}


def commit() -> dict[str, Any]:
    """Close the transaction that was left open."""
    held.pop_all().close()
    return {}


def undo() -> dict[str, Any]:
    """Close the transaction that was left open, as if nothing had been done in it."""
    transaction.set_rollback(True)
    return commit()


def bench(*, to: str) -> dict[str, Any]:
    """Make a workshop that expects a pledge, with a token for its bench and two labels."""
    name = f"Atelier {to}"
    workshop = Organisation.objects.create(
        kind="workshop", name=name, legal_type="association", territory="69"
    )
    coordination = Organisation.objects.create(
        kind="coordination", name=name, legal_type="association", territory="69"
    )
    technician = _member(workshop, "technician", f"technician.{to}")
    coordinator = _member(coordination, "coordinator", f"coordinator.{to}")
    at = timezone.now()
    pledge = Pledge.objects.get(pk=announce(to=to)["pledge"])
    inventory.accept_pledge(pledge=pledge, workshop=workshop, by=coordinator, at=at)
    labels = inventory.mint_labels(quantity=2, workshop=workshop, by=technician, at=at)
    _token, secret = issue_token(
        name="bench", scope=[], expires_at=at + timedelta(days=1), by=technician, at=at
    )
    return {
        "token": secret,
        "codes": list(labels.labels.values_list("code", flat=True)),
        "line": pledge.lines.get().pk,
        "pledge": pledge.pk,
    }


def _member(organisation: Organisation, role: str, email: str) -> Membership:
    user = User.objects.create_user(email)
    return Membership.objects.create(user=user, organisation=organisation, role=role)


def look(*, pledge: int, template: str = "pledge_announced") -> dict[str, Any]:
    """Tell what was written about a pledge, as everybody but its own transaction sees it."""
    notices = Notice.objects.filter(
        template=template, recipient_kind="pledge", recipient_id=pledge
    )
    return {
        "states": list(notices.values_list("state", flat=True)),
        "events": Event.objects.filter(subject_type="pledge", subject_id=pledge).count(),
        "waiting": Outbox.objects.count(),
    }


def sweep() -> dict[str, Any]:
    """Queue what the clock queues every few seconds."""
    sweep_outbox.delay()
    deliver_due_notices.delay()
    return {}


def deliver() -> dict[str, Any]:
    """Send what is due from here, as a second worker would."""
    return {"batches": operations.deliver_due_notices(at=timezone.now())}


VERBS = {verb.__name__: verb for verb in (announce, commit, undo, bench, look, sweep, deliver)}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = VERBS[asked.pop("do")](**asked)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
