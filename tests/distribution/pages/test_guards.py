"""Every page of distribution opens to the roles of its capability, and to nobody else."""

import pytest
from django.test import Client
from django.urls import resolve

from backend.accounts.roles import can
from tests.distribution.pages.conftest import See
from tests.distribution.world import World

PAGES = [
    "/bureau/",
    "/bureau/demande/",
    "/bureau/structure/",
    "/bureau/personnes/",
    "/retour/",
    "/coordination/",
    "/coordination/file/",
    "/coordination/file/servi/",
    "/coordination/programmes/",
    "/coordination/programmes/nouveau/",
    "/coordination/partenaires/",
    "/aide/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_to_its_roles_only(world: World, seen_by: See, path: str) -> None:
    capability = resolve(path).func.capability  # type: ignore[attr-defined]
    for knocker in world.knockers():
        expected = 200 if can(knocker.hat, capability) else 403
        assert seen_by(knocker.hat).get(path).status_code == expected, str(knocker)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_asked_to_sign_in(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/compte/login/")  # type: ignore[attr-defined]


def test_both_languages_print_every_page(world: World, seen_by: See) -> None:
    browser = seen_by(world.counsellor)
    browser.cookies["django_language"] = "fr"
    assert "Mon bureau" in browser.get("/bureau/").content.decode()
