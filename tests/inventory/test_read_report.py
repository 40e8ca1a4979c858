"""Whatever a tool prints becomes the same hardware; whatever else comes is refused by name."""

import json
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from backend.inventory.choices import SerialQuality
from backend.inventory.reports import (
    Hardware,
    ReportTooLarge,
    UnknownReport,
    UnreadableReport,
    from_facts,
    read_report,
    together,
)
from backend.inventory.serials import good_uuid, read_serial, same_serial
from tests.inventory import printed

READINGS = {
    "lshw": printed.lshw(),
    "lshw in a list": json.dumps([printed.lshw_tree(printed.SSD)]).encode(),
    "inxi": json.dumps(printed.INXI).encode(),
    "an older snapshot": json.dumps(printed.LEGACY).encode(),
    "a snapshot of texts": printed.snapshot(
        lshw=json.dumps(printed.lshw_tree(printed.SSD)), smartctl=json.dumps([printed.smartctl()])
    ),
    "our bundle": printed.bundle(),
}


@pytest.mark.parametrize("content", READINGS.values(), ids=READINGS)
def test_every_tool_says_the_same_of_one_machine(content: bytes) -> None:
    found = read_report(content)
    (drive,) = found.storage
    assert (found.kind, found.maker, found.model) == ("laptop", "Exemple SA", "Modele 14")
    assert found.cpu.lower().startswith("intel core i5-8250u")
    assert (found.cpu_cores, found.ram_gib) == (4, 16)
    assert (drive.serial, drive.size_gb, drive.medium) == ("EXSSD0001", 256, "ssd")
    assert found.sees_all_drives


def test_a_bundle_holds_what_no_single_tool_knows() -> None:
    found = read_report(printed.bundle())
    (drive,) = found.storage
    assert (found.tool, found.tool_version, found.made_at) == (
        "collect",
        "1",
        "2026-09-15T09:00:00Z",
    )
    assert (drive.model, drive.hours, drive.reallocated) == ("Exemple SSD 256 Pro", 4321, 3)
    assert drive.passed is True
    assert found.battery is not None
    assert (found.battery.health_percent, found.battery.cycles) == (67, 321)
    assert (found.screen_in, found.screen_pixels) == (14.0, "1920x1080")
    assert found.uuid == "4c4c4544-0043-5110-8036-b5c04f56593f"


def test_what_is_no_storage_of_the_machine_stays_visible_and_says_why() -> None:
    drives = [
        {
            "id": "cdrom",
            "class": "disk",
            "description": "DVD-RAM writer",
            "logicalname": "/dev/sr0",
        },
        {"id": "disk", "class": "disk", "product": "Card reader", "logicalname": "/dev/sdd"},
        printed.STICK,
    ]
    found = read_report(printed.lshw(printed.SSD, *drives))
    assert [drive.ignored for drive in found.drives] == ["", "optical", "no_medium", "usb"]
    in_bundle = {drive.path: drive.ignored for drive in read_report(printed.bundle()).drives}
    assert in_bundle == {"/dev/sda": "", "/dev/sdb": "boot", "/dev/sdc": "unsupported"}


def test_a_drive_that_smartctl_cannot_ask_is_known_from_the_other_tool() -> None:
    silent = {**printed.NO_BRIDGE, "device": {"name": "/dev/sda"}}
    tree = json.dumps(printed.lshw_tree(printed.SSD))
    found = read_report(printed.snapshot(smartctl=json.dumps(silent), lshw=tree))
    assert [(drive.serial, drive.ignored) for drive in found.drives] == [("EXSSD0001", "")]


def test_a_disk_in_a_dock_is_storage_when_it_is_all_the_report_is_about() -> None:
    docked = printed.smartctl(
        device={"name": "/dev/sdb", "type": "usbjmicron"}, rotation_rate=5400
    )
    found = read_report(json.dumps(docked).encode())
    assert [drive.medium for drive in found.storage] == ["hdd"]
    assert not found.sees_all_drives


def test_documents_of_smartctl_may_follow_each_other() -> None:
    nvme = printed.smartctl(
        device={"name": "/dev/nvme0", "protocol": "NVMe"},
        serial_number="EXNVME01",
        power_on_time=None,
        nvme_smart_health_information_log={"percentage_used": 7, "power_on_hours": 12},
    )
    disk = printed.smartctl(rotation_rate=None, power_on_time={}, serial_number="EXHDD01")
    disk["device"] = {"name": "/dev/sdb"}
    disk["model_name"] = "Exemple 500"
    disk["ata_smart_attributes"]["table"].append({"id": 10, "raw": {"value": 0}})
    content = b"\n".join(json.dumps(one).encode() for one in (nvme, disk))
    first, second = read_report(content).storage
    assert (first.medium, first.worn_percent, first.hours) == ("nvme", 7, 12)
    assert (second.medium, second.hours) == ("hdd", None)


