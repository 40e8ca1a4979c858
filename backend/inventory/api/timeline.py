"""The event log, as the API lets one read it."""

from typing import Any

from django.db.models import Q
from django_filters import rest_framework as filters

from backend.accounts.api.resources import Listed
from backend.core import codes
from backend.core.models import Event
from backend.inventory.api.shapes import EventShape
from backend.inventory.models import Device


class EventFilter(filters.FilterSet):
    device = filters.CharFilter(method="about_device", max_length=60, help_text="A code.")
    kind = filters.CharFilter(max_length=60)

    class Meta:
        model = Event
        fields: list[str] = []

    def about_device(self, events: Any, _name: str, code: str) -> Any:
        """Keep the events of the device under this code."""
        found = Device.objects.with_code(codes.read(code)).values("pk")
        return events.filter(subject_type="device", subject_id__in=found)


class Events(Listed):
    """What happened, newest first: of your organisation and of the devices it answers for."""

    capabilities = {"list": "event.view"}
    serializer_class = EventShape
    filterset_class = EventFilter

    def get_queryset(self) -> Any:
        """Give the events one may read; the coordination reads all."""
        if getattr(self, "swagger_fake_view", False):
            return Event.objects.none()
        if self.hat.sees_all:
            return Event.objects.all()
        mine = Q(organisation_id=self.hat.organisation_id)
        devices = Device.objects.seen_by(self.hat).values("pk")
        return Event.objects.filter(mine | Q(subject_type="device", subject_id__in=devices))
