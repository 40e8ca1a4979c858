"""What becomes of each machine: triage, data, repair, check, shelf; parts or recycling."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from backend.impact.replay.gifts import Thing, largest_remainder
from backend.impact.replay.steps import Diary

# The computers and smartphones of the reference programme; a tablet counts as a computer.
COUNTED = ("laptop", "desktop", "smartphone", "tablet")
_READY_SHARES = {"laptop": 635, "desktop": 120, "smartphone": 205, "tablet": 40}
_LEAD = 13  # working days that a machine needs from the door to the shelf

WORN = (
    "Coque rayée",
    "Traces d'usure, rien de cassé",
    "Très bon état",
    "Touches lustrées",
    "Petit éclat sur un angle",
)
WORTH_IT = (
    "Démarre, configuration suffisante",
    "Bonne machine, à nettoyer",
    "Démarre, disque à remplacer",
    "Assez récente pour le programme",
)
FOR_PARTS = (
    "Dalle et clavier récupérables",
    "Carte mère hors service, pièces utiles",
    "Charnières cassées, mémoire récupérable",
)
TO_RECYCLE = (
    "Trop ancienne pour un usage courant",
    "Ne démarre pas, pas de pièce utile",
    "Écran et carte mère hors service",
    "Verrouillage que le donateur ne peut pas lever",
)
REPAIRS = (
    ("Batterie remplacée", "Batterie", "new", 15, 2_900),
    ("Mémoire ajoutée", "Barrette de 4 Go", "reused", 10, 0),
    ("Clavier remplacé", "Clavier AZERTY", "reused", 25, 0),
    ("Disque remplacé", "SSD 240 Go", "new", 20, 2_100),
    ("Dépoussiérage et pâte thermique", "", "none", 20, 0),
    ("Charnière resserrée", "", "none", 15, 0),
    ("Chargeur apparié", "Chargeur", "reused", 5, 0),
)
PHONE_REPAIRS = (
    ("Écran remplacé", "Écran", "new", 40, 3_900),
    ("Batterie remplacée", "Batterie", "new", 30, 1_500),
    ("Connecteur de charge nettoyé", "", "none", 10, 0),
)
NOT_YET = ("Webcam muette", "Batterie sous 60 %", "Wifi instable", "Une touche ne répond pas")


@dataclass(slots=True)
class Fate:
    """Where a machine's year leads; days are numbers of working days, None when it never is."""

    thing: Thing
    is_refurbished: bool = False
    ready: int | None = None
    is_given: bool = False


def choose_ready(things: list[Thing], *, count: int, last: int, chance: Random) -> set[int]:
    """Choose the machines that will be reconditioned: `count` exactly, newer ones first of all."""
    early = [t for t in things if t.kind in COUNTED and t.received <= last - _LEAD]
    by_kind = {kind: [t for t in early if t.kind == kind] for kind in COUNTED}
    wanted = dict(
        zip(COUNTED, largest_remainder(count, [_READY_SHARES[k] for k in COUNTED]), strict=True)
    )
    chosen: set[int] = set()
    for kind, pool in by_kind.items():
        pool.sort(key=lambda t: (-chance.random() * (t.machine.year - 2000), t.number))
        chosen |= {t.number for t in pool[: wanted[kind]]}
    rest = sorted((t for t in early if t.number not in chosen), key=lambda t: -t.machine.year)
    chosen |= {t.number for t in rest[: count - len(chosen)]}
    if len(chosen) != count:
        raise ValueError(f"{count} machines to recondition, only {len(chosen)} come early enough")
    return chosen


def tell_fates(things: list[Thing], ready: set[int], diary: Diary, chance: Random) -> list[Fate]:
    """Write the life of every machine in the workshop into the diary."""
    fates = [Fate(thing, is_refurbished=thing.number in ready) for thing in things]
    for fate in fates:
        thing = fate.thing
        diary.write(thing.received, "receive", thing.number)
        is_late = thing.received > diary.last - _LEAD
        if fate.is_refurbished:
            _refurbish(fate, diary, chance)
        elif is_late and chance.random() < 0.5:
            pass  # still in the pile by the door on New Year's Eve
        elif is_late:
            _to_the_bench(thing, diary, chance)
        elif thing.kind == "monitor" and chance.random() < 0.3:
            _refurbish(fate, diary, chance)
        else:
            _other_end(thing, diary, chance)
    return fates


def _later(day: int, least: int, most: int, roof: int, chance: Random) -> int:
    return min(day + chance.randint(least, most), roof)


def triage(
    thing: Thing,
    day: int,
    decision: str,
    reasons: Iterable[str],
    diary: Diary,
    chance: Random,
    *,
    is_locked: bool = False,
) -> None:
    """Write the decision at the bench: repair, parts or recycle."""
    diary.write(
        day,
        "triage",
        thing.number,
        decision=decision,
        reason=chance.choice(tuple(reasons)),
        visual=chance.choice(WORN),
        powers_on=decision == "repair" or chance.random() < 0.3,
        is_locked=is_locked,
        performance_class=thing.machine.performance_class,
        condition=chance.choice("AABBBC"),
    )