def test_the_serial_of_an_nvme_drive_stands_one_level_above_it() -> None:
    nvme = {
        "id": "nvme",
        "class": "storage",
        "product": "EXEMPLE NVMe 512",
        "vendor": "Exemple",
        "serial": "EXNVME01",
        "logicalname": "/dev/nvme0",
        "children": [
            {"id": "namespace:0", "class": "disk", "logicalname": "hwmon1"},
            {
                "id": "namespace:1",
                "class": "disk",
                "description": "NVMe disk",
                "logicalname": "/dev/nvme0n1",
                "size": 512110190592,
            },
        ],
    }
    (drive,) = read_report(printed.lshw(nvme)).drives
    assert (drive.medium, drive.model, drive.serial) == ("nvme", "EXEMPLE NVMe 512", "EXNVME01")


def test_soldered_memory_and_a_card_in_its_slot_are_storage() -> None:
    def slot(number: int, what: str) -> dict[str, Any]:
        return {
            "id": "device",
            "class": "generic",
            "product": "DF4064",
            "serial": f"0x{number}12345",
            "capabilities": {what: True},
            "logicalname": f"/dev/mmcblk{number}",
            "size": 62537072640,
            "children": [
                {"id": "interface:0", "class": "disk", "logicalname": f"/dev/mmcblk{number}boot0"}
            ],
        }

    soldered, card = read_report(printed.lshw(slot(0, "mmc"), slot(1, "sd"))).drives
    assert (soldered.medium, soldered.ignored) == ("emmc", "")
    assert (card.medium, card.ignored) == ("card", "")


def test_a_drive_that_names_itself_is_storage_even_when_it_tells_no_size() -> None:
    silent = {**printed.SSD, "size": None}
    inxi = json.loads(json.dumps(printed.INXI))
    (rows,) = [rows for section in inxi for key, rows in section.items() if key.endswith("Drives")]
    for row in rows:
        for key in [key for key in row if key.endswith("#size")]:
            del row[key]
    for content in (printed.lshw(silent), json.dumps(inxi).encode()):
        assert [drive.serial for drive in read_report(content).storage] == ["EXSSD0001"]


def test_a_report_cut_to_a_class_does_not_list_every_drive() -> None:
    tree = printed.lshw_tree(printed.SSD)
    (core, _battery) = tree["children"]
    cut: list[Any] = [
        [one for one in core["children"] if one["class"] == "processor"],
        [printed.SSD],
        [{**tree, "children": []}],
        [{**tree, "children": []}, printed.SSD],
        [section for section in printed.INXI if any("Drives" in key for key in section)],
        [section for section in printed.INXI if not any("Drives" in key for key in section)],
        {**printed.LEGACY, "device": {}},
    ]
    for told in cut:
        assert not read_report(json.dumps(told).encode()).sees_all_drives, told


def test_dmidecode_is_read_as_text() -> None:
    found = read_report(printed.DMIDECODE.encode())
    assert (found.maker, found.model, found.machine_serial) == (
        "LENOVO",
        "ThinkPad T480",
        "PF0EX123",
    )
    assert (found.kind, found.ram_gib, found.tool_version) == ("laptop", 8, "3.4")
    assert [module.serial for module in found.modules] == [""]
    assert found.battery is not None
    assert (found.battery.design_wh, found.battery.health_percent) == (23.9, None)


def test_sizes_come_in_bytes_megabytes_and_gibibytes() -> None:
    sizes = [read_report(content).storage[0].size_gb for content in READINGS.values()]
    assert sizes == [256] * len(READINGS)


@pytest.mark.parametrize(
    "said",
    [
        "To be filled by O.E.M.",
        "Not Available",
        "Default string",
        "0",
        ".",
        "xxxxxxx",
        "<superuser required>",
        "System Serial Number",
        "0123456789ABCDEF",
        "(null)",
        "Not Present",
        "0123456789",
        "O.E.M.",
        "SerNum0",
    ],
)
def test_a_placeholder_is_no_serial(said: str) -> None:
    assert read_serial(said) == (None, SerialQuality.PLACEHOLDER)
    found = read_report(printed.lshw(serial=said))
    assert (found.machine_serial, found.model) == ("", "Modele 14")


def test_spellings_of_a_serial_are_one_and_filler_uuids_are_none() -> None:
    assert same_serial("WD-WX 12a", "wdwx12A")
    assert not same_serial("", "")
    assert good_uuid("03000200-0400-0500-0006-000700080009") == ""
    assert good_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff") == ""


def test_facts_hold_no_host_name_and_no_network_address() -> None:
    said = json.dumps(read_report(printed.bundle()).as_facts())
    for secret in ("host1", "00:00:5e:00:53:01", "192.0.2.7"):
        assert secret not in said


def test_facts_are_read_back_as_the_same_hardware() -> None:
    found = read_report(printed.bundle())
    assert from_facts(json.loads(json.dumps(found.as_facts()))) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_from_windows_is_read_too(encoding: str) -> None:
    tree = json.dumps(printed.lshw_tree(printed.SSD, vendor="Société"), ensure_ascii=False)
    assert read_report(tree.encode(encoding)).maker == "Société"


def test_a_warning_before_the_report_is_skipped() -> None:
    found = read_report(b"WARNING: you should run this program as super-user.\n" + printed.lshw())
    assert found.machine_serial == "EX12345"


