"""Scans sent together are answered and written exactly as if each had come by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta, timezone
from typing import Any, NoReturn

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.core import codes
from backend.core.batches import NotTogether
from backend.core.models import Answer, Event, Outbox
from backend.inventory import operations
from backend.inventory.api import scans as doorway
from backend.inventory.choices import State, checklist_for
from backend.inventory.models import (
    Device,
    Erasure,
    HandGrade,
    Inspection,
    Label,
    Lot,
    Part,
    PartMovement,
    QualityCheck,
    RepairAction,
    StockTakeLine,
    StorageUnit,
    Transfer,
    TransferLine,
)
from tests.api.doors import Door, door
from tests.examples import IS_THOROUGH
from tests.inventory.stories import NOW, Workshop, an_accepted_pledge

pytestmark = pytest.mark.django_db

EVIDENCE = {
    "method": "purge",
    "tool": "nwipe",
    "tool_version": "0.38",
    "verification": "read back",
    "started_at": "2026-09-15T10:00:00+02:00",
    "ended_at": "2026-09-15T11:00:00+02:00",
}
ALL_YES = dict.fromkeys(checklist_for("laptop"), True)


class Scene:
    """A workshop with a device of each sort, blank labels, and what belongs to others."""

    def __init__(self) -> None:
        """Furnish it."""
        self.workshop = workshop = Workshop()
        site, erased = workshop.site(), workshop.device(State.IN_WORKSHOP)
        workshop.erase(erased)
        states = [s for s in State if s not in {State.ALLOCATED, State.HANDED_OVER}]
        ours = [workshop.device(state).code for state in states]
        self.ours = [*ours, erased.code]
        other = Workshop()
        self.codes = [
            *ours,
            erased.code,
            codes.spell(ours[0]),
            workshop.receive("monitor", location=site).code,
            *(workshop.label() for _label in range(3)),
            other.receive().code,
            other.label(),
            codes.mint(),
            "no code",
        ]
        self.blank = workshop.label()
        self.line = an_accepted_pledge(workshop).lines.get().pk
        lots = ("Pallet", "Box")
        self.lots = [
            operations.open_lot(
                organisation=workshop.organisation, name=name, by=workshop.technician, at=NOW
            ).pk
            for name in lots
        ]
        Lot.objects.filter(pk=self.lots[0]).update(location=site)
        self.counts = [
            operations.open_stock_take(location=place, by=who.technician, at=NOW).pk
            for place, who in ((site, workshop), (other.site("Other"), other))
        ]
        self.transfers = self.sent_here(other)
        self.site, self.foreign_site = site.pk, other.site().pk
        facts: Any = {"kind": "ram", "description": "8 GB", "condition": "new"}
        self.parts = [
            operations.add_part(facts=facts, quantity=quantity, by=who.manager, at=NOW).pk
            for who, quantity in ((workshop, 2), (workshop, 1), (other, 2))
        ]
        moved = workshop.receive()
        operations.place_device(
            code=moved.code, lot=Lot.objects.get(pk=self.lots[0]), by=workshop.manager, at=NOW
        )
        self.ours.append(workshop.lose(moved).code)
        # A scan of this moment answers the list before this one.
        point: operations.Point = {"key": "final_test", "fr": "Essai", "en": ""}
        operations.publish_checklist(
            kind="laptop",
            points=[point],
            replaces=0,
            by=workshop.manager,
            at=NOW + timedelta(minutes=30),
        )
        self.doors = [door(workshop.manager), door(workshop.technician)]

    def sent_here(self, other: Workshop) -> list[int]:
        """Send devices here; one was lost before, found by its sender, and sent once more."""
        again, missed = other.receive(), other.receive()
        arriving = [other.receive().code, other.receive().code, again.code]
        given = {"receiver": self.workshop.organisation, "by": other.manager, "at": NOW}
        first = operations.send_transfer(scanned=[again.code, missed.code], **given)
        for device in (again, missed):
            operations.receive_transfer_line(
                transfer=first,
                code=device.code,
                outcome="lost",
                by=self.workshop.manager,
                at=NOW,
            )
        operations.find_device(code=again.code, by=other.manager, at=NOW)
        self.codes += arriving
        self.arriving = [*arriving, missed.code]
        return [first.pk, operations.send_transfer(scanned=arriving, **given).pk]

    def facts(self) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
        """Say what each action may be sent with, rightly or not."""
        decided = {"decision": st.sampled_from(["repair", "parts", "recycle"])}
        reason = st.sampled_from(["x", "x", ""])
        some = {"unexpected_reason": st.just("door"), "kind": st.sampled_from(["laptop", "other"])}
        serial = st.sampled_from(["SN1000", "sn1000 ", "NEW1", "0"])
        place = st.sampled_from([self.site, self.site, self.foreign_site, None, 10**9, "x"])
        return {
            "receive": st.one_of(
                st.fixed_dictionaries(some, optional={"serial": serial, "location": place}),
                st.fixed_dictionaries({"line": st.just(self.line)}, optional={"serial": serial}),
                st.just({"kind": "laptop"}),
            ),
            "triage": st.fixed_dictionaries(
                decided | {"reason": reason}, optional={"is_locked": st.booleans()}
            ),
            "pass_quality_check": st.sampled_from([{"answers": ALL_YES}, {"all_points": True}]),
            "fail_quality_check": st.fixed_dictionaries(decided | {"reason": reason}),
            "place": st.fixed_dictionaries(
                {}, optional={"location": place, "lot": st.sampled_from([*self.lots, None])}
            ),
            "count": st.fixed_dictionaries({"stock_take": st.sampled_from(self.counts)}),
            "receive_transfer": st.fixed_dictionaries(
                {"transfer": st.sampled_from(self.transfers)},
                optional={"outcome": st.sampled_from(["received", "lost", "found"])},
            ),
            "recycle": st.just({"mass_g": 900, "waste_slip": "BSD"}),
            "report_missing": st.just({"reason": "x"}),
            "erase": st.sampled_from([EVIDENCE, {**EVIDENCE, "ended_at": "2026-09-15T09:00:00Z"}]),
            "repair": st.fixed_dictionaries(
                {"what": st.just("fan")},
                optional={
                    "part": st.just("fan"),
                    "minutes": st.just(5),
                    "stock_part": st.sampled_from(self.parts),
                },
            ),
            "grade": st.fixed_dictionaries(
                {"performance_class": st.sampled_from(["A", "C", ""]), "reason": reason}
            ),
            "relabel": st.just({"new_code": self.blank}),
            "correct": st.fixed_dictionaries(
                {"maker": st.just("HP")}, optional={"serial": serial}
            ),
            **dict.fromkeys(["dismantle", "find", "undo", "unlock", "dance"], st.just({})),
        }

    def codes_for(self, action: str) -> list[str]:
        """Give the codes that an action may be scanned on, more often one on which it works."""
        likely = self.arriving if action == "receive_transfer" else self.ours
        return [*likely * 3, *self.codes]

    def scans(self) -> st.SearchStrategy[list[dict[str, Any]]]:
        """Draw what a bench may send: whatever, on few devices, in any order."""
        hour = timedelta(hours=1)
        moments = [*[0 * hour] * 7, hour, -hour, 99_999 * hour]  # the last is yet to come
        zones = [UTC, timezone(2 * hour)]

        def at(after: timedelta, zone: timezone) -> str:
            return (NOW + after).astimezone(zone).isoformat()

        one = [
            st.fixed_dictionaries(
                {
                    "client_id": st.integers(1, 20).map(str),
                    "code": st.sampled_from(self.codes_for(action)),
                    "action": st.just(action),
                    "at": st.builds(at, st.sampled_from(moments), st.sampled_from(zones)),
                    "facts": facts,
                }
            )
            for action, facts in self.facts().items()
        ]
        return st.lists(st.one_of(one), min_size=1, max_size=12)


@contextmanager
def undone() -> Iterator[None]:
    """Take back in the end whatever is written."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def one_by_one(*_size: Any, **_hints: Any) -> NoReturn:
    """Refuse to work together."""
    raise NotTogether


