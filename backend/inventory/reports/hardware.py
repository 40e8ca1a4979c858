"""What a tool says of a machine, in one form whichever tool it was."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from backend.inventory.serials import same_serial

_SHORTEST_CUT = 6


@dataclass
class Drive:
    """One drive or soldered memory. Size in bytes; age in hours of power.

    `passed` is the drive's own opinion of its health, None when it was not asked.
    `reallocated` counts sectors given up by a disk, `worn_percent` what a flash drive has used
    of its writes. `path` is the name that the running system gave it: it ties the readings of
    several tools in one report together and says nothing afterwards. `ignored` says why it is
    not storage of the machine: boot (what the tool itself was started from), usb, optical,
    no_medium, card, unsupported.
    """

    medium: str = "unknown"
    maker: str = ""
    model: str = ""
    serial: str = ""
    size_bytes: int | None = None
    passed: bool | None = None
    hours: int | None = None
    reallocated: int | None = None
    worn_percent: int | None = None
    path: str = ""
    ignored: str = ""

    @property
    def size_gb(self) -> int | None:
        """The size as it is sold: GB of 10⁹ bytes."""
        return round(self.size_bytes / 10**9) or None if self.size_bytes else None


@dataclass
class Module:
    """One memory module in its slot. Size in MiB."""

    slot: str = ""
    size_mib: int | None = None
    type: str = ""
    maker: str = ""
    serial: str = ""


@dataclass
class Battery:
    """The battery: as designed and as measured, in Wh."""

    maker: str = ""
    model: str = ""
    serial: str = ""
    design_wh: float | None = None
    full_wh: float | None = None
    cycles: int | None = None

    @property
    def health_percent(self) -> int | None:
        """What is left of the design, 0 to 100."""
        if not self.design_wh or self.full_wh is None:
            return None
        return min(100, round(100 * self.full_wh / self.design_wh))


@dataclass
class Hardware:
    """What one report says of a machine; empty where it says nothing.

    `kind` is a guess from the chassis (laptop, desktop, tablet or ""). Memory in GiB
    (`ram_gib`, as it is sold), screen in inches. `machine_serial` is "" for a placeholder,
    `serial_text` what was printed. `sees_all_drives`: the tool lists every drive, so that one
    it does not name is not there. `unread` names parts of a bundle that could not be read.
    Network addresses, host and user names are never read.
    """

    tool: str = ""
    tool_version: str = ""
    made_at: str = ""
    kind: str = ""
    maker: str = ""
    model: str = ""
    machine_serial: str = ""
    serial_text: str = ""
    uuid: str = ""
    cpu: str = ""
    cpu_cores: int | None = None
    ram_gib: int | None = None
    modules: list[Module] = field(default_factory=list)
    drives: list[Drive] = field(default_factory=list)
    battery: Battery | None = None
    screen_in: float | None = None
    screen_pixels: str = ""
    graphics: str = ""
    sees_all_drives: bool = False
    unread: list[str] = field(default_factory=list)

    @property
    def storage(self) -> list[Drive]:
        """The drives that are storage of the machine."""
        return [drive for drive in self.drives if not drive.ignored]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learnt of any machine."""
        said = (self.maker, self.model, self.machine_serial, self.cpu, self.ram_gib, self.battery)
        return not any(said) and not self.drives

    def as_facts(self) -> dict[str, Any]:
        """Give everything as JSON carries it, with the derived figures beside."""
        facts = asdict(self)
        if self.battery:
            facts["battery"]["health_percent"] = self.battery.health_percent
        for said, drive in zip(facts["drives"], self.drives, strict=True):
            said["size_gb"] = drive.size_gb
        return facts


_OF_THE_REPORT = {"tool", "tool_version", "made_at", "drives", "unread", "sees_all_drives"}


def merged(readings: list[Hardware]) -> Hardware:
    """Put the readings of several tools together: what the first does not say, the next may."""
    whole = Hardware()
    for reading in readings:
        for one in fields(Hardware):
            if one.name not in _OF_THE_REPORT and not getattr(whole, one.name):
                setattr(whole, one.name, getattr(reading, one.name))
        whole.sees_all_drives |= reading.sees_all_drives
        whole.battery = _both(whole.battery, reading.battery)
        for drive in reading.drives:
            _add(whole.drives, drive)
    return whole


def _both(mine: Battery | None, other: Battery | None) -> Battery | None:
    if mine is None or other is None or mine is other:
        return mine or other
    # Who measured it knows it best: design and measure of one tool belong together.
    first, second = (other, mine) if mine.full_wh is None and other.full_wh else (mine, other)
    _fill(first, second)
    return first


def _add(drives: list[Drive], drive: Drive) -> None:
    from_before = next((known for known in drives if _is_same(known, drive)), None)
    if from_before is None:
        drives.append(drive)
        return
    if from_before.ignored == "unsupported":
        from_before.ignored = drive.ignored
    elif drive.ignored != "unsupported":
        from_before.ignored = from_before.ignored or drive.ignored
    _fill(from_before, drive)
    if from_before.ignored == "no_medium" and (from_before.size_bytes or from_before.serial):
        from_before.ignored = ""


def _is_same(one: Drive, other: Drive) -> bool:
    is_one_path = bool(one.path) and one.path == other.path
    if one.serial and other.serial and not (is_one_path and _is_cut(one.serial, other.serial)):
        return same_serial(one.serial, other.serial)
    return is_one_path


def _is_cut(one: str, other: str) -> bool:
    """Whether one tool has cut the serial that the other gives whole."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_CUT and short in long


def _fill(row: Any, other: Any) -> None:
    for one in fields(row):
        said = getattr(row, one.name)
        if one.name != "ignored" and (said is None or said in {"", "unknown"}):
            setattr(row, one.name, getattr(other, one.name))


def from_facts(facts: dict[str, Any]) -> Hardware:
    """Give the hardware that was kept as facts."""
    known = {one.name for one in fields(Hardware)}
    found = Hardware(**{name: value for name, value in facts.items() if name in known})
    found.modules = [Module(**said) for said in facts["modules"]]
    found.drives = [Drive(**_without(said, "size_gb")) for said in facts["drives"]]
    if facts["battery"]:
        found.battery = Battery(**_without(facts["battery"], "health_percent"))
    return found


def _without(said: dict[str, Any], derived: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != derived}
