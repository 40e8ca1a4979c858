"""Fields and habits that several forms of the inventory share."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.core.pages.forms import field_of

UNKNOWN_YES_NO = [("", _("I don't know")), ("yes", _("Yes")), ("no", _("No"))]


def truth_of(word: Any) -> bool | None:
    """Read the three answers: yes, no, unknown."""
    return {"yes": True, "no": False, True: True, False: False}.get(word)


class TruthField(forms.TypedChoiceField):
    """Yes, no or "I don't know", which is an answer of its own."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        """Offer the three answers; unknown is the one given by silence."""
        super().__init__(
            label=label,
            choices=UNKNOWN_YES_NO,
            coerce=truth_of,
            empty_value=None,
            required=False,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a stored answer as the word of its choice."""
        return {True: "yes", False: "no", None: ""}.get(value, value)


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A day and a time, with the browser's own calendar."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        """Read what the browser's calendar writes."""
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)


class CodeField(forms.CharField):
    """The code of a label, typed, or typed by a scanner as the label's whole address."""

    def __init__(self, *, waits: bool = False, **kwargs: Any) -> None:
        """Be large, unspelled, unremembered; one that `waits` for scans has the first key."""
        attrs: dict[str, Any] = {
            "autofocus": waits,
            "class": "code-input",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "enterkeyhint": "go",
        }
        kwargs.setdefault("label", _("Code of the label"))
        super().__init__(max_length=300, widget=forms.TextInput(attrs=attrs), **kwargs)


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A row chosen among those the person may see, shown in words of our own."""

    def __init__(self, *args: Any, words: Callable[[Any], Any] = str, **kwargs: Any) -> None:
        """Take how a row is shown."""
        super().__init__(*args, **kwargs)
        self.words = words

    def label_from_instance(self, obj: Any) -> str:
        """Show a row."""
        return str(self.words(obj))


def either_of(form: forms.Form, *names: str) -> None:
    """One of these fields is needed, so none of them is told as optional."""
    for name in names:
        field_of(form, name).is_one_of = True


def split_lines(text: str) -> list[str]:
    """Read one entry a line, without the empty ones and the doubles."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
