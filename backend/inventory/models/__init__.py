"""The tables of the inventory, one file per noun."""

from backend.inventory.models.certificates import Certificate, CertificateQuerySet
from backend.inventory.models.collections import Collection, CollectionLine
from backend.inventory.models.devices import Device, DeviceQuerySet
from backend.inventory.models.hardware import HardwareReport
from backend.inventory.models.labels import Label, LabelBatch
from backend.inventory.models.parts import Part, PartMovement
from backend.inventory.models.photos import InspectionPhoto
from backend.inventory.models.places import Location, Lot, StockTake, StockTakeLine
from backend.inventory.models.pledges import Pledge, PledgeLine
from backend.inventory.models.prints import LabelPrint
from backend.inventory.models.standards import Checklist, HourlyRate, PerformanceScale
from backend.inventory.models.storage import Erasure, StorageUnit
from backend.inventory.models.strays import StrayScan
from backend.inventory.models.transfers import Transfer, TransferLine
from backend.inventory.models.workshop import HandGrade, Inspection, QualityCheck, RepairAction

__all__ = [
    "Certificate",
    "CertificateQuerySet",
    "Checklist",
    "Collection",
    "CollectionLine",
    "Device",
    "DeviceQuerySet",
    "Erasure",
    "HandGrade",
    "HardwareReport",
    "HourlyRate",
    "Inspection",
    "InspectionPhoto",
    "Label",
    "LabelBatch",
    "LabelPrint",
    "Location",
    "Lot",
    "Part",
    "PartMovement",
    "PerformanceScale",
    "Pledge",
    "PledgeLine",
    "QualityCheck",
    "RepairAction",
    "StockTake",
    "StockTakeLine",
    "StorageUnit",
    "StrayScan",
    "Transfer",
    "TransferLine",
]
