"""The people who receive: entered by their structure, and forgotten in the end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import OrganisationKind
from backend.accounts.models import Membership, Organisation
from backend.core import events
from backend.core.errors import InvalidInput, NotAllowed, NotFound, Refusal
from backend.core.fields import keyed_hash
from backend.core.transactions import operation
from backend.distribution.choices import Criterion
from backend.distribution.models import Beneficiary, CriterionCheck
from backend.distribution.operations.locking import number_of

LONGEST_NAME = 120
OLDEST_BIRTH_YEAR = 1900


class BeneficiaryFacts(TypedDict, total=False):
    """What may change in a file; the columns of Beneficiary."""

    case_reference: str
    name: str
    birth_year: int | None
    household_size: int


class UnknownBeneficiary(NotFound):
    """No file of this structure has this number."""

    code = "unknown_beneficiary"
    title = _("Unknown person")


class FileClosed(Refusal):
    """The person's data is erased: the file takes nothing new."""

    code = "file_closed"
    title = _("This file was erased")


@operation
def register_beneficiary(
    *,
    structure: Organisation,
    case_reference: str,
    by: Membership,
    at: datetime,
    name: str = "",
    birth_year: int | None = None,
    household_size: int = 1,
    criteria: Sequence[str] = (),
) -> Beneficiary:
    """Open a person's file in the structure that accompanies them.

    `criteria` are those that `by` has checked; the proof itself is not kept. Raises
    NotAllowed for another structure's file and ValidationError for a case reference in use.
    """
    if structure.pk != by.organisation_id or structure.kind != OrganisationKind.STRUCTURE:
        raise NotAllowed(_("Only the structure that accompanies a person opens their file."))
    person = Beneficiary(
        structure=structure,
        case_reference=case_reference,
        name=name.strip(),
        birth_year=birth_year,
        household_size=household_size,
        last_contact_at=at,
    )
    person.name_hash = _hash_of(person)
    _check(person, at=at)
    person.save()
    _write_checks(person, criteria, by=by, at=at)
    events.record(
        "beneficiary.registered", subject=person, by=by, at=at, criteria=sorted(set(criteria))
    )
    return person


@operation
def edit_beneficiary(
    *,
    beneficiary: Beneficiary | int,
    facts: BeneficiaryFacts,
    by: Membership,
    at: datetime,
    criteria: Sequence[str] | None = None,
) -> Beneficiary:
    """Correct a file, or add criteria checked since. A contact: the two years start again."""
    person = locked_beneficiary(beneficiary, by=by)
    if person.purged_at:
        raise FileClosed(_("This person's data was erased. Open a new file if they come back."))
    for name, value in facts.items():
        setattr(person, name, value)
    person.name_hash = _hash_of(person)
    person.last_contact_at = max(person.last_contact_at, at)
    _check(person, at=at)
    person.save()
    changed = sorted(facts)
    if criteria is not None:
        _write_checks(person, criteria, by=by, at=at)
        changed.append("criteria")
    events.record("beneficiary.edited", subject=person, by=by, at=at, changed=changed)
    return person


def locked_beneficiary(beneficiary: Beneficiary | int, *, by: Membership) -> Beneficiary:
    """Read a file again, locked, if it is this structure's."""
    files = Beneficiary.objects.seen_by(by).select_for_update(of=("self",))
    person = files.filter(pk=number_of(beneficiary)).first()
    if person is None:
        raise UnknownBeneficiary(_("Your structure has no file with this number."))
    return person


def _hash_of(person: Beneficiary) -> str:
    # Without a birth year namesakes would be taken for one person.
    if not person.name or person.birth_year is None:
        return ""
    return keyed_hash(person.name, str(person.birth_year))


def _check(person: Beneficiary, *, at: datetime) -> None:
    wrong: dict[str, Any] = {}
    if len(person.name) > LONGEST_NAME:
        wrong["name"] = [_("at most 120 characters")]
    year = person.birth_year
    if isinstance(year, int) and not OLDEST_BIRTH_YEAR <= year <= at.year:
        wrong["birth_year"] = [_("give the year with four digits")]
    if wrong:
        raise InvalidInput(_("Correct the person's file and save it again."), fields=wrong)
    person.full_clean()


def _write_checks(
    person: Beneficiary, criteria: Sequence[str], *, by: Membership, at: datetime
) -> None:
    if unknown := set(criteria) - set(Criterion):
        raise InvalidInput(
            _("Choose the criteria from the list."),
            fields={"criteria": [_("choose from the list")]},
            unknown=len(unknown),
        )
    kept = person.criterion_checks.all()
    kept.exclude(criterion__in=criteria).delete()
    known = set(kept.values_list("criterion", flat=True))
    CriterionCheck.objects.bulk_create(
        CriterionCheck(
            beneficiary=person,
            criterion=criterion,
            checked_by_label=by.actor_label,
            checked_at=at,
        )
        for criterion in sorted(set(criteria) - known)
    )
