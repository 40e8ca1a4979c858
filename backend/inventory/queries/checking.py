"""Who may do the last check of a device: somebody of the bench who did not repair it."""

from typing import Any

from django.db.models import OuterRef, QuerySet

from backend.accounts.choices import Role
from backend.accounts.models import Membership, User
from backend.inventory.models import Device, RepairAction

AT_THE_BENCH = [Role.TECHNICIAN, Role.WORKSHOP_MANAGER]


def colleagues_who_may_check(by: Any, *, device: Any = None) -> QuerySet[Membership]:
    """Give the hats of the others at this bench who did not repair the device.

    Without `device` it is the one of the query around this.
    """
    about = OuterRef(OuterRef("pk")) if device is None else device
    repairers = RepairAction.objects.standing().filter(device=about, by__isnull=False)
    others = Membership.objects.current().filter(
        organisation_id=by.organisation_id, role__in=AT_THE_BENCH
    )
    return others.exclude(user_id=by.user_id).exclude(user_id__in=repairers.values("by_id"))


def who_has_to_check(device: Device, *, by: Membership) -> list[str]:
    """Name those to ask when this person repaired the device and another one could check it.

    Nobody to name: this person may check it. One statement, or two.
    """
    mine = RepairAction.objects.standing().filter(device=device, by_id=by.user_id)
    if not mine.exists():
        return []
    others = colleagues_who_may_check(by, device=device)
    people = User.objects.filter(pk__in=others.values("user_id")).order_by("name")
    return [str(person) for person in people]
