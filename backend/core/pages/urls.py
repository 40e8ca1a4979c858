"""Addresses of the site's own pages."""

from django.urls import path

from backend.core.pages import site

app_name = "core"

urlpatterns = [
    path("donnees-personnelles/", site.privacy, name="privacy"),
    path("accessibilite/", site.accessibility, name="accessibility"),
]
