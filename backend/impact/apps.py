"""Impact: the figures, and how they are defended."""

from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "backend.impact"
    label = "impact"
