"""`lshw -json`: a tree of classes. Sizes in bytes, a battery's capacity in mWh."""

from typing import Any

from backend.inventory.choices import Medium
from backend.inventory.reports.guesses import cpu_of, kind_of, medium_of, model_of
from backend.inventory.reports.hardware import Battery, Drive, Hardware, Module
from backend.inventory.reports.values import (
    as_printed,
    items,
    mapping,
    nodes,
    number,
    size,
    text,
    whole,
)
from backend.inventory.serials import good_serial, good_uuid

Node = dict[str, Any]
_MIB = 2**20
_GIB = 2**30


def knows(value: Any) -> bool:
    """Whether this is a tree of lshw: an object, or a list of them as newer versions write."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and "id" in first and "class" in first


def read(value: Any) -> Hardware:
    """Read the tree. Only a whole one lists every drive: cut to a class, it has no root."""
    found = Hardware(tool="lshw")
    for node, above in nodes(value):
        kind = node.get("class")
        if kind == "system" and not above:
            _system(found, node)
        elif kind == "processor" and not found.cpu:
            found.cpu = cpu_of(node.get("product") or node.get("version"))
            found.cpu_cores = whole(mapping(node.get("configuration")).get("cores"), most=1024)
        elif kind == "memory":
            _memory(found, node, above)
        elif kind == "display" and not found.graphics:
            found.graphics = text(node.get("product"))
        elif kind == "power" and found.battery is None:
            found.battery = _battery(node)
        elif drive := _drive(node, above):
            found.drives.append(drive)
            is_in_machine = bool(above) and above[0].get("class") == "system"
            found.sees_all_drives |= is_in_machine and not drive.ignored
    return found


def _system(found: Hardware, node: Node) -> None:
    said = mapping(node.get("configuration"))
    found.maker = text(node.get("vendor"), 60)
    found.model = model_of(
        found.maker, node.get("product"), node.get("version"), said.get("sku", "")
    )
    found.serial_text = as_printed(node.get("serial"))
    found.machine_serial = good_serial(found.serial_text)
    found.uuid = good_uuid(text(said.get("uuid")))
    found.kind = kind_of(said.get("chassis"), node.get("description"))


def _memory(found: Hardware, node: Node, above: tuple[Node, ...]) -> None:
    name = text(node.get("id"))
    bytes_ = size(node.get("size"))
    if name.split(":")[0] == "memory" and bytes_:
        found.ram_gib = (found.ram_gib or 0) + -(-bytes_ // _GIB)
    elif name.startswith("bank") and bytes_:
        found.modules.append(
            Module(
                slot=text(node.get("slot"), 40),
                size_mib=bytes_ // _MIB,
                type=_type_of(text(node.get("description"))),
                maker=text(node.get("vendor"), 60),
                serial=good_serial(text(node.get("serial"))),
            )
        )


def _type_of(description: str) -> str:
    return next((word for word in description.split() if "DDR" in word.upper()), "")


def _battery(node: Node) -> Battery | None:
    if text(node.get("id")).split(":")[0] != "battery":
        return None
    design = number(node.get("capacity"), most=1e6)
    return Battery(
        maker=text(node.get("vendor"), 60),
        model=text(node.get("product")),
        serial=good_serial(text(node.get("serial"))),
        design_wh=round(design / 1000, 1) if design else None,
    )


def _drive(node: Node, above: tuple[Node, ...]) -> Drive | None:
    path = _path(node)
    name = text(node.get("id")).split(":")[0]
    if node.get("class") != "disk" and "mmcblk" not in path:
        return None
    if name == "medium" or "mmcblk" in path.removeprefix("/dev/mmcblk") or _is_part(path):
        return None
    holder = above[-1] if above and _holds_identity(above[-1]) else {}
    if name == "namespace" and not size(node.get("size")) and "/nvme" not in path:
        return None  # its thermometer, or its second name
    words = f"{node.get('product', '')} {holder.get('product', '')} {node.get('description', '')}"
    drive = Drive(
        medium=medium_of(path=path, words=text(words, 300), turns=_turns(node)),
        maker=text(node.get("vendor") or holder.get("vendor"), 60),
        model=text(node.get("product") or holder.get("product")),
        serial=good_serial(text(node.get("serial") or holder.get("serial"))),
        size_bytes=_size_of(node),
        path=path,
    )
    if drive.medium == Medium.EMMC and any(_is_card(one) for one in (node, *above[-1:])):
        drive.medium = str(Medium.CARD)
    drive.ignored = _why_ignored(drive, node, above)
    return drive


def _path(node: Node) -> str:
    said = node.get("logicalname")
    names = [text(one) for one in (said if isinstance(said, list) else [said])]
    return next((one for one in names if one.startswith("/dev/")), "")


def _is_part(path: str) -> bool:
    # The boot areas and the replay-protected block of a soldered memory are parts of it.
    return "mmcblk" in path and ("boot" in path or "rpmb" in path)


def _holds_identity(node: Node) -> bool:
    # An NVMe drive and a memory card carry model and serial one level above the disk.
    return bool(node.get("serial")) and text(node.get("id")).split(":")[0] in {"nvme", "device"}


def _turns(node: Node) -> float | None:
    for word in mapping(node.get("capabilities")):
        if text(word).endswith("rpm"):
            return number(text(word)[:-3])
    return None


def _size_of(node: Node) -> int | None:
    own = size(node.get("size"))
    inside = [size(mapping(one).get("size")) for one in items(node.get("children"))]
    is_reader = text(node.get("id")).split(":")[0] == "disk" and not own
    return own or (next((one for one in inside if one), None) if is_reader else None)


def _is_card(node: Node) -> bool:
    said = text(node.get("description")).lower()
    return "sd" in mapping(node.get("capabilities")) or "sd card" in said


def _why_ignored(drive: Drive, node: Node, above: tuple[Node, ...]) -> str:
    said = f"{node.get('id')} {node.get('description')}".lower()
    if "cdrom" in said or "dvd" in said or "cd-r" in said or drive.path.startswith("/dev/sr"):
        return "optical"
    if not drive.size_bytes and not drive.serial:
        return "no_medium"
    buses = [text(one.get("businfo")) for one in (node, *above)]
    return "usb" if any(bus.startswith("usb@") for bus in buses) else ""
