"""The whole scene in order: who, gifts, bench, people. Some thirty machines in every state."""

from collections import defaultdict
from datetime import datetime

from backend.core.transactions import operation
from backend.distribution.management.demo.bench import Bench
from backend.distribution.management.demo.calendar import Calendar
from backend.distribution.management.demo.cast import Cast, gather
from backend.distribution.management.demo.people import ask_and_equip
from backend.distribution.management.demo.pledges import Gifts, give
from backend.distribution.management.demo.stock import give_papers, hand_in_report, put_away
from backend.inventory import operations
from backend.inventory.choices import ErasureResult, Kind, PartCondition, PartKind, Triage

LABELS = 120  # leaves more than a newcomer needs to receive a box of twenty
PARTS = (
    (PartKind.RAM, "DDR4 SO-DIMM 8 Go", "Portables de 2016 à 2020", PartCondition.NEW, 18, 6),
    (PartKind.SSD, "SSD SATA 256 Go", "Tous les ordinateurs", PartCondition.NEW, 24, 10),
    (PartKind.BATTERY, "Batterie 01AV424", "ThinkPad T480, T470", PartCondition.NEW, 39, 2),
    (PartKind.KEYBOARD, "Clavier AZERTY", "Latitude 5490", PartCondition.REUSED, 0, 3),
    (PartKind.CHARGER, "Chargeur USB-C 65 W", "USB-C", PartCondition.REUSED, 0, 12),
)


@operation
def play(*, at: datetime) -> None:
    """Play everything, or, when one step is refused, nothing."""
    days = Calendar(at)
    cast = gather(at=days.ago(26, 9))
    gifts = give(cast, days)
    shelf = _work_in_rhone(cast, gifts, days)
    _work_in_loire(cast, days)
    operations.close_pledge(pledge=gifts.bank, by=cast.coordinator, at=days.ago(10, 17))
    ask_and_equip(cast, days, shelf)
    put_away(cast, days)
    give_papers(gifts.bank, by=cast.manager, at=days.ago(1, 18))


def _work_in_rhone(cast: Cast, gifts: Gifts, days: Calendar) -> dict[str, list[str]]:
    bench = Bench(worker=cast.technician, checker=cast.manager, shelf=cast.shelf)
    bench.print_labels(LABELS, at=days.ago(25, 9))
    shelf: dict[str, list[str]] = defaultdict(list)
    laptops_line, monitors_line = gifts.bank.lines.select_related("pledge").order_by("pk")
    laptops = bench.receive(laptops_line, 16, at=days.ago(19, 9))
    monitors = bench.receive(monitors_line, 3, at=days.ago(19, 14))
    desktops_line, phones_line = gifts.town.lines.select_related("pledge").order_by("pk")
    desktops = bench.receive(desktops_line, 4, at=days.ago(10, 9))
    phones = bench.receive(phones_line, 4, at=days.ago(10, 14))
    ready = {
        Kind.LAPTOP: laptops[:9],
        Kind.MONITOR: monitors[:2],
        Kind.DESKTOP: desktops[:2],
        Kind.SMARTPHONE: phones[:2],
    }
    for kind, codes in ready.items():
        for n, code in enumerate(codes):
            start = 18 if code in laptops + monitors else 9
            bench.make_ready(code, at=days.ago(start - n // 2, 9 + 4 * (n % 2)))
            shelf[kind].append(code)
    _in_trouble(bench, laptops[9:], days)
    _to_the_end(bench, monitors[2], days)
    bench.triage(desktops[2], at=days.ago(8, 10))
    bench.triage(phones[2], at=days.ago(8, 11), is_locked=True)
    return shelf


def _in_trouble(bench: Bench, codes: list[str], days: Calendar) -> None:
    """Leave seven laptops where a workshop has them: half-way, in parts, lost."""
    erased, failed, repaired, parts, waste, missing, _received = codes
    for n, code in enumerate((erased, failed, repaired)):
        bench.triage(code, at=days.ago(15, 9 + n))
    hand_in_report(erased, by=bench.worker, at=days.ago(4, 11))
    bench.erase(erased, at=days.ago(3, 11))
    bench.erase(failed, at=days.ago(3, 12), result=ErasureResult.FAILED)
    _stock_and_repair(bench, repaired, days)
    bench.triage(
        parts, at=days.ago(15, 14), decision=Triage.PARTS, reason="Carte mère hors service"
    )
    bench.triage(waste, at=days.ago(15, 15), decision=Triage.RECYCLE, reason="Châssis brisé")
    operations.report_device_missing(
        code=missing, reason="Absent de l'étagère d'entrée", by=bench.worker, at=days.ago(5, 16)
    )


def _stock_and_repair(bench: Bench, code: str, days: Calendar) -> None:
    """Say what an hour costs, fill a shelf with parts, put one of them into a laptop."""
    operations.set_hourly_rate(cents=1_800, by=bench.checker, at=days.ago(24, 9))
    for kind, name, fits, condition, euros, quantity in PARTS:
        part = operations.add_part(
            facts={
                "kind": kind,
                "description": name,
                "compatible_with": fits,
                "condition": condition,
                "price_cents": euros * 100,
            },
            quantity=quantity,
            by=bench.worker,
            at=days.ago(24, 10),
        )
        if kind == PartKind.KEYBOARD:
            bench.repair(code, "Clavier remplacé", at=days.ago(2, 10), stock_part=part, minutes=25)
    bench.repair(code, "Nettoyage du ventilateur", at=days.ago(2, 11), minutes=10)


def _to_the_end(bench: Bench, code: str, days: Calendar) -> None:
    bench.triage(code, at=days.ago(17, 9), decision=Triage.RECYCLE, reason="Dalle morte")
    operations.recycle_device(
        code=code, mass_g=3_700, waste_slip="BSD-EXEMPLE-0001", by=bench.checker, at=days.ago(6)
    )


def _work_in_loire(cast: Cast, days: Calendar) -> None:
    bench = Bench(worker=cast.far_technician, checker=cast.far_technician, shelf=None)
    bench.print_labels(LABELS // 4, at=days.ago(20, 9))
    code = bench.receive_unexpected(
        Kind.LAPTOP, "Déposé à l'accueil par un habitant", at=days.ago(6, 10)
    )
    bench.make_ready(code, at=days.ago(5, 9))
    bench.receive_unexpected(Kind.LAPTOP, "Déposé à l'accueil, sans chargeur", at=days.ago(3, 10))
