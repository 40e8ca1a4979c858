"""What the worker does for distribution: time runs out, data goes away."""

from celery import shared_task
from django.utils import timezone

from backend.distribution import operations


@shared_task(time_limit=240)
def expire_reservations() -> None:
    """Put back on the shelf what nobody came for."""
    operations.expire_allocations(at=timezone.now())


@shared_task(time_limit=240)
def warn_of_expiring_reservations() -> None:
    """Record, once each, that a reservation ends soon."""
    operations.warn_of_expiring(at=timezone.now())


@shared_task(time_limit=240)
def purge_personal_data() -> None:
    """Erase the data of people out of contact for as long as the setting says."""
    operations.purge_beneficiaries(at=timezone.now())
    operations.purge_support_cases(at=timezone.now())
