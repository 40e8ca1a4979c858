"""The API's addresses of the inventory."""

from rest_framework.routers import SimpleRouter

from backend.inventory.api.bench import Bench
from backend.inventory.api.collections import Collections
from backend.inventory.api.devices import Devices
from backend.inventory.api.evidence import Certificates, ErasureImports
from backend.inventory.api.hardware import HardwareReports
from backend.inventory.api.label_prints import LabelPrints
from backend.inventory.api.labels import LabelBatches, Labels
from backend.inventory.api.parts import PartMovements, Parts, Repairs
from backend.inventory.api.photos import InspectionPhotos
from backend.inventory.api.places import Locations, Lots
from backend.inventory.api.pledges import Pledges
from backend.inventory.api.scans import ScanList
from backend.inventory.api.standards import Checklists, HourlyRates, PerformanceScales
from backend.inventory.api.stock_takes import StockTakes
from backend.inventory.api.storage import Erasures, StorageUnits
from backend.inventory.api.timeline import Events
from backend.inventory.api.transfers import Transfers

router = SimpleRouter()
router.register("pledges", Pledges, basename="pledges")
router.register("collections", Collections, basename="collections")
router.register("label-batches", LabelBatches, basename="label-batches")
router.register("label-prints", LabelPrints, basename="label-prints")
router.register("labels", Labels, basename="labels")
router.register("devices", Devices, basename="devices")
router.register("storage-units", StorageUnits, basename="storage-units")
router.register("parts", Parts, basename="parts")
router.register("part-movements", PartMovements, basename="part-movements")
router.register("repairs", Repairs, basename="repairs")
router.register("inspection-photos", InspectionPhotos, basename="inspection-photos")
router.register("checklists", Checklists, basename="checklists")
router.register("hourly-rates", HourlyRates, basename="hourly-rates")
router.register("performance-scales", PerformanceScales, basename="performance-scales")
router.register("erasures/import", ErasureImports, basename="erasure-imports")
router.register("certificates", Certificates, basename="certificates")
router.register("erasures", Erasures, basename="erasures")
router.register("hardware-reports", HardwareReports, basename="hardware-reports")
router.register("bench", Bench, basename="bench")
router.register("scans", ScanList, basename="scans")
router.register("locations", Locations, basename="locations")
router.register("lots", Lots, basename="lots")
router.register("transfers", Transfers, basename="transfers")
router.register("stock-takes", StockTakes, basename="stock-takes")
router.register("events", Events, basename="events")

urlpatterns = router.urls
