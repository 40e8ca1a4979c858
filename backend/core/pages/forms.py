"""How forms are printed: each field with its label, its help and its error, linked."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict

from backend.core.errors import Refusal


class Renderer(TemplatesSetting):
    """Prints `{{ form }}` with the project's own templates."""

    form_template_name = "core/_form.html"
    field_template_name = "core/_field.html"
    formset_template_name = "core/_formset.html"


def field_of(form: BaseForm, name: str) -> Any:
    """Give a field as the kind it is: Django says only that it is a field."""
    return form.fields[name]


def posted(request: HttpRequest) -> QueryDict | None:
    """Give what was sent, even nothing at all; None while the form is only shown."""
    return request.POST if request.method == "POST" else None


def show_refusal(form: BaseForm, refusal: Refusal) -> None:
    """Put a refusal where the person can mend it: on the fields it names, else above the form."""
    mended = {name: lines for name, lines in refusal.fields.items() if name in form.fields}
    for name, lines in mended.items():
        form.add_error(name, lines)
    if not mended:
        form.add_error(None, refusal.detail)


def show_invalid(form: BaseForm, error: ValidationError) -> None:
    """Put what a model found wrong on the fields of the same name, else above the form."""
    found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: [error]}
    for name, errors in found.items():
        form.add_error(name if name in form.fields else None, errors)
