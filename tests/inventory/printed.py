"""What tools print of an invented laptop: the keys are theirs, the machine is ours."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

SSD: dict[str, Any] = {
    "id": "disk:0",
    "class": "disk",
    "description": "ATA Disk",
    "product": "Exemple SSD 256",
    "businfo": "scsi@1:0.0.0",
    "logicalname": "/dev/sda",
    "serial": "EXSSD0001",
    "units": "bytes",
    "size": 256060514304,
}
STICK: dict[str, Any] = {
    "id": "disk",
    "class": "disk",
    "description": "SCSI Disk",
    "product": "Cle USB",
    "businfo": "usb@2:1:0.0.0",
    "logicalname": "/dev/sdb",
    "serial": "STICK01",
    "size": 15_000_000_000,
}


def lshw_tree(*disks: dict[str, Any], serial: str = "EX12345", **given: Any) -> dict[str, Any]:
    """Give what `lshw -json` prints."""
    memory = given.pop("memory", 17179869184)
    return {
        "id": "host1",
        "class": "system",
        "description": "Notebook",
        "product": "Modele 14 (SKU9)",
        "vendor": "Exemple SA",
        "serial": serial,
        "configuration": {
            "chassis": "notebook",
            "sku": "SKU9",
            "uuid": "4c4c4544-0043-5110-8036-b5c04f56593f",
        },
        "children": [
            {
                "id": "core",
                "class": "bus",
                "children": [
                    {
                        "id": "cpu",
                        "class": "processor",
                        "product": "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz",
                        "configuration": {"cores": "4", "threads": "8"},
                    },
                    {
                        "id": "memory",
                        "class": "memory",
                        "units": "bytes",
                        "size": memory,
                        "children": [
                            {
                                "id": "bank:0",
                                "class": "memory",
                                "description": "SODIMM DDR4 Synchronous 2400 MHz",
                                "vendor": "Exemple",
                                "serial": "RAM01",
                                "slot": "DIMM A",
                                "units": "bytes",
                                "size": memory,
                            },
                            {"id": "bank:1", "class": "memory", "description": "[empty]"},
                        ],
                    },
                    {
                        "id": "network",
                        "class": "network",
                        "serial": "00:00:5e:00:53:01",
                        "configuration": {"ip": "192.0.2.7"},
                    },
                    {
                        "id": "display",
                        "class": "display",
                        "product": "UHD Graphics 620",
                    },
                    {"id": "sata", "class": "storage", "children": list(disks)},
                ],
            },
            {
                "id": "battery",
                "class": "power",
                "vendor": "Exemple",
                "product": "EX-BAT",
                "capacity": 45000,
            },
        ],
        **given,
    }


def lshw(*disks: dict[str, Any], **given: Any) -> bytes:
    """Give it as the file."""
    return json.dumps(lshw_tree(*(disks or (SSD,)), **given)).encode()


def smartctl(**given: Any) -> dict[str, Any]:
    """Give what `smartctl --json --all` prints of the same drive."""
    return {
        "json_format_version": [1, 0],
        "smartctl": {"version": [7, 3], "exit_status": 0},
        "device": {"name": "/dev/sda", "type": "sat", "protocol": "ATA"},
        "model_name": "Exemple SSD 256 Pro",
        "serial_number": "EXSSD0001",
        "user_capacity": {"bytes": 256060514304},
        "rotation_rate": 0,
        "smart_status": {"passed": True},
        "power_on_time": {"hours": 4321},
        "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 3}}]},
        "local_time": {"time_t": 1789459200},
        **given,
    }


NO_BRIDGE = {
    "smartctl": {
        "version": [7, 3],
        "exit_status": 1,
        "messages": [{"string": "/dev/sdc: Unknown USB bridge", "severity": "error"}],
    },
    "device": {"name": "/dev/sdc"},
}

INXI = [
    {
        "000#1#0#Machine": [
            {
                "000#0#1#Type": "Laptop",
                "001#1#1#System": "Exemple SA",
                "002#1#2#product": "Modele 14",
                "003#0#3#v": "N/A",
                "004#0#2#serial": "<superuser required>",
            }
        ]
    },
    {
        "001#1#0#Battery": [
            {
                "000#1#1#ID": "BAT0",
                "001#0#2#charge": "30.0 Wh (100.0%)",
                "002#0#2#condition": "30.0/45.0 Wh (66.7%)",
                "003#0#2#model": "EX-BAT",
                "004#0#2#cycles": "321",
            }
        ]
    },
    {
        "002#1#0#Memory": [
            {"001#0#2#total": "15.53 GiB"},
            {
                "001#1#2#Device": "DIMM A",
                "002#1#3#type": "DDR4",
                "004#0#3#size": "16 GiB",
            },
            {"001#1#2#Device": "DIMM B", "004#0#3#size": "No Module Installed"},
        ]
    },
    {
        "003#1#0#CPU": [
            {"000#1#1#Info": "", "001#0#2#model": "Intel Core i5-8250U"},
            {"015#1#1#Topology": "", "017#1#3#cores": "4"},
        ]
    },
    {
        "004#1#0#Graphics": [
            {"001#1#1#Device": "Intel UHD Graphics 620"},
            {"015#1#3#Monitor": "HDMI-A-1", "039#0#4#diag": '685mm (27")'},
            {
                "042#1#3#Monitor": "eDP-1",
                "046#0#4#res": "1920x1080",
                "064#0#4#diag": '355mm (14")',
            },
        ]
    },
    {
        "007#1#0#Drives": [
            {"000#1#1#Local Storage": "", "003#0#3#raw": "238.47 GiB"},
            {
                "001#1#1#ID": "/dev/sda",
                "003#0#2#vendor": "Exemple",
                "004#0#2#model": "SSD 256",
                "005#0#2#size": "238.47 GiB",
                "011#0#2#type": "SSD",
                "012#0#2#serial": "EXSSD0001",
            },
            {
                "015#1#2#SMART": "yes",
                "017#0#3#health": "PASSED",
                "018#0#3#on": "1y 2d 3h",
            },
            {
                "001#1#1#ID": "/dev/sdb",
                "004#0#2#model": "Cle",
                "005#0#2#size": "14.0 GiB",
                "011#0#2#type": "USB",
            },
        ]
    },
]

DMIDECODE = """\
# dmidecode 3.4
Getting SMBIOS data from sysfs.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20L5S0RT00
\tVersion: ThinkPad T480
\tSerial Number: PF0EX123
\tUUID: 4c4c4544-0043-5110-8036-b5c04f56593f

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tType: Notebook
\tSerial Number: PF0EX123