def test_a_warning_behind_the_report_and_a_comma_too_many_are_skipped() -> None:
    tree = json.dumps(printed.lshw_tree(printed.SSD))
    warning = "WARNING: output may be incomplete or inaccurate, you should run this as super-user."
    for told in (f"{tree}\n{warning}\n", f"[{tree},\n]\n", f"{warning}\n[\n{tree},]\n{warning}"):
        assert read_report(told.encode()).machine_serial == "EX12345"
        assert read_report(together([told.encode(), printed.lshw()])).machine_serial == "EX12345"
    inner = tree.replace('"children": [', '"x": [1, ], "children": [')
    assert len(read_report(inner.encode()).drives) == 1


def test_a_screen_that_tells_half_of_itself_is_no_report() -> None:
    with pytest.raises(UnknownReport):
        read_report(b"00ffffffffffff00" + b"\n" * 300 + b"00")


def test_a_scsi_disk_of_an_older_smartctl_has_its_maker_and_model() -> None:
    told = printed.smartctl(vendor="SEAGATE", product="ST600MM0006")
    del told["model_name"]
    (drive,) = read_report(json.dumps(told).encode()).storage
    assert (drive.maker, drive.model) == ("SEAGATE", "ST600MM0006")


def test_a_serial_is_no_longer_than_its_column_whatever_its_capitals_are() -> None:
    serial, _quality = read_serial("\u0149" * 70 + "x")
    assert serial is not None
    assert len(serial) <= 80


def test_a_broken_part_of_a_bundle_is_named() -> None:
    parts = {"lshw": json.dumps(printed.lshw_tree(printed.SSD)), "smartctl": '{"smartctl": {'}
    found = read_report(printed.bundle(parts=parts))
    assert (found.unread, len(found.storage)) == (["smartctl"], 1)


def test_several_files_of_one_machine_are_one_report() -> None:
    content = together([printed.lshw(), json.dumps(printed.smartctl()).encode()])
    (drive,) = read_report(content).storage
    assert (drive.hours, read_report(content).tool) == (4321, "smartctl + lshw")
    assert together([printed.lshw()]) == printed.lshw()


HOSTILE = {
    "empty": (b"", UnknownReport),
    "spaces": (b" \n ", UnknownReport),
    "prose": (b"Bonjour, voici le rapport.", UnknownReport),
    "another JSON": (b'{"a": [1, 2]}', UnknownReport),
    "an empty tree": (b'{"id": "x", "class": "system"}', UnknownReport),
    "cut short": (printed.lshw()[:-200], UnreadableReport),
    "rubbish behind": (printed.lshw() + b"}", UnreadableReport),
    "bottomless": (b"[" * 200_000, UnreadableReport),
    "bottomless and closed": (b'{"children":[' * 50_000 + b"]}" * 50_000, UnreadableReport),
    "a number without end": (b'{"smartctl": ' + b"9" * 10_000 + b"}", UnreadableReport),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", UnreadableReport),
    "a lonely mark of UTF-16": (b"\xff\xfe\x00\xd8", UnreadableReport),
    "too many drives": (
        printed.lshw(*({**printed.SSD, "serial": f"S{n}X"} for n in range(30))),
        UnreadableReport,
    ),
    "too large": (b" " * 5_000_001, ReportTooLarge),
}


@pytest.mark.parametrize(("content", "refusal"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_report_is_refused_by_name(content: bytes, refusal: type[InvalidInput]) -> None:
    with pytest.raises(refusal) as refused:
        read_report(content)
    assert refused.value.fields["report"]


def test_lies_in_a_report_are_nothing_and_not_an_error() -> None:
    content = json.dumps(
        printed.smartctl(
            user_capacity={"bytes": 10**40},
            rotation_rate="a lot",
            power_on_time={"hours": math.inf},
            model_name=["list"],
            serial_number="\ud800EX1",
            local_time={"time_t": 10**30},
            ata_smart_attributes={"table": [None, {"id": 5}, {"id": 5, "raw": 7}]},
        )
    ).encode()
    (drive,) = read_report(content).storage
    assert (drive.size_bytes, drive.hours, drive.model, drive.serial) == (None, None, "", "EX1")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda s: s.encode("utf-8", "ignore")))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(UnknownReport, UnreadableReport):
        assert isinstance(read_report(content), Hardware)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Take a real report and put anything anywhere in it."""
    whole = json.loads(draw(st.sampled_from(list(READINGS.values()))))
    for _ in range(draw(st.integers(1, 4))):
        node: Any = whole
        for _ in range(draw(st.integers(0, 9))):
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            inner = [k for k in keys if isinstance(node[k], dict | list) and node[k]]
            if not inner:
                break
            node = node[draw(st.sampled_from(inner))]
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        node[draw(st.sampled_from(keys))] = draw(json_values)
    return json.dumps(whole).encode()


@given(mutated())
@settings(max_examples=300, deadline=None)
def test_a_report_with_anything_anywhere_is_read_or_refused(content: bytes) -> None:
    with suppress(UnknownReport, UnreadableReport):
        facts = read_report(content).as_facts()
        json.dumps(facts, allow_nan=False, ensure_ascii=False).encode()
