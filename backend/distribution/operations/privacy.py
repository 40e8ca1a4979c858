"""A person's data: who read it, what there is of it, and how it goes away."""

import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import Refusal
from backend.core.transactions import operation
from backend.distribution import queries
from backend.distribution.choices import AllocationOutcome
from backend.distribution.models import (
    Allocation,
    Beneficiary,
    BeneficiaryRead,
    HandOver,
    RequestLine,
    SupportCase,
)
from backend.distribution.operations.beneficiaries import FileClosed, locked_beneficiary

_AT_A_TIME = 200


class StillWaiting(Refusal):
    """A person who waits for a device cannot be forgotten yet."""

    code = "still_waiting"
    title = _("This person still has a request in the queue")


@operation
def read_beneficiary(
    *, beneficiary: Beneficiary | int, by: Membership, at: datetime
) -> Beneficiary:
    """Open a person's file and write down who did. Raises UnknownBeneficiary."""
    person = locked_beneficiary(beneficiary, by=by)
    BeneficiaryRead.objects.create(beneficiary=person, reader_label=by.actor_label, read_at=at)
    return person


@operation
def export_beneficiary(
    *, beneficiary: Beneficiary | int, by: Membership, at: datetime
) -> dict[str, Any]:
    """Give everything that is kept about a person, as they may ask (GDPR, article 15)."""
    person = read_beneficiary(beneficiary=beneficiary, by=by, at=at)
    return queries.everything_about(person)


@operation
def erase_beneficiary(
    *, beneficiary: Beneficiary | int, by: Membership, at: datetime
) -> Beneficiary:
    """Erase what names a person, on demand (GDPR, article 17); the statistics stay.

    Raises StillWaiting while a request of theirs is in the queue, FileClosed the second time.
    """
    person = locked_beneficiary(beneficiary, by=by)
    if person.purged_at:
        raise FileClosed(_("This person's data is erased already: nothing is left to do."))
    if person.requests.waiting().exists():
        raise StillWaiting(_("Withdraw the request first, then erase the person's data."))
    _forget(person, at=at)
    events.record("beneficiary.erased", subject=person, by=by, at=at)
    return person


def purge_beneficiaries(*, at: datetime) -> int:
    """Erase the data of people out of contact for `settings.PERSONAL_DATA_KEPT`.

    Each person is a transaction of their own; safe to run twice. Gives how many were erased.
    """
    before = at - settings.PERSONAL_DATA_KEPT
    purged = 0
    while ids := list(
        Beneficiary.objects.out_of_contact(before).values_list("pk", flat=True)[:_AT_A_TIME]
    ):
        purged += sum(_purge(pk, before=before, at=at) for pk in ids)
    return purged


@operation
def _purge(pk: int, *, before: datetime, at: datetime) -> bool:
    person = (
        Beneficiary.objects.out_of_contact(before)
        .select_for_update(of=("self",))
        .filter(pk=pk)
        .first()
    )
    if person is None:
        return False
    _forget(person, at=at)
    events.record(
        "beneficiary.purged",
        subject=person,
        by=None,
        at=at,
        organisation=person.structure_id,
    )
    return True


@operation
def purge_support_cases(*, at: datetime) -> int:
    """Empty what strangers wrote more than `settings.PERSONAL_DATA_KEPT` ago."""
    old = SupportCase.objects.filter(opened_at__lt=at - settings.PERSONAL_DATA_KEPT)
    return old.exclude(message="", contact="").update(message="", contact="")


def _forget(person: Beneficiary, *, at: datetime) -> None:
    person.name = ""
    person.name_hash = ""
    person.birth_year = None
    person.case_reference = f"erased-{secrets.token_hex(8)}"  # unique, and says nothing
    person.purged_at = at
    person.save(update_fields=["name", "name_hash", "birth_year", "case_reference", "purged_at"])
    person.criterion_checks.all().delete()
    person.reads.all().delete()
    # What people wrote about the person, wherever it stands.
    person.requests.exclude(decline_reason="").update(decline_reason="—")
    RequestLine.objects.filter(request__beneficiary=person).update(accessories="")
    promises = Allocation.objects.filter(line__request__beneficiary=person)
    promises.exclude(release_reason="").update(release_reason="")
    HandOver.objects.filter(allocation__in=promises).exclude(signature="").update(signature="")
    held = promises.filter(outcome=AllocationOutcome.HANDED_OVER)
    theirs = SupportCase.objects.filter(device__in=held.values("device"))
    theirs.exclude(message="", contact="").update(message="", contact="")
