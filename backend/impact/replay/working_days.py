"""The working days of a French year, and how busy each month is."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

# Share of the year's collections, by month: little in August, much in June and in autumn.
BUSY = (0.9, 0.9, 1.1, 1.0, 0.8, 1.25, 0.8, 0.35, 1.15, 1.2, 1.15, 0.7)


def easter(year: int) -> date:
    """Give Easter Sunday (Gregorian; Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Give the eleven public holidays of metropolitan France (code du travail L3133-1)."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(
        [date(year, month, day) for month, day in fixed]
        + [easter(year) + timedelta(days=days) for days in moving]
    )


@cache
def working_days(year: int) -> tuple[date, ...]:
    """Give the days of a year without weekends and public holidays, in order."""
    off = public_holidays(year)
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return tuple(d for d in days if d.year == year and d.weekday() < 5 and d not in off)


@cache
def _busy_until(year: int, last: int) -> tuple[float, ...]:
    return tuple(accumulate(BUSY[d.month - 1] for d in working_days(year)[: last + 1]))


def busy_day(year: int, share: float, *, last: int) -> int:
    """Give the working day (a number) when `share` (0 to 1) of the work until `last` is done."""
    sums = _busy_until(year, last)
    return min(bisect_right(sums, share * sums[-1]), last)
