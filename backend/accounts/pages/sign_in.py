"""allauth's forms in our words, without placeholders that repeat the label."""

from typing import Any

from allauth.account import forms
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

_WORDS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "code": _("Code"),
    "name": _("Name of the key"),
    "passwordless": _("Let me in without a password with this key"),
}


class _Plain:
    """Takes the placeholders away: a label stays when one types."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Print labels only, in our words."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = _WORDS.get(name, field.label)


class SignInForm(_Plain, forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """E-mail and password."""


class ForgottenForm(_Plain, forms.ResetPasswordForm):  # type: ignore[misc]  # untyped there
    """Where to send the link."""


class NewPasswordForm(_Plain, forms.ResetPasswordKeyForm):  # type: ignore[misc]  # untyped there
    """The password chosen behind the link."""


class ChangePasswordForm(_Plain, forms.ChangePasswordForm):  # type: ignore[misc]  # untyped there
    """The old password and the new one."""


class AgainForm(_Plain, forms.ReauthenticateForm):  # type: ignore[misc]  # untyped there
    """The password once more, before something grave."""


class CodeForm(_Plain, second_step.AuthenticateForm):  # type: ignore[misc]  # untyped there
    """The code at the second step."""


class CodeAgainForm(_Plain, second_step.ReauthenticateForm):  # type: ignore[misc]  # untyped there
    """The code once more, before something grave."""


class TurnOnAppForm(_Plain, ActivateTOTPForm):  # type: ignore[misc]  # untyped there
    """The first code of a new authenticator app."""


class AddKeyForm(_Plain, AddWebAuthnForm):  # type: ignore[misc]  # untyped there
    """A passkey or a security key, with a name to know it by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the device will ask."""
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].help_text = _(
            "Your device will then ask for your fingerprint, your face or its own code."
        )