Handle 0x0004, DMI type 4, 48 bytes
Processor Information
\tVersion: Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz
\tCore Count: 4

Handle 0x0011, DMI type 17, 40 bytes
Memory Device
\tSize: 8192 MB
\tLocator: ChannelA-DIMM0
\tType: DDR4
\tManufacturer: Exemple
\tSerial Number: 00000000

Handle 0x0012, DMI type 17, 40 bytes
Memory Device
\tSize: No Module Installed

Handle 0x0016, DMI type 22, 26 bytes
Portable Battery
\tManufacturer: Exemple
\tName: 01AV424
\tDesign Capacity: 23940 mWh
\tSBDS Serial Number: 04D2
"""

UEVENT = """\
POWER_SUPPLY_NAME=BAT0
POWER_SUPPLY_TYPE=Battery
POWER_SUPPLY_CYCLE_COUNT=321
POWER_SUPPLY_ENERGY_FULL_DESIGN=45000000
POWER_SUPPLY_ENERGY_FULL=30000000
POWER_SUPPLY_MODEL_NAME=EX-BAT
POWER_SUPPLY_MANUFACTURER=Exemple
POWER_SUPPLY_SERIAL_NUMBER= 1234
"""

# The size of the picture in mm stands in the first detailed timing: 309 x 174.
EDID = (
    "00ffffffffffff00" + "00" * 46 + "0000803671381e4030203500" + "35ae10" + "000018" + "00" * 56
)

LEGACY = {
    "type": "Snapshot",
    "software": "Workbench",
    "version": "12.0b0",
    "endTime": "2026-06-09T12:10:50.809Z",
    "device": {
        "type": "Laptop",
        "manufacturer": "Exemple SA",
        "model": "Modele 14",
        "serialNumber": "EX12345",
    },
    "components": [
        {"type": "Processor", "model": "Intel Core i5-8250U Cpu @ 1.60ghz", "cores": 4},
        {"type": "RamModule", "size": 8192, "interface": "DDR4", "serialNumber": "RAM01"},
        {"type": "RamModule", "size": 8192, "interface": "DDR4", "serialNumber": "RAM02"},
        {
            "type": "SolidStateDrive",
            "model": "Exemple 256",
            "serialNumber": "EXSSD0001",
            "size": 256060.514304,
            "interface": "ATA",
            "actions": [
                {"type": "TestDataStorage", "assessment": True, "powerOnHours": 99},
            ],
        },
        {"type": "Display", "size": 14.04, "resolutionWidth": 1920, "resolutionHeight": 1080},
        {"type": "GraphicCard", "model": "UHD Graphics 620"},
        {
            "type": "Battery",
            "model": "EX-BAT",
            "size": 4000,
            "actions": [
                {"type": "MeasureBattery", "size": 3000, "voltage": 11250, "cycleCount": 321}
            ],
        },
    ],
}


def snapshot(**texts: Any) -> bytes:
    """Give the newer snapshot, which holds the tools' outputs as texts."""
    return json.dumps(
        {
            "type": "Snapshot",
            "software": "workbench-script",
            "version": "0.0.1",
            "timestamp": "2026-09-01 11:44:29.577819",
            "data": texts,
        }
    ).encode()


def bundle(**given: Any) -> bytes:
    """Give what `tools/collect` sends."""
    parts = {
        "lshw": json.dumps(lshw_tree(SSD, STICK)),
        "smartctl": json.dumps(smartctl()) + "\n" + json.dumps(NO_BRIDGE),
        "battery": UEVENT,
        "edid": EDID,
    }
    return json.dumps(
        {
            "rebond_collect": "1",
            "made_at": "2026-09-15T09:00:00Z",
            "boot_media": ["/dev/sdb"],
            "parts": parts,
            **given,
        }
    ).encode()


def as_file(content: bytes) -> SimpleUploadedFile:
    """Give it as a browser sends it."""
    return SimpleUploadedFile("releve.json", content)
