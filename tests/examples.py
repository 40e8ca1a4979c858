"""How many examples a property is tried on: few in each run, many when somebody asks."""

import os
from collections.abc import Iterable
from random import SystemRandom

# EXAMPLES=many looks for minutes, elsewhere each time; without it each run tries the same few.
IS_THOROUGH = os.environ.get("EXAMPLES") == "many"


def seeds(few: int) -> Iterable[int]:
    """Give the seeds of some walks."""
    first = SystemRandom().randrange(10**9) if IS_THOROUGH else 0
    return range(first, first + (60 * few if IS_THOROUGH else few))
