"""Impact: the figures, and how they are defended."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImpactConfig(AppConfig):
    name = "backend.impact"
    label = "impact"

    def ready(self) -> None:
        """Hear what changes a figure, and stand in everybody's menu."""
        from backend.core import events
        from backend.core.pages import navigation
        from backend.impact import figures, operations

        events.listen(*figures.COUNTED, to=operations.touch_days)
        navigation.add("impact:figures", _("Figures"), capability="figure.view", place=90)
