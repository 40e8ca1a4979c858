"""Programmes: the coordination sets the rules."""

from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership
from backend.core import events
from backend.core.errors import InvalidInput
from backend.core.transactions import operation
from backend.distribution.choices import Criterion
from backend.distribution.models import Programme


class ProgrammeFacts(TypedDict, total=False):
    """The rules of a programme; the columns of Programme. Prices in euro cents."""

    name: str
    criteria: list[str]
    devices_per_person: int
    period_days: int
    open_requests_per_counsellor: int
    reservation_days: int
    price_cents: int
    warranty_days: int
    is_open: bool


class UnknownCriterion(InvalidInput):
    """A programme names at least one criterion, and only such as exist."""

    code = "unknown_criterion"
    title = _("Choose the criteria")


@operation
def create_programme(*, facts: ProgrammeFacts, by: Membership, at: datetime) -> Programme:
    """Open a programme with its rules. Raises UnknownCriterion and ValidationError."""
    programme = Programme(**facts)
    _check(programme)
    programme.save()
    events.record("programme.created", subject=programme, by=by, at=at, changed=sorted(facts))
    return programme


@operation
def edit_programme(
    *, programme: Programme, facts: ProgrammeFacts, by: Membership, at: datetime
) -> Programme:
    """Change rules from now on: what is promised already keeps its terms."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    for name, value in facts.items():
        setattr(programme, name, value)
    _check(programme)
    programme.save(update_fields=list(facts))
    events.record("programme.edited", subject=programme, by=by, at=at, changed=sorted(facts))
    return programme


def _check(programme: Programme) -> None:
    known = isinstance(programme.criteria, list) and set(programme.criteria) <= set(Criterion)
    if not known or not programme.criteria:
        raise UnknownCriterion(
            _("Choose at least one criterion of the list: one that is met is enough."),
            fields={"criteria": [_("choose from the list")]},
        )
    programme.full_clean()
