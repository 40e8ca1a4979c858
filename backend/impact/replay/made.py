"""Which rows stand for what was planned."""

from collections import defaultdict
from typing import Any

from backend.accounts.models import Membership, Organisation
from backend.inventory.models import Label

COORDINATION = "Coordination du programme (fictive)"


class Made:
    """Numbers of the plan → ids and codes of rows, by noun. `today` is what this day added."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: dict[str, dict[int, Any]] = defaultdict(dict)
        self.today: dict[str, list[list[Any]]] = defaultdict(list)
        self._labels: dict[int, list[str]] = {}
        self._hats: dict[tuple[str, int, int], Membership] = {}

    def add(self, noun: str, number: int, row: Any) -> None:
        """Remember a row."""
        self._known[noun][number] = row
        self.today[noun].append([number, row])

    def get(self, noun: str, number: int) -> Any:
        """Give the row that stands for a number. Raises KeyError for what was not made yet."""
        return self._known[noun][number]

    def find(self, noun: str, number: int) -> Any:
        """Give the row that stands for a number, or None."""
        return self._known[noun].get(number)

    def learn(self, added: dict[str, list[list[Any]]]) -> None:
        """Take in what a day that is over had added."""
        for noun, rows in added.items():
            self._known[noun].update((number, row) for number, row in rows)

    def forget_today(self) -> dict[str, list[list[Any]]]:
        """Give what this day added, and begin the next one."""
        added, self.today = dict(self.today), defaultdict(list)
        return added

    def next_label(self, workshop: int) -> str:
        """Take a blank label of this workshop from the pile."""
        if not self._labels.get(workshop):
            blank = Label.objects.filter(
                batch__workshop_id=self.get("workshop", workshop), device=None
            )
            self._labels[workshop] = list(blank.order_by("-pk").values_list("code", flat=True))
        return self._labels[workshop].pop()

    def hat(self, noun: str, number: int, place: int) -> Membership:
        """Give one of the people of an organisation: `place` counts them as they were invited."""
        known = (noun, number, place)
        if known not in self._hats:
            people = Membership.objects.select_related("organisation", "user")
            mine = people.filter(organisation_id=self.get(noun, number)).order_by("pk")
            for found_at, hat in enumerate(mine):
                self._hats[noun, number, found_at] = hat
        return self._hats[known]

    def organisation(self, noun: str, number: int) -> Organisation:
        """Give an organisation that has people."""
        return self.hat(noun, number, 0).organisation

    @property
    def coordinator(self) -> Membership:
        """Give the coordinator of the replay."""
        return self.hat("coordination", 0, 0)
