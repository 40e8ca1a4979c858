"""Labels scanned that lead to no device of the list: noted, so that a person settles them."""

from datetime import datetime

from backend.accounts.models import Membership
from backend.inventory.models import StockTake, StrayScan, Transfer


def note_stray(
    found_in: StockTake | Transfer, *, code: str, by: Membership, at: datetime
) -> StrayScan:
    """Note a code scanned where nobody expected it, once, however often it is scanned."""
    place = {"stock_take" if isinstance(found_in, StockTake) else "transfer": found_in}
    seen = {"scanned_at": at, "scanned_by_label": by.actor_label}
    return StrayScan.objects.get_or_create(**place, code=code, defaults=seen)[0]
