"""Labels: minted ahead, stuck on once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import codes, events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.transactions import operation
from backend.inventory.models import Device, Label, LabelBatch
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
    labels = Label.objects.filter(batch__workshop_id=by.organisation_id)
    label = labels.select_for_update().filter(code=codes.read(code)).first()
    if label is None:
        raise UnknownCode(_("Your workshop has no label with this code. Mint labels first."))
    if label.device_id is not None:
        raise LabelTaken(
            _("Take another label: this one has been on a device since %(when)s.")
            % {"when": f"{label.claimed_at:%d/%m/%Y}"},
            device=Device.objects.values_list("code", flat=True).get(pk=label.device_id),
        )
    return label


def stick(label: Label, device: Device, *, at: datetime) -> None:
    """Put a locked free label on a device, for ever."""
    label.device = device
    label.claimed_at = at
    label.save(update_fields=["device", "claimed_at"])


@operation
def relabel_device(*, code: str, new_code: str, by: Membership, at: datetime) -> Device:
    """Stick one more label on a device; the old one still finds it."""
    label = free_label(new_code, by=by)
    device = locked_device(code=code, by=by, at=at)
    stick(label, device, at=at)
    device.changed_at = at
    device.save(update_fields=["changed_at"])
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
