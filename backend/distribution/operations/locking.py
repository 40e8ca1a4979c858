"""What every verb does first: lock the promise, in one statement and in one order.

Request, allocation, device: whoever needs several locks takes them in this order, so that
two commands wait for each other and never block each other.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core.errors import NotFound
from backend.distribution.models import Allocation, Request, RequestLine
from backend.inventory.operations import not_before_last_event


class UnknownRequest(NotFound):
    """No request that this person may see has this number."""

    code = "unknown_request"
    title = _("Unknown request")


class UnknownAllocation(NotFound):
    """No reservation that this person may see has this number."""

    code = "unknown_allocation"
    title = _("Unknown reservation")


def locked_request(request: Request | int, *, by: Membership) -> Request:
    """Read a request again, locked, if this person may see it."""
    found = (
        Request.objects.seen_by(by)
        .select_for_update(of=("self",))
        .select_related("programme")
        .filter(pk=number_of(request))
        .first()
    )
    if found is None:
        raise UnknownRequest(_("You have no request with this number. Reload the list."))
    return found


def locked_line(line: RequestLine | int, *, by: Membership) -> RequestLine:
    """Read a line again, its request locked, if this person may see it."""
    found = (
        RequestLine.objects.filter(pk=number_of(line), request__in=Request.objects.seen_by(by))
        .select_for_update(of=("request",))
        .select_related("request__programme")
        .first()
    )
    if found is None:
        raise UnknownRequest(_("You have no request with this line. Reload the list."))
    return found


def locked_allocation(
    allocation: Allocation | int, *, by: Membership | None, at: datetime
) -> Allocation:
    """Read a promise again, locked with its request and device, if this person may see it.

    `by` None means Rebond itself. Raises UnknownAllocation, and BeforeLastEvent when the
    device changed after `at`.
    """
    promises = Allocation.objects.all() if by is None else Allocation.objects.seen_by(by)
    found = (
        promises.filter(pk=number_of(allocation))
        .select_for_update(of=("line__request", "self", "device"))
        .select_related(
            "line__request__programme",
            "line__request__beneficiary",
            "line__request__structure",
            "device__custodian",
            "device__pledge",
        )
        .defer("line__request__beneficiary__name")
        .first()
    )
    if found is None:
        raise UnknownAllocation(_("You have no reservation with this number. Reload the list."))
    not_before_last_event(found.device, at=at)
    return found


def number_of(row: Any) -> int:
    """Give the primary key of a row, or the number itself."""
    return row if isinstance(row, int) else row.pk


def facts_of_promise(allocation: Allocation) -> dict[str, Any]:
    """Give what every event about a promised device says of the promise."""
    request = allocation.line.request
    return {
        "allocation": allocation.pk,
        "line": allocation.line_id,
        "request": request.pk,
        "structure": request.structure_id,
        "beneficiary": request.beneficiary_id,
        "programme": request.programme_id,
    }
