"""Addresses of the API of impact."""

from rest_framework.routers import SimpleRouter

from backend.impact.api.views import FiguresViewSet, StatementViewSet

router = SimpleRouter()
router.register("impact/statements", StatementViewSet, basename="statement")
router.register("impact", FiguresViewSet, basename="impact")
urlpatterns = router.urls
