"""What the devices of a pledge cost the workshop, as a spreadsheet."""

import csv
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import localize
from django.utils.translation import gettext as _

from backend.accounts.pages.access import needs
from backend.accounts.people import acting
from backend.inventory.models import Pledge
from backend.inventory.pages.tracking import safe_cell
from backend.inventory.queries.costs import costs_by_device


@needs("cost.view")
def pledge_costs(request: HttpRequest, reference: str) -> HttpResponse:
    """Give each device of a pledge with its minutes, its parts and its cost: two statements."""
    pledge = get_object_or_404(Pledge.objects.seen_by(acting(request)), reference=reference)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rebond-couts-{reference}.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(
        [
            _("Rebond code"),
            _("Kind"),
            _("Maker"),
            _("Model"),
            _("State"),
            _("Repairs"),
            _("Minutes"),
            _("Work (€)"),
            _("Parts (€)"),
            _("Total (€)"),
            _("New parts"),
            _("Reused parts"),
        ]
    )
    for device, cost in costs_by_device(pledge):
        cells: list[Any] = [
            str(device),
            device.get_kind_display(),
            device.maker,
            device.model,
            device.get_state_display(),
            cost.repairs,
            cost.minutes,
            _euros(cost.labour_cents),
            _euros(cost.parts_cents),
            _euros(cost.total_cents),
            cost.new_parts,
            cost.reused_parts,
        ]
        writer.writerow([safe_cell(cell) for cell in cells])
    return response


def _euros(cents: int) -> str:
    return str(localize(Decimal(cents) / 100, use_l10n=True))
