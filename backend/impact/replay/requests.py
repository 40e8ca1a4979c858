"""The words of distribution in the diary: who asks when, what is promised, given, taken back."""

from random import Random

from backend.impact.replay.fates import (
    COUNTED,
    NOT_YET,
    TO_RECYCLE,
    WORTH_IT,
    Fate,
    recycle,
    triage,
)
from backend.impact.replay.people import Delivery
from backend.impact.replay.steps import Diary

PURPOSES = ("job_search", "training", "rights", "family", "appointments")
DECLINED = ("Déjà équipé cette année par le programme", "Le besoin relève d'un autre dispositif")
WENT_AWAY = ("A déménagé", "A trouvé un appareil ailleurs", "Ne répond plus")


def tell_deliveries(deliveries: list[Delivery], diary: Diary, chance: Random) -> dict[int, int]:
    """Write requests, promises, hand-overs and returns; give the day each person first comes."""
    deliveries.sort(key=lambda d: (d.day, d.thing.number))
    comes: dict[int, int] = {}
    free_from: dict[int, int] = {}
    for number, delivery in enumerate(deliveries):
        delivery.number = number
        person = delivery.person
        promised = max(delivery.ready + 1, delivery.day - chance.randint(1, 6))
        free = free_from.get(person, 0)
        asked = max(promised - chance.randint(1, 10), free if free < delivery.day else 0)
        promised = max(promised, asked)
        comes[person] = min(asked, comes.get(person, asked))
        ram = chance.choice((0, min(delivery.thing.ram_gb, 4)))
        _ask(asked, number, person, delivery.thing.kind, diary, chance, min_ram_gb=ram)
        diary.write(promised, "allocate", number, thing=delivery.thing.number)
        is_late = promised + 1 < delivery.day and delivery.back is None and chance.random() < 0.01
        signed = chance.choice(("signature", "signature", "signature", "attestation"))
        diary.write(delivery.day, "hand_over", number, late=int(is_late), signed_by=signed)
        if delivery.back is not None:
            free_from[person] = delivery.back
            _give_back(delivery, diary, chance)
    return comes


def _ask(
    day: int,
    number: int,
    person: int,
    kind: str,
    diary: Diary,
    chance: Random,
    *,
    min_ram_gb: int = 0,
) -> None:
    diary.write(
        day,
        "submit",
        number,
        person=person,
        kind=kind,
        min_ram_gb=min_ram_gb,
        purpose=chance.choice(PURPOSES),
        urgency=chance.choice((0, 0, 0, 1, 2)),
    )


def _give_back(delivery: Delivery, diary: Diary, chance: Random) -> None:
    thing, day = delivery.thing, delivery.back or 0
    reason = "exchange" if delivery.is_given_again else chance.choice(("fault", "unused", "other"))
    diary.write(day, "take_back", thing.number, request=delivery.number, reason=reason)
    thing.data = ""  # whatever was done before, the person's data may be on it now
    if delivery.is_given_again:
        triage(thing, day + 1, "repair", WORTH_IT, diary, chance)
        if thing.kind in COUNTED:
            diary.write(day + 2, "erase", thing.number, purge=False)
        diary.write(day + 3, "pass_check", thing.number)
        diary.write(day + 3, "place", thing.number)
    elif day + 1 <= diary.last and chance.random() < 0.5:
        triage(thing, day + 1, "recycle", TO_RECYCLE, diary, chance)
        recycle(thing, day + 1, diary, chance)
    elif day + 1 <= diary.last:
        triage(thing, day + 1, "repair", NOT_YET, diary, chance)


def tell_unserved(
    counts: dict[str, int], *, number: int, person: int, diary: Diary, chance: Random
) -> dict[int, int]:
    """Write the requests that end otherwise; give the day each of these people first comes.

    `counts`: how many were declined, cancelled, and still wait on the last day.
    """
    comes: dict[int, int] = {}
    for ending, count in counts.items():
        for _request in range(count):
            near_the_end = (
                (diary.last - 25, diary.last) if ending == "waiting" else (5, diary.last - 5)
            )
            day = chance.randint(*near_the_end)
            _ask(day, number, person, chance.choice(("laptop", "smartphone")), diary, chance)
            comes[person] = day
            if ending == "declined":
                diary.write(day + 2, "decline_request", number, reason=chance.choice(DECLINED))
            if ending == "cancelled":
                diary.write(day + 3, "cancel_request", number, reason=chance.choice(WENT_AWAY))
            number, person = number + 1, person + 1
    return comes


def tell_losses(
    fates: list[Fate],
    *,
    missing: int,
    found: int,
    released: int,
    first_request: int,
    first_person: int,
    diary: Diary,
    chance: Random,
) -> dict[int, int]:
    """Write machines that go missing from the shelf (some found again) and promises undone."""
    stock = [
        fate
        for fate in fates
        if fate.is_refurbished and not fate.is_given and (fate.ready or 0) <= diary.last - 12
    ]
    picked = chance.sample(stock, min(missing + released, len(stock)))
    for place, fate in enumerate(picked[:missing]):
        day = (fate.ready or 0) + chance.randint(2, 6)
        diary.write(day, "miss", fate.thing.number, reason="Absent de l'étagère à l'inventaire")
        if place < found:
            diary.write(day + chance.randint(1, 5), "find", fate.thing.number)
    comes: dict[int, int] = {}
    for place, fate in enumerate(picked[missing:]):
        number, person, day = first_request + place, first_person + place, (fate.ready or 0) + 1
        comes[person] = day
        _ask(day, number, person, fate.thing.kind, diary, chance)
        diary.write(day + 1, "allocate", number, thing=fate.thing.number)
        diary.write(day + 6, "release", number, reason=chance.choice(WENT_AWAY))
        diary.write(day + 7, "cancel_request", number, reason=chance.choice(WENT_AWAY))
    return comes
