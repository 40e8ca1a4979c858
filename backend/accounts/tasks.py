"""What the worker does for accounts: the mail that lets an invited person in."""

from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.accounts.models import Membership, User
from backend.core.models import Event


def on_invitation(*, event: Event) -> None:
    """Have the invitation of this event sent; sending it twice does no harm."""
    send_invitation.delay(membership_id=event.subject_id)


@shared_task(
    autoretry_for=(SMTPException, OSError),
    retry_backoff=True,
    max_retries=8,
    acks_late=True,
    time_limit=60,
)
def send_invitation(*, membership_id: int) -> None:
    """Send the link to choose a password, or the news of another hat to who has one."""
    hat = Membership.objects.select_related("user", "organisation").get(pk=membership_id)
    with override(hat.user.language):
        words = {"hat": hat, "link": settings.SITE_URL + _way_in(hat.user)}
        send_mail(
            subject=_("Your access to Rebond: %(hat)s") % {"hat": hat},
            message=render_to_string("accounts/mail/invitation.txt", words),
            html_message=render_to_string("accounts/mail/invitation.html", words),
            from_email=None,
            recipient_list=[hat.user.email],
        )


def _way_in(user: User) -> str:
    if user.has_usable_password():
        return reverse("account_login")
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
