"""A page's form as one command: sent twice (double press, reload, lost answer), done once."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Refusal
from backend.core.idempotency import Reply, fingerprint, once
from backend.core.pages.forms import show_invalid, show_refusal

KEY_FIELD = "once"
_NOT_ASKED = {KEY_FIELD, "csrfmiddlewaretoken"}


def command_of_page(request: HttpRequest, act: Callable[[], str]) -> str:
    """Run `act` once per printed form; give the address to go to next, the same each time.

    `act` does the verb and returns that address. The form holds `core/_once.html`. Raises
    what `act` raises: a refusal changed nothing and is decided anew.
    """
    hat = getattr(request.user, "acting_as_id", None)
    asked = [(k, *v) for k, v in sorted(request.POST.lists()) if k not in _NOT_ASKED]
    reply = once(
        actor=f"membership:{hat}" if hat else "public",
        key=request.POST.get(KEY_FIELD, ""),
        asked=fingerprint(request.path, repr(asked)),
        act=lambda: Reply(303, act()),
    )
    return str(reply.body)


def sent(
    request: HttpRequest, form: BaseForm, act: Callable[[], str]
) -> HttpResponseRedirect | None:
    """Do a valid form's command and go on; None for what has to be shown again.

    A refusal, or what a model finds wrong, is put on the form, beside what was typed.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return redirect(command_of_page(request, act))
    except Refusal as refusal:
        show_refusal(form, refusal)
    except ValidationError as error:
        show_invalid(form, error)
    except IntegrityError:
        form.add_error(None, _("This changed while you were working. Reload it and try again."))
    return None


def status_of(form: BaseForm) -> int:
    """Give 422 for a form shown again with its errors, 200 for a fresh one."""
    return 422 if form.errors else 200
