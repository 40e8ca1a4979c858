"""`smartctl --json`: one drive a document. Sizes in bytes, age in hours."""

from datetime import UTC, datetime
from typing import Any

from backend.inventory.choices import Medium
from backend.inventory.reports.guesses import medium_of
from backend.inventory.reports.hardware import Drive, Hardware
from backend.inventory.reports.values import items, mapping, number, size, text, whole
from backend.inventory.serials import good_serial

_REALLOCATED = 5  # the attribute's number, the same for all makers
_TURNS_ONLY = {3, 10}  # spin-up time, spin retries
_EARLIEST, _LATEST = 946684800, 4102444800  # 2000 and 2100, in seconds


def knows(value: Any) -> bool:
    """Whether these are documents of smartctl."""
    documents = value if isinstance(value, list) else [value]
    return bool(documents) and all(
        isinstance(one, dict) and ("smartctl" in one or "smart_status" in one) for one in documents
    )


def read(value: Any) -> Hardware:
    """Read one document or several: a report of drives says nothing of the machine."""
    documents = value if isinstance(value, list) else [value]
    found = Hardware(tool="smartctl")
    for document in documents:
        found.drives.append(_drive(document))
        said = [str(n) for n in items(mapping(document.get("smartctl")).get("version"))[:3]]
        found.tool_version = found.tool_version or text(".".join(said), 40)
        found.made_at = found.made_at or _moment(document)
    return found


def _drive(document: dict[str, Any]) -> Drive:
    device = mapping(document.get("device"))
    path = text(device.get("name"))
    is_nvme = device.get("protocol") == "NVMe"
    model = text(document.get("model_name") or document.get("scsi_model_name"))
    maker = text(document.get("scsi_vendor") or document.get("vendor"), 60)  # of SCSI
    model = model or text(document.get("scsi_product") or document.get("product"))
    bytes_ = mapping(document.get("user_capacity")).get("bytes")
    drive = Drive(
        medium=str(Medium.NVME) if is_nvme else _medium(document, model),
        maker=maker,
        model=model,
        serial=good_serial(text(document.get("serial_number"))),
        size_bytes=size(bytes_ or document.get("nvme_total_capacity")),
        passed=_passed(document),
        hours=whole(mapping(document.get("power_on_time")).get("hours"), most=10**6),
        path=path,
    )
    _wear(drive, document)
    if not drive.model and not drive.serial:
        drive.ignored = "unsupported"
    return drive


def _medium(document: dict[str, Any], model: str) -> str:
    attributes = {mapping(row).get("id") for row in _attributes(document)}
    said = document.get("rotation_rate")
    turns = number(said) if said is not None else None
    if turns is None and attributes & _TURNS_ONLY and "ssd" not in model.lower():
        return str(Medium.HDD)
    return medium_of(words=model, turns=turns)


def _attributes(document: dict[str, Any]) -> list[Any]:
    rows = items(mapping(document.get("ata_smart_attributes")).get("table"))[:300]
    return [row for row in rows if isinstance(mapping(row).get("id"), int)]


def _passed(document: dict[str, Any]) -> bool | None:
    said = mapping(document.get("smart_status")).get("passed")
    return said if isinstance(said, bool) else None


def _wear(drive: Drive, document: dict[str, Any]) -> None:
    log = mapping(document.get("nvme_smart_health_information_log"))
    used = log.get("percentage_used")
    if used is None:
        used = mapping(document.get("endurance_used")).get("current_percent")
    drive.worn_percent = whole(used, most=255)
    if drive.hours is None:
        drive.hours = whole(log.get("power_on_hours"), most=10**6)
    for row in _attributes(document):
        if row["id"] == _REALLOCATED:
            drive.reallocated = whole(mapping(row.get("raw")).get("value"))


def _moment(document: dict[str, Any]) -> str:
    seconds = whole(mapping(document.get("local_time")).get("time_t"), most=_LATEST)
    if seconds is None or seconds < _EARLIEST:
        return ""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
