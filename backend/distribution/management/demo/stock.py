"""What stands where in the scene: places, a lot on its way, a count half done, papers."""

import json
from datetime import datetime
from functools import partial
from typing import Any

from backend.accounts.models import Membership
from backend.distribution.management.demo.calendar import Calendar
from backend.distribution.management.demo.cast import Cast
from backend.inventory import operations
from backend.inventory.choices import PlaceKind, State
from backend.inventory.models import Device, Location, Lot, Pledge

STRAY = "7K3M9XQ29"
_GIB = 1024**3


def put_away(cast: Cast, days: Calendar) -> None:
    """Give each machine a place, put some into a lot, send it, count a shelf halfway."""
    worker, at = cast.technician, days.ago(1, 13)
    add = partial(operations.create_location, organisation=worker.organisation, by=cast.manager)
    stock = cast.shelf.parent
    add(kind=PlaceKind.SHELF, name="Étagère B", parent=stock, at=days.ago(20, 9))
    site = stock.parent if stock else None
    entry = add(kind=PlaceKind.ZONE, name="Réception", parent=site, at=days.ago(20, 9))
    bench = add(kind=PlaceKind.ZONE, name="Établi", parent=site, at=days.ago(20, 9))
    here = Device.objects.filter(custodian=worker.organisation)
    lot = operations.open_lot(
        organisation=worker.organisation,
        name="Pour l’atelier de la Loire",
        location=entry,
        by=cast.manager,
        at=days.ago(2, 17),
    )
    arrived = list(here.filter(state=State.RECEIVED).order_by("pk").values_list("code", flat=True))
    _put(arrived[:-2], location=entry, lot=None, by=worker, at=at)
    _put(arrived[-2:], location=None, lot=lot, by=worker, at=at)
    working = here.filter(state=State.IN_WORKSHOP).order_by("pk").values_list("code", flat=True)
    _put(list(working), location=bench, lot=None, by=worker, at=at)
    operations.send_transfer(
        receiver=cast.far_technician.organisation, lot=lot, by=cast.manager, at=days.ago(1, 17)
    )
    _count_halfway(cast.shelf, others=arrived[:1], by=worker, at=days.ago(1, 16))


def _put(
    codes: list[str],
    *,
    location: Location | None,
    lot: Lot | None,
    by: Membership,
    at: datetime,
) -> None:
    for code in codes:
        operations.place_device(code=code, location=location, lot=lot, by=by, at=at)


def _count_halfway(shelf: Location, *, others: list[str], by: Membership, at: datetime) -> None:
    taking = operations.open_stock_take(location=shelf, by=by, at=at)
    there = Device.objects.lying_in(taking.places).order_by("pk").values_list("code", flat=True)
    for code in [*there[: len(there) // 2], *others, STRAY]:
        operations.count_or_note(stock_take=taking, code=code, by=by, at=at)


def hand_in_report(code: str, *, by: Membership, at: datetime) -> None:
    """Read a machine with a bench stick: what lshw says of it."""
    device = Device.objects.with_code(code).get()
    content = json.dumps(_lshw(device), ensure_ascii=False).encode()
    operations.record_hardware_report(code=code, content=content, by=by, at=at)


def give_papers(pledge: Pledge, *, by: Membership, at: datetime) -> None:
    """Certify what became of the data of a gift, drive by drive and as a whole."""
    operations.issue_pledge_certificate(pledge=pledge, by=by, at=at)


def _lshw(device: Device) -> dict[str, Any]:
    specs = device.specs
    parts = [
        _part("memory", "memory", description="System Memory", size=16 * _GIB, units="bytes"),
        _part("cpu", "processor", product=specs.get("cpu", ""), configuration={"cores": "4"}),
        _part(
            "disk",
            "disk",
            description="ATA Disk",
            product="Exemple SSD 256",
            serial=f"EXEMPLE-DISQUE-{device.code}",
            logicalname="/dev/sda",
            size=256_060_514_304,
            units="bytes",
            configuration={"ansiversion": "5"},
        ),
    ]
    return {
        "id": "poste",
        "class": "system",
        "description": "Notebook",
        "product": device.model,
        "vendor": f"{device.maker} Inc.",
        "serial": device.serial,
        "configuration": {"chassis": "notebook"},
        "children": [_part("core", "bus", children=parts)],
    }


def _part(name: str, kind: str, **said: Any) -> dict[str, Any]:
    return {"id": name, "class": kind, **said}
