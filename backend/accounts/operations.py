"""Verbs of accounts: invite, end, change hat, issue and revoke tokens."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from backend.accounts.choices import ROLES_OF, LegalType, OrganisationKind, Role
from backend.accounts.models import ApiToken, Membership, Organisation, User
from backend.accounts.roles import can
from backend.core import events
from backend.core.errors import InvalidInput, NotFound, Refusal
from backend.core.transactions import one_of_many, operation

LONGEST_TOKEN_LIFE = timedelta(days=366)


class AlreadyMember(Refusal):
    """The person wears this hat already."""

    code = "already_member"
    title = _("Already a member")


class AccountClosed(Refusal):
    """The person's account was closed: no hat of theirs could be worn."""

    code = "account_closed"
    title = _("This account is closed")


class CannotEndOwnMembership(Refusal):
    """Nobody shuts the door on themselves: an organisation would be left without a manager."""

    code = "cannot_end_own_membership"
    title = _("You cannot end your own membership")


@operation
def invite_member(
    *,
    email: str,
    name: str,
    role: str,
    organisation: Organisation,
    by: Membership,
    at: datetime,
) -> Membership:
    """Give a person a hat; who was never here gets an account without a password.

    The mail with the link to choose a password leaves after the commit, from `member.invited`.
    Inviting again somebody who has not signed in yet sends that mail again. Raises NotFound for
    an organisation that is not the manager's, InvalidInput for a role that this kind of
    organisation does not have, AlreadyMember for somebody who signs in already, AccountClosed
    for somebody whose account was closed.
    """
    if not by.sees_all and organisation.pk != by.organisation_id:
        raise NotFound(_("You can invite people to your own organisation only."))
    if Role(role) not in ROLES_OF[OrganisationKind(organisation.kind)]:
        raise InvalidInput(
            _("This role does not exist in this kind of organisation. Choose another one."),
            fields={"role": [_("Not a role of this kind of organisation.")]},
        )
    user = _person(email=email, name=name)
    if not user.is_active:
        raise AccountClosed(_("An operator has to open this account again first."))
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        user=user, organisation=organisation, role=role
    )
    if not is_new and membership.ended_at is None and user.has_usable_password():
        raise AlreadyMember(
            _("This person has this role in this organisation already."),
            fields={"email": [_("Already a member, in this role.")]},
        )
    if membership.ended_at is not None:
        membership.ended_at = None
        membership.save(update_fields=["ended_at"])
    if user.acting_as_id is None:
        _wear(user, membership)
    events.record(
        "member.invited",
        subject=membership,
        by=by,
        at=at,
        organisation=organisation.pk,
        role=str(role),
    )
    return membership


def _person(*, email: str, name: str) -> User:
    known = User.objects.filter(email__iexact=email)
    if user := known.first():
        return user
    try:
        with one_of_many():
            return User.objects.create_user(email, name=name)
    except IntegrityError:  # invited elsewhere at the same moment
        return known.get()


@operation
def end_membership(*, membership: Membership, by: Membership, at: datetime) -> Membership:
    """Take a hat away; its tokens stop at once. Ending it twice changes nothing.

    Raises NotFound for another organisation's member and CannotEndOwnMembership for one's own.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if not by.sees_all and membership.organisation_id != by.organisation_id:
        raise NotFound(_("This person is not a member of your organisation."))
    if membership.user_id == by.user_id:
        raise CannotEndOwnMembership(
            _("Ask another manager or the coordination to end your membership.")
        )
    if membership.ended_at is not None:
        return membership
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    user = User.objects.get(pk=membership.user_id)
    if user.acting_as_id == membership.pk:
        _wear(user, user.memberships.current().order_by("pk").first())
    events.record(
        "member.ended",
        subject=membership,
        by=by,
        at=at,
        organisation=membership.organisation_id,
        role=membership.role,
    )
    return membership


@operation
def switch_hat(*, person: User, to: Membership) -> None:
    """Put another of one's own hats on. Raises NotFound for a hat that is not theirs or ended."""
    hat = person.memberships.current().filter(pk=to.pk).first()
    if hat is None:
        raise NotFound(_("This role is not yours, or no longer."))
    _wear(person, hat)


