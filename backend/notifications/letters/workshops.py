"""Letters to workshops: what is coming, and who needs help."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from backend.core import codes
from backend.distribution.models import SupportCase
from backend.inventory.models import Collection, Transfer
from backend.notifications.letters.layout import Letter, News, day, devices, moment, page


def collection_expected(news: News) -> Letter:
    """Say when how many devices come, and from where."""
    collection = Collection.objects.get(pk=news.event.subject_id)
    lines = collection.lines.select_related("pledge_line__pledge")
    expected = lines.aggregate(sum=Sum("pledge_line__quantity"))["sum"] or 0
    pledges = {line.pledge_line.pledge for line in lines}
    return Letter(
        subject=_("Collection %(reference)s on %(day)s")
        % {"reference": collection, "day": day(collection.planned_for)},
        said=_("About %(devices)s are fetched for you on %(moment)s.")
        % {"devices": devices(expected), "moment": moment(collection.planned_for)},
        rows=[
            (pledge.reference, _("département %(code)s") % {"code": pledge.territory})
            for pledge in sorted(pledges, key=str)
        ],
        next=_("Keep room for them, and print enough labels."),
        action=_("Open the collection"),
        link=page("inventory:collection", collection.pk),
    )


def transfer_coming(news: News) -> Letter:
    """Say what another workshop has sent."""
    transfer = Transfer.objects.select_related("sender").get(pk=news.event.subject_id)
    return Letter(
        subject=_("Transfer %(reference)s is on its way") % {"reference": transfer},
        said=_("%(sender)s has sent you %(devices)s.")
        % {"sender": transfer.sender, "devices": devices(transfer.lines.count())},
        next=_("When they arrive, scan each of them: what is missing is then known at once."),
        action=_("Open the transfer"),
        link=page("inventory:transfer", transfer.pk),
    )


def support_case_opened(news: News) -> Letter:
    """Say which device needs help; the message itself stays in Rebond."""
    case = SupportCase.objects.select_related("device").get(pk=news.event.subject_id)
    code = codes.spell(case.device.code)
    return Letter(
        subject=_("Help asked for device %(code)s") % {"code": code},
        said=_("Somebody scanned the label of %(code)s: “%(topic)s”.")
        % {"code": code, "topic": case.get_topic_display()},
        next=_("Read the message and answer the person, then close the case."),
        action=_("Open the case"),
        link=page("distribution:support_case", case.pk),
    )
