"""Distribution: from the shelf to the person."""

from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "backend.distribution"
    label = "distribution"
