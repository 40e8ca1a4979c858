"""Addresses of the site's own pages."""

from django.urls import path

from backend.core.pages import health, site

app_name = "core"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("donnees-personnelles/", site.privacy, name="privacy"),
    path("accessibilite/", site.accessibility, name="accessibility"),
]
