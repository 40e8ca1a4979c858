"""What the domain says when it refuses: one base, told alike by API and pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Refusal(Exception):
    """Base of every domain refusal: nothing was changed, and here is why.

    `code` is stable and for machines, `detail` is a sentence for people that says what
    to do next, `fields` names the inputs that are wrong, `facts` holds what a client may
    need to settle it (never personal data).
    """

    code = "refused"
    status = 409
    title = _("This is not possible now")

    def __init__(
        self,
        detail: Any,
        *,
        fields: dict[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        """Keep the sentence lazy, so that it is spoken in the reader's language."""
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}
        self.facts = facts

    def __str__(self) -> str:
        """Give the English sentence, for logs."""
        with override("en"):
            return f"{self.code}: {self.detail}"


class InvalidInput(Refusal):
    """What was given cannot be right, whatever the state of things."""

    code = "invalid_input"
    status = 422
    title = _("Something in what you sent needs a correction")


class NotFound(Refusal):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"
    status = 404
    title = _("Not found")


class NotAllowed(Refusal):
    """The person's role does not include this."""

    code = "not_allowed"
    status = 403
    title = _("Your role does not include this")
