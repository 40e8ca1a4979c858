"""The statement composed once writes what `save` writes."""

from datetime import datetime

import pytest

from backend.core.models import Event, insert


@pytest.mark.django_db
def test_an_inserted_row_reads_back_as_a_saved_one(now: datetime) -> None:
    columns = {
        "kind": "device.placed",
        "subject_type": "device",
        "subject_id": 7,
        "actor_id": None,
        "actor_label": "l'atelier % du « Frêne »",
        "organisation_id": 3,
        "happened_at": now,
        "recorded_at": now,
        "facts": {"code": "7K3M9XQ29", "was": {"location_id": None}, "tall": [1, 2.5, True]},
    }
    saved, inserted = Event(**columns), Event(**columns)
    saved.save()
    insert(inserted)
    rows = Event.objects.filter(pk__in=[saved.pk, inserted.pk]).values(*columns)
    assert list(rows) == [columns, columns]
    assert inserted.pk == saved.pk + 1
    inserted.refresh_from_db()
