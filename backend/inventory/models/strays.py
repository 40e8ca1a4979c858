"""Labels scanned where nobody expected them: on no list, perhaps of no device."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StrayScan(models.Model):
    """A code scanned in a stock-take or on arrival that leads to no device of the list.

    Whose device it is, if any, is not kept: it is looked up again for each reader.
    """

    stock_take = models.ForeignKey(
        "inventory.StockTake", on_delete=models.CASCADE, null=True, related_name="strays"
    )
    transfer = models.ForeignKey(
        "inventory.Transfer", on_delete=models.CASCADE, null=True, related_name="strays"
    )
    code = models.CharField(_("code"), max_length=9)
    scanned_at = models.DateTimeField(_("scanned"))
    scanned_by_label = models.CharField(_("scanned by"), max_length=160)

    class Meta:
        verbose_name = _("stray scan")
        verbose_name_plural = _("stray scans")
        constraints = [
            models.UniqueConstraint(
                name="stray_once_per_stock_take", fields=["stock_take", "code"]
            ),
            models.UniqueConstraint(name="stray_once_per_transfer", fields=["transfer", "code"]),
            models.CheckConstraint(
                name="stray_in_one_place",
                condition=Q(stock_take=None) ^ Q(transfer=None),
                violation_error_message=_("A stray scan is of a stock-take or of a transfer."),
            ),
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code
