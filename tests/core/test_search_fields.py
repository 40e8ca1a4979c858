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
