"""Addresses of the API of notifications."""

from rest_framework.routers import SimpleRouter

from backend.notifications.api.webhooks import WebhookViewSet

router = SimpleRouter()
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns = router.urls
