"""The mails of a demonstration, kept to be read on a page instead of leaving."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoMail(models.Model):
    """One mail as it would have left. In a demonstration only: all addresses are made up."""

    message_id = models.CharField(max_length=120, unique=True)
    recipients = models.CharField(_("to"), max_length=400)
    subject = models.CharField(_("subject"), max_length=400)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("mail of the demonstration")
        verbose_name_plural = _("mails of the demonstration")

    def __str__(self) -> str:
        """Show the subject."""
        return self.subject
