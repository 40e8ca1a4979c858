"""Addresses of the pages of impact."""

from django.urls import path

from backend.impact.pages import figures

app_name = "impact"
urlpatterns = [path("chiffres/", figures.show, name="figures")]
