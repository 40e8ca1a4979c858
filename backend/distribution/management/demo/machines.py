"""Real machines, with serial numbers that are visibly invented."""

from typing import NamedTuple

from backend.inventory.choices import Kind, Medium
from backend.inventory.operations import DeviceFacts


class Machine(NamedTuple):
    """A model as the bench finds it. Mass in grams, storage and memory in GB."""

    maker: str
    model: str
    year: int
    ram_gb: int = 0
    storage_gb: int = 0
    medium: str = Medium.SSD
    cpu: str = ""
    mass_g: int = 1_600

    def facts(self, number: int, *, kind: str, asset: str = "") -> DeviceFacts:
        """Give what is typed or scanned for one machine of this model."""
        specs = {"cpu": self.cpu, "ram_gb": self.ram_gb, "storage_gb": self.storage_gb}
        return {
            "maker": self.maker,
            "model": self.model,
            "year": self.year,
            "serial": f"EXEMPLE-{number:04}",
            "asset_number": asset,
            "specs": {name: value for name, value in specs.items() if value},
            "mass_g": self.mass_g,
            "kind": kind,
        }


LAPTOPS = (
    Machine("Dell", "Latitude 5490", 2019, 8, 256, cpu="Intel Core i5-8350U", mass_g=1_730),
    Machine("HP", "EliteBook 840 G5", 2019, 16, 512, Medium.NVME, "Intel Core i5-8350U", 1_490),
    Machine("Lenovo", "ThinkPad T480", 2018, 8, 256, Medium.NVME, "Intel Core i5-8250U", 1_620),
    Machine("Lenovo", "ThinkPad X270", 2017, 8, 128, cpu="Intel Core i5-7200U", mass_g=1_360),
)
DESKTOP = Machine("HP", "ProDesk 400 G4 SFF", 2018, 8, 256, cpu="Intel Core i5-7500", mass_g=5_100)
PHONE = Machine("Samsung", "Galaxy A40", 2019, 4, 64, Medium.EMMC, "Exynos 7904", 140)
MONITOR = Machine("Dell", "P2217H", 2018, mass_g=3_700)

MODELS = {Kind.DESKTOP: DESKTOP, Kind.SMARTPHONE: PHONE, Kind.MONITOR: MONITOR}


def machine(kind: str, number: int) -> Machine:
    """Choose a model of a kind; laptops take turns."""
    return MODELS[Kind(kind)] if kind in MODELS else LAPTOPS[number % len(LAPTOPS)]