def _wear(user: User, hat: Membership | None) -> None:
    user.acting_as = hat
    user.save(update_fields=["acting_as"])


@operation
def issue_token(
    *, name: str, scope: Iterable[str], expires_at: datetime, by: Membership, at: datetime
) -> tuple[ApiToken, str]:
    """Make a key for a program that acts with this hat; give it with its secret, shown once.

    `scope` holds capabilities, empty for all the role's. Raises InvalidInput for a capability
    that the role does not have, or an end in the past or more than a year ahead.
    """
    scope = sorted(set(scope))
    if not all(can(by, capability) for capability in scope):
        raise InvalidInput(
            _("A token cannot do more than your role."), fields={"scope": [_("Too wide.")]}
        )
    if not at < expires_at <= at + LONGEST_TOKEN_LIFE:
        raise InvalidInput(
            _("A token ends in the future, within a year."),
            fields={"expires_at": [_("Choose a day within a year from now.")]},
        )
    secret = ApiToken.new_secret()
    token = ApiToken.objects.create(
        membership=by,
        name=name,
        digest=ApiToken.digest_of(secret),
        scope=scope,
        expires_at=expires_at,
    )
    events.record("token.issued", subject=token, by=by, at=at, scope=scope)
    return token, secret


@operation
def revoke_token(*, token: ApiToken, by: Membership, at: datetime) -> ApiToken:
    """Close a token for ever; doing it twice changes nothing.

    Raises NotFound for somebody else's token.
    """
    token = ApiToken.objects.select_for_update().select_related("membership").get(pk=token.pk)
    if token.membership.user_id != by.user_id:
        raise NotFound(_("This token is not yours."))
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        events.record("token.revoked", subject=token, by=by, at=at)
    return token


class CoordinationExists(Refusal):
    """There is a coordination already; its people invite the others."""

    code = "coordination_exists"
    title = _("There is a coordination already")


class OrganisationFacts(TypedDict, total=False):
    """What is known of an organisation; the columns of Organisation."""

    kind: str
    name: str
    legal_type: str
    siren: str
    territory: str
    is_active: bool


@operation
def create_organisation(
    *, facts: OrganisationFacts, by: Membership | None, at: datetime
) -> Organisation:
    """Write down a donor, a workshop or a structure. Raises ValidationError for bad facts."""
    organisation = Organisation(**facts)
    organisation.full_clean()
    organisation.save()
    events.record(
        "organisation.created",
        subject=organisation,
        by=by,
        at=at,
        organisation=organisation.pk,
        kind=organisation.kind,
        territory=organisation.territory,
    )
    return organisation


@operation
def edit_organisation(
    *, organisation: Organisation, facts: OrganisationFacts, by: Membership, at: datetime
) -> Organisation:
    """Correct an organisation, or close its door (`is_active`). Its kind stays."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    columns = {name: value for name, value in facts.items() if name != "kind"}
    for name, value in columns.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save(update_fields=columns)
    events.record(
        "organisation.edited",
        subject=organisation,
        by=by,
        at=at,
        organisation=organisation.pk,
        changed=sorted(columns),
    )
    return organisation


@operation
def found_coordination(
    *, name: str, territory: str, email: str, password: str | None, at: datetime
) -> Membership:
    """Open the house: the coordination and its first coordinator, who invites the others.

    Raises CoordinationExists when there is one.
    """
    if Organisation.objects.filter(kind=OrganisationKind.COORDINATION).exists():
        raise CoordinationExists(_("Ask one of its coordinators to invite you."))
    facts: OrganisationFacts = {
        "kind": OrganisationKind.COORDINATION,
        "name": name,
        "legal_type": LegalType.ASSOCIATION,
        "territory": territory,
    }
    organisation = create_organisation(facts=facts, by=None, at=at)
    user = User.objects.create_user(email, password)
    hat = Membership.objects.create(user=user, organisation=organisation, role=Role.COORDINATOR)
    _wear(user, hat)
    events.record(
        "member.invited",
        subject=hat,
        by=None,
        at=at,
        organisation=organisation.pk,
        role=str(Role.COORDINATOR),
    )
    return hat
