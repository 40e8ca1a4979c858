"""The last weeks as a workshop lives them: working days only."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

SATURDAY = 5


class Calendar:
    """Moments counted in working days from today: yesterday was `ago(1)`."""

    def __init__(self, now: datetime) -> None:
        """Count from this moment."""
        self.today = timezone.localtime(now).date()

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Give a moment so many working days before today."""
        return self._moment(-days, hour, minute)

    def ahead(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Give a moment so many working days after today."""
        return self._moment(days, hour, minute)

    def _moment(self, days: int, hour: int, minute: int) -> datetime:
        day, step = self.today, 1 if days > 0 else -1
        for _working_day in range(abs(days)):
            day = _next(day, step)
        at = datetime.combine(day, time(hour, minute))
        return timezone.make_aware(at)


def _next(day: date, step: int) -> date:
    day += timedelta(days=step)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=step)
    return day
