"""The API's addresses of accounts."""

from rest_framework.routers import SimpleRouter

from backend.accounts.api import views

router = SimpleRouter()
router.register("organisations", views.Organisations, basename="organisations")
router.register("members", views.Members, basename="members")
router.register("tokens", views.Tokens, basename="tokens")
router.register("me", views.Me, basename="me")

urlpatterns = router.urls
