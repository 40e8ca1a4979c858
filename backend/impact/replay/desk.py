"""The verbs of the plan at the counsellor's desk and at the coordination."""

from collections.abc import Callable

from backend.accounts.models import Membership
from backend.distribution import operations as distribution
from backend.distribution.models import Programme
from backend.impact.replay.made import Made
from backend.impact.replay.plan import Plan
from backend.impact.replay.steps import Step

_SIGNATURE = "M10,40 L30,12 L48,38 L70,10 L92,36"


class Desk:
    """Asks, promises, hands over, takes back."""

    def __init__(self, plan: Plan, made: Made) -> None:
        """Take the plan, and what was made of it."""
        self.plan = plan
        self.made = made
        self._programmes: dict[int, Programme] = {}

    def verbs(self) -> dict[str, Callable[[Step], None]]:
        """Give what is done here."""
        return {
            "register": self.register,
            "submit": self.submit,
            "decline_request": self.decline_request,
            "cancel_request": self.cancel_request,
            "allocate": self.allocate,
            "release": self.release,
            "hand_over": self.hand_over,
            "take_back": self.take_back,
        }

    def _counsellor(self, person: int) -> Membership:
        structure = self.plan.people[person].structure
        return self.made.hat("structure", structure, person % 2)

    def _asker(self, request: int) -> Membership:
        return self._counsellor(self.made.get("asker", request))

    def register(self, step: Step) -> None:
        """Open a person's file under a case reference."""
        person = self.plan.people[step.number]
        by = self._counsellor(step.number)
        row = distribution.register_beneficiary(
            structure=by.organisation,
            case_reference=f"D-{step.number + 1:05}",
            household_size=person.household,
            criteria=[person.criterion],
            by=by,
            at=step.at,
        )
        self.made.add("person", step.number, row.pk)

    def submit(self, step: Step) -> None:
        """Put a need in the queue."""
        person = step.facts["person"]
        request = distribution.submit_request(
            beneficiary=self.made.get("person", person),
            programme=self._programme(person % 2),
            needs=[{"kind": step.facts["kind"], "min_ram_gb": step.facts["min_ram_gb"]}],
            purpose=step.facts["purpose"],
            urgency=step.facts["urgency"],
            by=self._counsellor(person),
            at=step.at,
        )
        self.made.add("asker", step.number, person)
        self.made.add("request", step.number, request.pk)
        self.made.add("need", step.number, request.lines.values_list("pk", flat=True)[0])

    def _programme(self, number: int) -> Programme:
        if number not in self._programmes:
            row = self.made.get("programme", number)
            self._programmes[number] = Programme.objects.get(pk=row)
        return self._programmes[number]

    def decline_request(self, step: Step) -> None:
        """Refuse a request, saying why."""
        distribution.decline_request(
            request=self.made.get("request", step.number),
            by=self.made.coordinator,
            at=step.at,
            **step.facts,
        )

    def cancel_request(self, step: Step) -> None:
        """Withdraw a request."""
        distribution.cancel_request(
            request=self.made.get("request", step.number), by=self._asker(step.number), at=step.at
        )

    def allocate(self, step: Step) -> None:
        """Promise a machine on the shelf for a request."""
        allocation = distribution.allocate_device(
            line=self.made.get("need", step.number),
            code=self.made.get("device", step.facts["thing"]),
            by=self.made.coordinator,
            at=step.at,
        )
        self.made.add("promise", step.number, allocation.pk)

    def release(self, step: Step) -> None:
        """Take a promise back."""
        distribution.release_allocation(
            allocation=self.made.get("promise", step.number),
            by=self.made.coordinator,
            at=step.at,
            **step.facts,
        )

    def hand_over(self, step: Step) -> None:
        """Hand a machine over, signed or attested."""
        signed_by = step.facts["signed_by"]
        distribution.hand_over_device(
            allocation=self.made.get("promise", step.number),
            taken_by="person",
            signed_by=signed_by,
            signature=_SIGNATURE if signed_by == "signature" else "",
            by=self._asker(step.number),
            at=step.at,
        )

    def take_back(self, step: Step) -> None:
        """Take a machine back from the person who has it."""
        distribution.take_back_device(
            code=self.made.get("device", step.number),
            reason=step.facts["reason"],
            by=self._asker(step.facts["request"]),
            at=step.at,
        )
