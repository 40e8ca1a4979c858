"""Every address of Rebond."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from backend.accounts.pages.home import home

handler500 = "backend.core.pages.site.fault"

urlpatterns = [
    path("", home, name="home"),
    path("", include("backend.core.pages.urls")),
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
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
]
