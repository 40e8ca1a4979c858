"""The performance class: read from the configuration, explained, and overruled with a reason."""

from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.inventory import operations, performance
from backend.inventory.models import Device, HandGrade, StorageUnit
from backend.inventory.performance import STANDARD, Cpu, Machine, judge, read_cpu
from tests.factories import a_coordinator
from tests.inventory.stories import NOW, Workshop

T480 = {"cpu": "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", "ram_gb": 8, "storage_gb": 256}


@pytest.mark.parametrize(
    ("name", "cpu"),
    [
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", Cpu("core_i5", 2017, True)),
        ("Intel Core i5-7500", Cpu("core_i5", 2016)),
        ("Intel® Core™ i7-1065G7 CPU @ 1.30GHz", Cpu("core_i7", 2019, True)),
        ("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", Cpu("core_i5", 2020, True)),
        ("12th Gen Intel(R) Core(TM) i7-1260P", Cpu("core_i7", 2022)),
        ("Intel(R) Core(TM) i5-10210U CPU @ 1.60GHz", Cpu("core_i5", 2019, True)),
        ("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", None),
        ("Intel Core i7-620M", Cpu("core_i7", 2010)),
        ("Intel(R) Core(TM) Ultra 5 125U", Cpu("core_i5", 2024, True)),
        ("Intel(R) Core(TM) m3-7Y30 CPU @ 1.00GHz", Cpu("core_m", 2016)),
        ("Intel(R) Core(TM)2 Duo CPU     P8600  @ 2.40GHz", Cpu("core_2", 2008)),
        ("Intel(R) Celeron(R) N4000 CPU @ 1.10GHz", Cpu("atom", 2018)),
        ("Intel(R) N100", Cpu("atom", 2023)),
        ("Intel(R) Pentium(R) Silver N5030 CPU @ 1.10GHz", Cpu("atom", 2019)),
        ("Intel(R) Pentium(R) CPU G4560 @ 3.50GHz", Cpu("pentium", None)),
        ("Intel(R) Xeon(R) CPU E3-1245 v5 @ 3.50GHz", Cpu("xeon", 2015)),
        ("AMD Ryzen 5 PRO 4650U with Radeon Graphics", Cpu("ryzen_5", 2020, True)),
        ("AMD Ryzen 7 2700X Eight-Core Processor", Cpu("ryzen_7", 2018)),
        ("AMD A8-7410 APU with AMD Radeon R5 Graphics", Cpu("amd_a", 2014)),
        ("AMD E2-9000e RADEON R2, 4 COMPUTE CORES 2C+2G", Cpu("atom", None)),
        ("Apple M1", Cpu("apple_m", 2020)),
        ("Exynos 7904", None),
        ("", None),
    ],
)
def test_a_processor_is_read_from_its_name(name: str, cpu: Cpu | None) -> None:
    assert read_cpu(name) == cpu


@pytest.mark.parametrize(
    ("cpu", "ram", "disk", "medium", "letter"),
    [
        ("Intel Core i5-8350U", 8, 256, "ssd", "A"),
        ("Intel Core i5-8350U", 16, 512, "nvme", "A"),
        ("Intel Core i5-7200U", 8, 128, "ssd", "B"),
        ("Intel Core i5-4300U", 8, 256, "ssd", "B"),
        ("Intel Core i5-4300U", 4, 500, "hdd", "C"),
        ("Intel Celeron N4000", 4, 64, "emmc", "C"),
        ("Intel Core i5-8350U", 7.7, 238, "ssd", "A"),
    ],
)
def test_the_standard_scale_says_what_a_technician_would(
    cpu: str, ram: float, disk: float, medium: str, letter: str
) -> None:
    machine = Machine("laptop", cpu, ram, disk, medium, None)
    said = judge(machine, scale=STANDARD, version=0)
    assert said["letter"] == letter, said


