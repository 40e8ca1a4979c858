"""Every address of Rebond."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from backend.accounts.pages.home import home
from backend.core.api.docs import api_docs

handler400 = "backend.config.faults.bad_request"
handler404 = "backend.config.faults.not_found"
handler500 = "backend.config.faults.fault"

urlpatterns = [
    path("", home, name="home"),
    path("", include("backend.core.pages.urls")),
    path("", include("backend.inventory.pages.urls")),
    path("compte/", include("backend.accounts.pages.urls")),
    path("compte/", include("allauth.urls")),
    path("", include("backend.distribution.pages.urls")),
    path("", include("backend.notifications.pages.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("backend.notifications.api.urls")),
    path("", include("backend.impact.pages.urls")),
    path("api/v1/", include("backend.impact.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", api_docs, name="api_docs"),
    path("api/v1/", include("backend.accounts.api.urls")),
    path("api/v1/", include("backend.inventory.api.urls")),
    path("api/v1/", include("backend.distribution.api.urls")),
]
