"""Who may do what: one table, read by the API, the pages and the tests."""

from typing import Protocol

from backend.accounts.choices import Role

C, D, T, W, S, M, A = (
    Role.COORDINATOR,
    Role.DONOR_CONTACT,
    Role.TECHNICIAN,
    Role.WORKSHOP_MANAGER,
    Role.COUNSELLOR,
    Role.STRUCTURE_MANAGER,
    Role.AUDITOR,
)
_EVERYONE = frozenset(Role)
_BENCH = frozenset({T, W})
_DESK = frozenset({S, M})

CAPABILITIES: dict[str, frozenset[Role]] = {
    # organisations and people
    "organisation.view": _EVERYONE,
    "organisation.edit": frozenset({C}),
    "member.view": frozenset({C, W, M, A}),
    "member.invite": frozenset({C, W, M}),
    "token.issue": _EVERYONE - {A},
    "event.view": frozenset({C, W, A}),
    # from the pledge to the workshop's door
    "pledge.view": frozenset({C, D, T, W, A}),
    "pledge.announce": frozenset({C, D}),
    "pledge.decide": frozenset({C}),
    "collection.view": frozenset({C, D, T, W, A}),
    "collection.plan": frozenset({C, W}),
    "collection.record": frozenset({C, T, W}),
    "label.view": _BENCH | {C, A},
    "label.mint": frozenset({W, C, T}),
    # the life of a device in the workshop
    "device.view": _EVERYONE,
    "device.receive": _BENCH,
    "device.edit": _BENCH,
    "device.triage": _BENCH,
    "device.check": _BENCH,
    "device.place": _BENCH,
    "device.dismantle": _BENCH,
    "device.recycle": _BENCH,
    "device.report_missing": _BENCH,
    "device.undo": _BENCH,
    "storage.record": _BENCH,
    "storage.destroy": frozenset({W}),
    "erasure.view": _BENCH | {C, D, A},
    "erasure.record": _BENCH,
    "erasure.withdraw": frozenset({W}),
    "certificate.view": _BENCH | {C, D, A},
    "certificate.issue": _BENCH | {C},
    "repair.record": _BENCH,
    "part.view": _BENCH | {C, A},
    "part.record": _BENCH,
    "cost.view": _BENCH | {C, A},
    "rate.edit": frozenset({W}),
    "checklist.view": _BENCH | {C, A},
    "checklist.edit": frozenset({W}),
    "performance.view": _BENCH | {C, A},
    "performance.edit": frozenset({C}),
    "report.view": _BENCH | {C, A},
    "report.record": _BENCH,
    # places
    "location.view": _BENCH | {C, A},
    "location.edit": frozenset({W}),
    "lot.edit": _BENCH,
    "transfer.view": _BENCH | {C, A},
    "transfer.send": frozenset({W}),
    "transfer.receive": _BENCH,
    "stock_take.view": _BENCH | {C, A},
    "stock_take.do": _BENCH,
    # distribution
    "programme.view": _EVERYONE - {D},
    "programme.edit": frozenset({C}),
    "beneficiary.view": _DESK,
    "beneficiary.edit": _DESK,
    "request.view": _DESK | {C, A},
    "request.submit": _DESK,
    "request.decide": frozenset({C}),
    "allocation.view": _DESK | _BENCH | {C, A},
    "allocation.decide": frozenset({C}),
    "hand_over.view": _DESK | {C, A},
    "hand_over.record": _DESK,
    "return.view": _DESK | _BENCH | {C, A},
    "return.record": _DESK | _BENCH,
    "support.view": _BENCH | _DESK | {C, A},
    "support.close": _BENCH | _DESK,
    # telling and counting
    "notice.view": frozenset({C, A}),
    "webhook.edit": frozenset({C, W, M}),
    "figure.view": _EVERYONE,
    "statement.view": frozenset({C, D, A}),
    "statement.publish": frozenset({C}),
}


class Hat(Protocol):
    """A person in an organisation, in a role."""

    role: str


def can(hat: Hat | None, capability: str) -> bool:
    """Whether this role includes a capability. An unknown capability is a mistake: KeyError."""
    return hat is not None and hat.role in CAPABILITIES[capability]