class Picture:
    """Every row that a scan may write, without the numbers and clocks of this run."""

    def __init__(self) -> None:
        """Read the names that stand for numbers."""
        self.codes = dict(Device.objects.values_list("pk", "code"))
        self.places = {
            model: {pk: place for place, pk in enumerate(self._keys(model))}
            for model in (StorageUnit, Erasure, Event, RepairAction)
        }

    def all(self) -> dict[str, Any]:
        """Give the rows, table by table, as they were written."""
        labels = sorted(self.rows(Label), key=lambda row: str(row["code"]))
        plain: tuple[Any, ...] = (
            Device,
            StorageUnit,
            Erasure,
            Inspection,
            QualityCheck,
            RepairAction,
        )
        plain += (StockTakeLine, Transfer, TransferLine, Part, PartMovement, HandGrade)
        return {
            "events": [self._event(row) for row in Event.objects.order_by("pk").values()],
            "outbox": [self.places[Event][pk] for pk in self._keys(Outbox)],
            "answers": self.rows(Answer, "given_at"),
            "labels": labels,
        } | {model.__name__: self.rows(model) for model in plain}

    def rows(self, model: Any, *dropped: str) -> list[dict[str, Any]]:
        """Give the rows of a table."""
        dropped = ("id", *dropped)
        return [
            {name: self._named(name, value) for name, value in row.items() if name not in dropped}
            for row in model.objects.order_by("pk").values()
        ]

    def _event(self, row: dict[str, Any]) -> dict[str, Any]:
        facts = {name: self._named(name, value) for name, value in row["facts"].items()}
        subject = row["subject_id"]
        if row["subject_type"] == "device":
            subject = self.codes[subject]
        return row | {"id": 0, "recorded_at": 0, "facts": facts, "subject_id": subject}

    def _named(self, name: str, value: Any) -> Any:
        models: dict[str, Any] = {"unit": StorageUnit, "unit_id": StorageUnit, "erasure": Erasure}
        models |= {"undone_event": Event, "repair": RepairAction, "repair_id": RepairAction}
        if name in models and value is not None:
            return self.places[models[name]][value]
        return self.codes.get(value) if name in {"device_id", "previous_id"} else value

    def _keys(self, model: Any) -> list[int]:
        return list(model.objects.order_by("pk").values_list("pk", flat=True))


def sent(program: Door, scans: list[dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """Send scans; give the answers and every row there is then."""
    answer = program.send("scans/", {"scans": scans})
    assert answer.status_code == 200, answer.json()
    assert "/problems/fault" not in str(answer.json())
    return answer.json(), Picture().all()


@pytest.mark.timeout(3600 if IS_THOROUGH else 120)
def test_together_is_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, seen = Scene(), set()

    @settings(
        max_examples=600 if IS_THOROUGH else 30,
        phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes
        deadline=None,
        derandomize=not IS_THOROUGH,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        first=scene.scans(),
        then=scene.scans(),
        again=st.integers(0, 3),
        who=st.sampled_from(scene.doors),
    )
    def check(first: list[Any], then: list[Any], again: int, who: Door) -> None:
        def story() -> list[Any]:
            with undone():
                return [sent(who, first), sent(who, [*first[:again], *then])]

        together = story()
        seen.update(r["outcome"] for answer, _rows in together for r in answer["results"])
        with monkeypatch.context() as patch:
            patch.setattr(doorway, "open_batch", one_by_one)
            apart = story()
        for here, there in zip(together, apart, strict=True):
            assert here == there

    check()
    assert seen == {"applied", "already_applied", "already_done", "refused"}
