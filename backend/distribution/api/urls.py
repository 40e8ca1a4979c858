"""The API's addresses of distribution."""

from rest_framework.routers import SimpleRouter

from backend.distribution.api.allocations import Allocations
from backend.distribution.api.beneficiaries import Beneficiaries
from backend.distribution.api.hand_overs import HandOvers, Returns
from backend.distribution.api.programmes import Programmes
from backend.distribution.api.requests import Requests
from backend.distribution.api.support import SupportCases

router = SimpleRouter()
router.register("programmes", Programmes, basename="programmes")
router.register("beneficiaries", Beneficiaries, basename="beneficiaries")
router.register("requests", Requests, basename="requests")
router.register("allocations", Allocations, basename="allocations")
router.register("hand-overs", HandOvers, basename="hand-overs")
router.register("returns", Returns, basename="returns")
router.register("support-cases", SupportCases, basename="support-cases")

urlpatterns = router.urls
