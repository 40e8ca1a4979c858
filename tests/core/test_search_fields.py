"""A scanner types a label's address into whatever field has the focus: all searches understand."""

import re

import pytest
from django.conf import settings
from django.test import Client

from backend.inventory.labels import address
from tests.factories import a_counsellor
from tests.inventory.stories import Workshop

FIELD = re.compile(r'<input[^>]*type="search"')
SEARCHES = {
    "accounts/members.html": "/compte/membres/",
    "distribution/people.html": "/bureau/personnes/",
    "inventory/devices.html": "/atelier/appareils/",
    "inventory/parts.html": "/atelier/pieces/",
}


def test_every_search_field_is_known_here() -> None:
    folders = (settings.ROOT / "backend").glob("*/templates")
    found = {
        str(page.relative_to(folder))
        for folder in folders
        for page in folder.rglob("*.html")
        if FIELD.search(page.read_text())
    }
    assert found == SEARCHES.keys()


@pytest.mark.parametrize("template", SEARCHES)
def test_a_scanned_label_is_found_by_every_search(db: None, template: str) -> None:
    workshop = Workshop()
    device = workshop.receive()
    browser = Client()
    hat = a_counsellor() if template.startswith("distribution") else workshop.manager
    browser.force_login(hat.user)
    answer = browser.get(SEARCHES[template], {"q": address(device.code)}, follow=True)
    assert answer.status_code == 200
    assert device.code in answer.content.decode() or str(device) in answer.content.decode()


@pytest.mark.parametrize("template", SEARCHES)
def test_the_label_of_a_place_leads_there_from_every_search(db: None, template: str) -> None:
    workshop = Workshop()
    place = workshop.site()
    browser = Client()
    hat = a_counsellor() if template.startswith("distribution") else workshop.manager
    browser.force_login(hat.user)
    scanned = f"{settings.SITE_URL}/P/{place.pk}".upper()
    answer = browser.get(SEARCHES[template], {"q": scanned})
    assert (answer.status_code, answer["Location"]) == (302, f"/P/{place.pk}")


def test_an_operator_finds_a_device_by_scanning_its_label(admin_client: Client) -> None:
    workshop = Workshop()
    device, other = workshop.receive(), workshop.receive()
    for page in ("device", "label"):
        answer = admin_client.get(f"/admin/inventory/{page}/", {"q": address(device.code)})
        said = answer.content.decode()
        assert device.code in said
        assert other.code not in said
