"""allauth's forms in our words, without placeholders that repeat the label."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class _Plain:
    """Takes the placeholders away: a label stays when one types."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Print labels only, and one word for e-mail everywhere."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"login", "email"}:
                field.label = _("E-mail")


class SignInForm(_Plain, forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """E-mail and password."""


class ForgottenForm(_Plain, forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link."""


class NewPasswordForm(_Plain, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """The password chosen behind the link."""


class ChangePasswordForm(_Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one."""


class AgainForm(_Plain, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something grave."""
