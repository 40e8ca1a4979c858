"""Labels: minted ahead, stuck on once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import codes, events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.models import update
from backend.core.transactions import operation
from backend.inventory.models import Device, Label, LabelBatch
from backend.inventory.operations.gathering import find_device_of, find_label_locked
from backend.inventory.operations.moving import UnknownCode, facts_of, locked_device
from backend.inventory.operations.pledging import NotAWorkshop

MOST_LABELS = 5000


class LabelTaken(Refusal):
    """The label is on a device already, and stays there."""

    code = "label_taken"
    title = _("This label is already on a device")


@operation
def mint_labels(
    *,
    quantity: int,
    workshop: Organisation,
    by: Membership,
    at: datetime,
    is_replacement: bool = False,
) -> LabelBatch:
    """Mint a batch of blank labels for one workshop (at most 5,000)."""
    if not 1 <= quantity <= MOST_LABELS:
        raise InvalidInput(
            _("Choose between 1 and 5,000 labels."), fields={"quantity": [_("out of range")]}
        )
    if workshop.kind != OrganisationKind.WORKSHOP:
        raise NotAWorkshop(_("Choose the workshop that will use these labels."))
    if not by.sees_all and workshop.pk != by.organisation_id:
        raise NotFound(_("You can mint labels for your own workshop only."))
    batch = LabelBatch.objects.create(
        workshop=workshop, quantity=quantity, minted_at=at, is_replacement=is_replacement
    )
    Label.objects.bulk_create(
        (Label(code=code, batch=batch) for code in _new_codes(quantity)), batch_size=500
    )
    events.record(
        "label_batch.minted", subject=batch, by=by, at=at, quantity=quantity, workshop=workshop.pk
    )
    return batch


def _new_codes(quantity: int) -> list[str]:
    minted: set[str] = set()
    while len(minted) < quantity:
        drawn = {codes.mint() for _place in range(quantity - len(minted))}
        taken = Label.objects.filter(code__in=drawn).values_list("code", flat=True)
        minted |= drawn - set(taken)
    return list(minted)


def free_label(code: str, *, by: Membership) -> Label:
    """Lock a label of this workshop that is on no device yet.

    Raises MisreadCode, UnknownCode (also for another workshop's label) and LabelTaken, which
    names the device that has it.
    """
    label = find_label_locked(codes.read(code))
    if label is None or label.batch.workshop_id != by.organisation_id:
        raise UnknownCode(_("Your workshop has no label with this code. Mint labels first."))
    if label.device_id is not None:
        raise LabelTaken(
            _("Take another label: this one has been on a device since %(when)s.")
            % {"when": f"{label.claimed_at:%d/%m/%Y}"},
            device=_code_of(label, by=by),
        )
    return label


def stick(label: Label, device: Device, *, at: datetime) -> None:
    """Put a locked free label on a device, for ever."""
    label.device = device
    label.claimed_at = at
    update(label, "device", "claimed_at")


def _code_of(label: Label, *, by: Membership) -> str:
    device = find_device_of(label, by=by) or Device.objects.get(labels=label)
    return device.code


@operation
def relabel_device(*, code: str, new_code: str, by: Membership, at: datetime) -> Device:
    """Stick one more label on a device; the old one still finds it."""
    label = free_label(new_code, by=by)
    device = locked_device(code=code, by=by, at=at)
    stick(label, device, at=at)
    device.changed_at = at
    update(device, "changed_at")
    events.record(
        "device.relabelled", subject=device, by=by, at=at, **facts_of(device), label=label.code
    )
    return device


@operation
def replace_label(*, code: str, by: Membership, at: datetime) -> str:
    """Mint a new code for a device whose label is damaged; the old one still finds it.

    Gives the new code, to be printed by itself.
    """
    batch = mint_labels(quantity=1, workshop=by.organisation, by=by, at=at, is_replacement=True)
    new_code = batch.labels.get().code
    relabel_device(code=code, new_code=new_code, by=by, at=at)
    return new_code