def test_what_is_not_known_is_said_and_gives_no_class() -> None:
    said = judge(Machine("laptop", "Exynos", 8, 0, "ssd", 2019), scale=STANDARD, version=0)
    assert (said["letter"], said["missing"]) == ("", ["cpu", "disk"])
    assert judge(Machine("monitor", "", 0, 0, "", None), scale=STANDARD, version=0) == {}


def test_every_family_and_step_has_its_points() -> None:
    assert {f"cpu_{family}" for family in performance.FAMILIES} <= STANDARD.keys()
    assert sum(STANDARD[weight] for weight in performance.WEIGHTS) == 100


def received(workshop: Workshop, **specs: Any) -> Device:
    return workshop.receive(facts={"specs": specs or T480, "year": 2018})


def grade(workshop: Workshop, device: Device, letter: str, reason: str = "slow fan") -> Device:
    return operations.grade_device(
        code=device.code, performance_class=letter, reason=reason, by=workshop.technician, at=NOW
    )


pytestmark = pytest.mark.django_db


def test_triage_computes_the_class_in_as_many_statements(statements: Any) -> None:
    workshop = Workshop()
    device = received(workshop)
    with statements() as found:
        sorted_out = workshop.triage(device)
    assert len(found) == 5
    assert sorted_out.performance_class == "B"  # the drive's medium is not yet known
    assert sorted_out.performance["version"] == 0


def test_a_drive_described_has_the_class_computed_again() -> None:
    workshop = Workshop()
    device = workshop.triage(received(workshop))
    operations.describe_storage_unit(
        unit_id=StorageUnit.objects.get(device=device).pk,
        facts={"medium": "nvme", "size_gb": 256},
        by=workshop.technician,
        at=NOW,
    )
    device.refresh_from_db()
    assert device.performance_class == "A"


def test_another_configuration_has_the_class_computed_again() -> None:
    workshop = Workshop()
    device = workshop.triage(received(workshop))
    specs = {**T480, "ram_gb": 16}
    corrected = operations.correct_device(
        code=device.code, facts={"specs": specs}, by=workshop.technician, at=NOW
    )
    assert corrected.performance_class == "A"


def test_a_class_said_by_hand_stays_until_somebody_says_otherwise() -> None:
    workshop = Workshop()
    device = grade(workshop, workshop.triage(received(workshop)), "C")
    assert (device.performance_class, device.performance["letter"]) == ("C", "B")
    assert device.performance["by_hand"] == "C"
    assert HandGrade.objects.get().reason == "slow fan"
    corrected = operations.correct_device(
        code=device.code, facts={"year": 2019}, by=workshop.technician, at=NOW
    )
    assert corrected.performance_class == "C"
    assert grade(workshop, device, "", "").performance_class == "B"


def test_a_class_by_hand_needs_its_reason(nothing_changed: Any) -> None:
    workshop = Workshop()
    device = workshop.triage(received(workshop))
    with nothing_changed(device), pytest.raises(InvalidInput):
        grade(workshop, device, "A", " ")


def test_the_class_at_triage_wins_over_the_computed_one() -> None:
    workshop = Workshop()
    device = workshop.triage(received(workshop), performance_class="C")
    assert device.performance_class == "C"
    assert device.performance["letter"] == "B"


def test_a_phone_is_classed_by_hand() -> None:
    workshop = Workshop()
    device = workshop.triage(workshop.receive("smartphone"), performance_class="B")
    assert device.performance_class == "B"


def test_old_classes_keep_the_version_they_were_computed_with() -> None:
    workshop = Workshop()
    old = workshop.triage(received(workshop))
    operations.publish_performance_scale(
        points={**STANDARD, "from_a": 50}, replaces=0, by=a_coordinator(), at=NOW
    )
    new = workshop.triage(received(workshop))
    old.refresh_from_db()
    assert (old.performance_class, old.performance["version"]) == ("B", 0)
    assert (new.performance_class, new.performance["version"]) == ("A", 1)
