"""The site's own pages: in two languages, without an account, faults included."""

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from backend.core.errors import InvalidInput, Refusal
from backend.core.pages.forms import show_refusal
from backend.core.pages.refusals import TellRefusals
from backend.core.pages.site import fault
from tests.page import Page

pytestmark = pytest.mark.django_db

PAGES = ["/", "/donnees-personnelles/", "/accessibilite/", "/compte/login/", "/nowhere/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_speaks_the_readers_language_and_holds_together(
    client: Client, path: str, language: str
) -> None:
    response = client.get(path, headers={"accept-language": language})
    page = Page(response.content)
    assert page.all("html") == [{"lang": language}]
    assert page.faults() == []
    assert page.all("a")[0]["href"] == "#main"


def test_the_first_words_are_french_for_who_asks_for_nothing_we_speak(client: Client) -> None:
    page = Page(client.get("/", headers={"accept-language": "de"}).content)
    assert page.all("html") == [{"lang": "fr"}]
    assert page.words("h1") == ["Une seconde vie pour vos ordinateurs"]


def test_the_language_is_changed_from_any_page(client: Client) -> None:
    client.post("/langue/setlang/", {"language": "en", "next": "/accessibilite/"})
    assert Page(client.get("/accessibilite/").content).words("h1") == ["Accessibility"]


def test_a_fault_is_told_without_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = fault(RequestFactory().get("/"))
    assert response.status_code == 500
    assert Page(response.content).faults() == []


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_an_error_page_says_what_to_do_next(template: str) -> None:
    page = Page(render_to_string(template).encode())
    assert page.faults() == []
    assert "/" in [link["href"] for link in page.all("a")]


class Form(forms.Form):
    place = forms.CharField(label="Place", help_text="Where it stands.")
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)


def test_each_field_is_printed_with_its_label_its_help_and_its_error() -> None:
    page = Page(f"<h1>Form</h1>{Form({})}".encode())
    assert page.faults() == []
    place = next(field for field in page.all("input") if field["name"] == "place")
    assert place["aria-describedby"] == "id_place_helptext id_place_error"
    assert place["aria-invalid"] == "true"
    assert {"id_place_error", "id_kind_error", "id_agreed_error"} <= {*page.ids}
    assert page.words("legend") == ["Kind"]


def test_a_field_that_may_stay_empty_says_so() -> None:
    with override("fr"):
        page = Page(str(Form()).encode())
    assert [words for words in page.words("label") if words.startswith("Note")] == [
        "Note (facultatif)"
    ]


def test_a_refusal_is_shown_beside_the_field_it_names() -> None:
    form = Form({"place": "x", "kind": "a", "agreed": "on"})
    show_refusal(form, InvalidInput("Not there.", fields={"place": ["Unknown place."]}))
    assert form.errors == {"place": ["Unknown place."]}


def test_a_refusal_about_no_field_stands_above_the_form() -> None:
    form = Form({"place": "x", "kind": "a", "agreed": "on"})
    show_refusal(form, InvalidInput("Not now.", fields={"elsewhere": ["?"]}))
    assert form.non_field_errors() == ["Not now."]


@pytest.mark.parametrize(("headers", "whole"), [({}, True), ({"HX-Request": "true"}, False)])
def test_an_uncaught_refusal_is_a_page_or_a_fragment(headers: dict[str, str], whole: bool) -> None:
    request = RequestFactory().get("/", headers=headers)
    tell = TellRefusals(lambda _: pytest.fail("not called"))
    response = tell.process_exception(request, Refusal("This label is taken."))
    assert response is not None
    assert response.status_code == 409
    assert b"This label is taken." in response.content
    assert (b"<html" in response.content) is whole


def test_other_errors_are_not_refusals() -> None:
    tell = TellRefusals(lambda _: pytest.fail("not called"))
    assert tell.process_exception(RequestFactory().get("/"), ValueError()) is None
