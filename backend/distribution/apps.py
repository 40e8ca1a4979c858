"""Distribution: from the shelf to the person."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from backend.core.pages import navigation


class DistributionConfig(AppConfig):
    name = "backend.distribution"
    label = "distribution"

    def ready(self) -> None:
        """Put the pages in the menu; name what must hold."""
        from backend.core import invariants
        from backend.distribution import queries

        invariants.register("promise_in_step_with_device", queries.promises_out_of_step)
        navigation.add("distribution:desk", _("My desk"), capability="request.submit", place=10)
        navigation.add("distribution:board", _("Board"), capability="request.decide", place=10)
        navigation.add(
            "distribution:take_back", _("Returns"), capability="return.record", place=50
        )
        navigation.add(
            "distribution:support_cases", _("Help"), capability="support.view", place=60
        )
