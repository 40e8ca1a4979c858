"""Who takes part in a synthetic year: made-up workshops, structures and donors.

No name is that of a known organisation. INSEE gives no SIREN that begins with 0: ours all do,
and pass Luhn's check. E-mails end in `.example` (RFC 2606); telephone numbers are from the
range 06 39 98 that ARCEP keeps for fiction.
"""

from random import Random
from typing import NamedTuple

from backend.impact.replay.catalogue import Territory, territories

_SHARES = {"company": 52, "public_body": 22, "association": 14, "individual": 12}
_TREES = (
    "Aulne",
    "Bouleau",
    "Charme",
    "Érable",
    "Frêne",
    "Genêt",
    "Hêtre",
    "If",
    "Jonc",
    "Mélèze",
    "Noyer",
    "Orme",
    "Peuplier",
    "Saule",
    "Tilleul",
    "Aubépine",
    "Cornouiller",
    "Fusain",
    "Houx",
    "Lierre",
)
_TONES = (
    "Clair",
    "Vif",
    "Doré",
    "Bleu",
    "Calme",
    "Discret",
    "Lointain",
    "Neuf",
    "Agile",
    "Serein",
    "Ancien",
    "Libre",
    "Subtil",
    "Rond",
    "Franc",
    "Sonore",
    "Léger",
    "Patient",
    "Malin",
    "Profond",
)
_TRADES = {
    "company": (
        "Assurances",
        "Logistique",
        "Conseil",
        "Transports",
        "Bâtiment",
        "Banque",
        "Énergie",
    ),
    "public_body": (
        "Communauté fictive",
        "Syndicat mixte fictif",
        "Office fictif",
        "Lycée fictif",
    ),
    "association": ("Amicale", "Les Amis", "Entraide", "Collectif"),
    "individual": ("Particulier",),
}
_HELP = (
    "CCAS fictif",
    "Mission locale fictive",
    "Maison de quartier",
    "Centre d'hébergement",
    "Association d'insertion",
    "Point conseil budget",
    "Centre social",
)


class Organisation(NamedTuple):
    """An organisation of the plan; `number` counts within its kind."""

    number: int
    name: str
    legal_type: str
    siren: str
    territory: str


def siren_for(number: int) -> str:
    """Give a SIREN that INSEE never assigns: it begins with 0 and passes Luhn's check."""
    body = f"{number:08}"
    doubled = [
        int(c) * 2 - 9 * (int(c) > 4) if place % 2 else int(c) for place, c in enumerate(body)
    ]
    return f"{body}{-sum(doubled) % 10}"


def _poetic(number: int) -> str:
    tone, tree = divmod(number, len(_TREES))
    generation = "" if tone < len(_TONES) else f" {tone // len(_TONES) + 1}"
    return f"{_TREES[tree]} {_TONES[tone % len(_TONES)]}{generation}"


def workshops() -> list[Organisation]:
    """Give the 23 workshops of the 20 territories."""
    places = [t for t in territories() for _place in range(t.workshops)]
    return [
        Organisation(
            n, f"Atelier {_poetic(n * 7)}", "association", siren_for(9_000_000 + n), t.code
        )
        for n, t in enumerate(places)
    ]


def structures(count: int, chance: Random) -> list[Organisation]:
    """Give the social structures that know the people."""
    return [
        Organisation(
            n,
            f"{_HELP[n % len(_HELP)]} {_poetic(n * 3 + 1)}",
            "public_body" if n % len(_HELP) < 1 else "association",
            siren_for(8_000_000 + n),
            _where(chance).code,
        )
        for n in range(count)
    ]


def donors(count: int, chance: Random) -> list[Organisation]:
    """Give donors of every legal type; the first ones hold one of each."""
    types = list(_SHARES)
    rest = chance.choices(types, list(_SHARES.values()), k=max(0, count - len(types)))
    return [_donor(n, legal_type, chance) for n, legal_type in enumerate((types + rest)[:count])]


def _donor(number: int, legal_type: str, chance: Random) -> Organisation:
    is_private = legal_type == "individual"
    trade = chance.choice(_TRADES[legal_type])
    name = f"{trade} n° {number}" if is_private else f"{trade} {_poetic(number)}"
    siren = "" if is_private else siren_for(1_000_000 + number)
    return Organisation(number, name, legal_type, siren, _where(chance).code)


def _where(chance: Random) -> Territory:
    known = territories()
    return chance.choices(known, [t.workshops for t in known])[0]
