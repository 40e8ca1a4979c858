"""The menu: only what the person may open, in order, with the page they are on marked."""

import pytest

from backend.core.pages import navigation


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.add("core:privacy", "Data", capability="b", place=20)
    navigation.add("core:accessibility", "Access", capability="a", place=10)
    navigation.add("no:such_page", "Later", capability="a")


def test_the_menu_holds_what_one_may_open_in_its_order() -> None:
    links = navigation.links("/", includes=lambda _: True)
    assert [link.label for link in links] == ["Access", "Data"]
    assert [link.label for link in navigation.links("/", includes="b".__eq__)] == ["Data"]


def test_the_page_one_is_on_is_marked_with_those_below_it() -> None:
    links = navigation.links("/accessibilite/more/", includes=lambda _: True)
    assert [link.is_current for link in links] == [True, False]


def test_nothing_is_marked_elsewhere() -> None:
    assert not any(link.is_current for link in navigation.links("/", includes=lambda _: True))