def _to_the_bench(thing: Thing, diary: Diary, chance: Random) -> int:
    day = _later(thing.received, 1, 8, diary.last, chance)
    triage(thing, day, "repair", WORTH_IT, diary, chance)
    return day


def _refurbish(fate: Fate, diary: Diary, chance: Random) -> None:
    thing, last = fate.thing, diary.last
    day = _later(thing.received, 1, 8, last - 5, chance)
    is_locked = thing.kind in COUNTED and chance.random() < 0.04
    triage(thing, day, "repair", WORTH_IT, diary, chance, is_locked=is_locked)
    day = _later(day, 1, 5, last - 3, chance)
    if thing.kind in COUNTED:
        _clear_data(thing, day, diary, chance)
    day = _later(day, 0, 4, last - 2, chance)
    if is_locked:
        diary.write(day, "unlock", thing.number)
    for _repair in range(chance.choice((0, 0, 1, 1, 2))):
        _repair_one(thing, day, diary, chance)
    checked = _later(day, 1, 4, last, chance)
    if chance.random() < 0.06:
        diary.write(checked - 1, "fail_check", thing.number, reason=chance.choice(NOT_YET))
        _repair_one(thing, checked, diary, chance)
    diary.write(checked, "pass_check", thing.number)
    if chance.random() < 0.003:
        diary.write(checked, "undo_check", thing.number)
        diary.write(checked, "pass_check", thing.number)
    diary.write(checked, "place", thing.number)
    fate.ready = checked


def _repair_one(thing: Thing, day: int, diary: Diary, chance: Random) -> None:
    shelf = PHONE_REPAIRS if thing.kind in ("smartphone", "tablet") else REPAIRS
    what, part, condition, minutes, cents = chance.choice(shelf)
    diary.write(
        day,
        "repair",
        thing.number,
        what=what,
        part=part,
        part_condition=condition,
        minutes=minutes,
        cost_cents=cents,
    )


def _clear_data(thing: Thing, day: int, diary: Diary, chance: Random) -> None:
    """Erase for reuse: 2 % hold no disk, 4 % fail once, half of these are then destroyed."""
    luck = chance.random()
    thing.data = "absent" if luck < 0.02 else "destroyed" if luck < 0.04 else "erased"
    if luck < 0.02:
        diary.write(day, "absent", thing.number, reason="Disque retiré par le donateur")
        return
    if thing.kind in ("laptop", "desktop"):  # what is soldered in needs no name of its own
        diary.write(day, "describe", thing.number)
    if luck < 0.06:
        diary.write(day, "erase_in_vain", thing.number)
    if luck < 0.04:
        diary.write(day, "destroy", thing.number, reason="Perçage après échec de l'effacement")
    else:
        diary.write(day, "erase", thing.number, purge=luck < 0.06)


def _other_end(thing: Thing, diary: Diary, chance: Random) -> None:
    luck = chance.random()
    if luck < 0.14:
        day = _to_the_bench(thing, diary, chance)
        if thing.kind in COUNTED and chance.random() < 0.5:
            _clear_data(thing, _later(day, 1, 9, diary.last, chance), diary, chance)
        return
    is_for_parts = luck < 0.34
    day = _later(thing.received, 1, 8, diary.last, chance)
    reasons = FOR_PARTS if is_for_parts else TO_RECYCLE
    triage(thing, day, "parts" if is_for_parts else "recycle", reasons, diary, chance)
    recycle(thing, day, diary, chance, is_for_parts=is_for_parts)


def recycle(
    thing: Thing, day: int, diary: Diary, chance: Random, *, is_for_parts: bool = False
) -> None:
    """Take a sorted-out machine to the recycler, its data gone first, if the year lasts."""
    day += chance.randint(1, 5)
    if day > diary.last:
        return
    if thing.kind in COUNTED and thing.data in ("", "erased"):
        _end_data(thing, day, diary, chance)
    if is_for_parts:
        day += chance.randint(2, 15)
        if day > diary.last:
            return
        diary.write(day, "dismantle", thing.number)
    day += chance.randint(2, 20)
    if day <= diary.last:
        mass = round(thing.machine.mass_g * chance.uniform(0.8 if is_for_parts else 0.96, 1.0))
        diary.write(day, "recycle", thing.number, late=int(chance.random() < 0.01), mass_g=mass)


def _end_data(thing: Thing, day: int, diary: Diary, chance: Random) -> None:
    luck = chance.random()
    if luck < 0.55:
        diary.write(day, "destroy", thing.number, reason="Broyage, lot scellé et pesé")
    elif luck < 0.67 and not thing.data:  # nobody has seen a drive in it
        diary.write(day, "absent", thing.number, reason="Pas de disque à l'ouverture")
    else:
        diary.write(day, "erase", thing.number, purge=False)
