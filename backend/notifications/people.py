"""Whom an event concerns, and how to reach them when the mail leaves."""

from collections.abc import Iterable
from typing import NamedTuple

from backend.accounts.choices import OrganisationKind, Role
from backend.accounts.models import Membership, User
from backend.core.models import Event
from backend.distribution.models import Request
from backend.inventory.models import Device, Pledge
from backend.notifications.choices import RecipientKind
from backend.notifications.models.notices import Recipient

MANAGERS = frozenset({Role.WORKSHOP_MANAGER, Role.STRUCTURE_MANAGER, Role.DONOR_CONTACT})


class Addressee(NamedTuple):
    """Somebody to tell, and what it is about in their eyes."""

    recipient: Recipient
    topic: str


class Address(NamedTuple):
    """Where a mail goes, in which language, and the name to greet: never kept, never logged."""

    email: str
    language: str
    name: str


def address_of(recipient: Recipient) -> Address | None:
    """Look up where to write; None when the person is gone or has left."""
    if recipient.kind == RecipientKind.PLEDGE:
        pledge = Pledge.objects.filter(pk=recipient.id).exclude(contact_email="").first()
        if pledge is None:
            return None
        return Address(pledge.contact_email, pledge.language, pledge.contact_name)
    user = User.objects.filter(pk=recipient.id, is_active=True).exclude(email="").first()
    return Address(user.email, user.language, user.name) if user else None


def account_of(recipient: Recipient) -> User | None:
    """Give the account behind a recipient, for its preferences; a donor may have none."""
    if recipient.kind == RecipientKind.PERSON:
        return User.objects.filter(pk=recipient.id).first()
    emails = Pledge.objects.filter(pk=recipient.id).values_list("contact_email", flat=True)
    return User.objects.filter(email__iexact=emails.first() or "").first()


def _contact(pledge_id: int, topic: str) -> Addressee:
    return Addressee(Recipient(RecipientKind.PLEDGE, pledge_id), topic)


def _people(people: Iterable[int], topic: str) -> list[Addressee]:
    return [Addressee(Recipient(RecipientKind.PERSON, pk), topic) for pk in people]


def _members(organisation_id: int | None, roles: Iterable[str] = ()) -> list[int]:
    """Give the members in these roles; all of them when nobody has one."""
    current = Membership.objects.current().filter(organisation=organisation_id)
    in_charge = current.filter(role__in=roles).values_list("user_id", flat=True)
    return sorted(set(in_charge) or set(current.values_list("user_id", flat=True)))


def _subject(event: Event) -> str:
    return f"{event.subject_type}:{event.subject_id}"


def contact_of_pledge(event: Event) -> list[Addressee]:
    """Give the contact of the pledge that the event is about."""
    return [_contact(event.subject_id, f"pledge:{event.subject_id}")]


def contacts_of_collection(event: Event) -> list[Addressee]:
    """Give the contacts of all pledges that a collection serves."""
    return [_contact(pledge, _subject(event)) for pledge in event.facts["pledges"]]


def contact_of_device(event: Event) -> list[Addressee]:
    """Give the contact of the pledge that brought a device, if one did."""
    device = Device.objects.filter(pk=event.subject_id, pledge__isnull=False)
    return [_contact(pk, f"pledge:{pk}") for pk in device.values_list("pledge_id", flat=True)]


def counsellor(event: Event) -> list[Addressee]:
    """Give the counsellor of a request, or the structure's managers when that person left."""
    is_request = event.subject_type == "request"
    request_id = event.subject_id if is_request else event.facts["request"]
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        return []
    here = Membership.objects.current().filter(organisation_id=request.structure_id)
    asked = here.filter(user__requests=request).values_list("user_id", flat=True)
    people = set(asked) or _members(request.structure_id, MANAGERS)
    return _people(people, f"request:{request.pk}")


def workshop(event: Event) -> list[Addressee]:
    """Give who runs the workshop that the event concerns."""
    return _people(_members(event.facts["workshop"], MANAGERS), _subject(event))


def receiver(event: Event) -> list[Addressee]:
    """Give who runs the workshop that devices are sent to."""
    return _people(_members(event.facts["receiver"], MANAGERS), _subject(event))


def managers(event: Event) -> list[Addressee]:
    """Give who answers for the organisation that the event concerns."""
    return _people(_members(event.organisation_id, MANAGERS | {Role.COORDINATOR}), _subject(event))


def coordinators(event: Event) -> list[Addressee]:
    """Give everybody who coordinates the programme; the topic is the sort of thing."""
    hats = Membership.objects.current().filter(
        organisation__kind=OrganisationKind.COORDINATION, role=Role.COORDINATOR
    )
    people = hats.values_list("user_id", flat=True).distinct().order_by("user_id")
    return _people(people, f"{event.subject_type}s")
