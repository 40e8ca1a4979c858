"""Certificates: the row is the promise, made at once; the PDF is set from it after the commit."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from backend.accounts.models import Membership
from backend.core import events
from backend.core.documents import render_pdf
from backend.core.errors import NotFound, Refusal
from backend.core.operations import next_reference
from backend.core.transactions import after_rollback, operation
from backend.inventory.choices import DataOutcome
from backend.inventory.models import Certificate, Device, Pledge, StorageUnit
from backend.inventory.operations.erasing import locked_unit
from backend.inventory.queries.certificates import facts_of_pledge, facts_of_unit

_TEMPLATE = Path(__file__).resolve().parent.parent / "documents" / "certificate.typ"
_nudge: list[Callable[[], object]] = []


class DataStillThere(Refusal):
    """Nothing can be certified of a storage unit whose data is not dealt with."""

    code = "data_still_there"
    title = _("Nothing can be certified yet")


def wake_with(nudge: Callable[[], object]) -> None:
    """Say how to wake the worker that sets the papers; the domain itself knows no queue."""
    _nudge[:] = [nudge]


@operation
def issue_certificate(*, unit_id: int, by: Membership, at: datetime) -> Certificate:
    """Certify what became of the data on one storage unit; once, however often it is asked.

    Raises DataStillThere for a unit that is pending, and UnknownUnit.
    """
    unit, device = locked_unit(unit_id, by=by, at=at)
    certificate, is_new = _of_unit(unit, device, by=by, at=at)
    if is_new:
        _tell([certificate], by=by, at=at)
    return certificate


@operation
def issue_pledge_certificate(*, pledge: Pledge, by: Membership, at: datetime) -> Certificate:
    """Certify a pledge as it stands: one paper for each drive dealt with, one over all.

    What is not finished is said on it; asked again when something has changed, a new one names
    the one it replaces. Raises DataStillThere while nothing at all is dealt with.
    """
    found = Pledge.objects.seen_by(by).select_for_update(of=("self",))
    locked = found.select_related("donor", "workshop").filter(pk=pledge.pk).first()
    if locked is None:
        raise NotFound(_("There is nothing here that you may see. Check the address."))
    issued = _of_units_of(locked, by=by, at=at)
    last = Certificate.objects.in_force().filter(pledge=locked).last()
    facts = facts_of_pledge(locked, replaces=last.number if last else "")
    if facts["devices"] == 0 or facts["outcomes"][DataOutcome.PENDING] == len(facts["rows"]):
        raise DataStillThere(_("No storage unit of this pledge is dealt with yet."))
    if last and _same(facts, last.facts):
        return last
    certificate = _issue(
        facts, by=by, at=at, pledge=locked, workshop=locked.workshop, replaces=last
    )
    _tell([*issued, certificate], by=by, at=at)
    return certificate


def set_certificate(*, certificate_id: int) -> Certificate:
    """Set the PDF of a certificate, if nobody has; the same facts give the same bytes.

    Outside any transaction: setting takes longer than a lock should be held.
    """
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.sha256:
        return certificate
    return _keep(certificate_id=certificate_id, pdf=pdf_of(certificate))


def set_due_certificates(*, until: datetime) -> int:
    """Set what was issued and is not on paper yet, oldest first, until a moment."""
    done = 0
    waiting = Certificate.objects.filter(sha256="").order_by("pk").values_list("pk", flat=True)
    for certificate_id in list(waiting):
        if timezone.now() >= until:
            break
        set_certificate(certificate_id=certificate_id)
        done += 1
    return done


def pdf_of(certificate: Certificate) -> bytes:
    """Set a certificate from its own row and nothing else."""
    address = f"{settings.SITE_URL}/verifier/{certificate.token}"
    facts = certificate.facts
    data = {
        **facts,
        "number": certificate.number,
        "issued_at": timezone.localtime(certificate.issued_at).strftime("%d/%m/%Y %H:%M"),
        "issued_by": certificate.issued_by_label,
        "address": address,
        "check": f"{settings.SITE_URL}/verifier/",
        "qr": _modules(address),
    }
    return render_pdf(_TEMPLATE, data, at=certificate.issued_at)


@operation
def _keep(*, certificate_id: int, pdf: bytes) -> Certificate:
    certificate = Certificate.objects.select_for_update().get(pk=certificate_id)
    if certificate.sha256:
        return certificate
    certificate.file.save(f"{certificate.number}.pdf", ContentFile(pdf), save=False)
    after_rollback(partial(certificate.file.storage.delete, str(certificate.file.name)))
    certificate.sha256 = hashlib.sha256(pdf).hexdigest()
    certificate.save(update_fields=["file", "sha256"])
    return certificate


def _of_units_of(pledge: Pledge, *, by: Membership, at: datetime) -> list[Certificate]:
    devices = Device.objects.filter(pledge=pledge).order_by("pk").locked()
    units = StorageUnit.objects.filter(device__in=[device.pk for device in devices])
    settled = units.exclude(outcome=DataOutcome.PENDING).order_by("device_id", "pk")
    wanted = settled.select_related("device__custodian").prefetch_related("certificates")
    answers = []
    for unit in wanted:
        if all(paper.settled_at != unit.outcome_at for paper in unit.certificates.all()):
            unit.device.pledge = pledge
            answers.append(_of_unit(unit, unit.device, by=by, at=at))
    return [certificate for certificate, is_new in answers if is_new]


def _of_unit(
    unit: StorageUnit, device: Device, *, by: Membership, at: datetime
) -> tuple[Certificate, bool]:
    if unit.outcome == DataOutcome.PENDING:
        raise DataStillThere(
            _("The data of this storage unit is still there: erase or destroy it first.")
        )
    issued = unit.certificates.filter(settled_at=unit.outcome_at).first()
    if issued:
        return issued, False
    facts = facts_of_unit(unit)
    about = {"unit": unit, "settled_at": unit.outcome_at, "workshop": device.custodian}
    return _issue(facts, by=by, at=at, **about), True


def _issue(facts: dict[str, Any], *, by: Membership, at: datetime, **about: Any) -> Certificate:
    number = next_reference(series="E", year=timezone.localtime(at).year)
    return Certificate.objects.create(
        number=number, facts=facts, issued_at=at, issued_by_label=by.actor_label, **about
    )


def _tell(issued: list[Certificate], *, by: Membership, at: datetime) -> None:
    """Record what was issued just now, the paper over all last, and wake who sets it."""
    events.record(
        "certificate.issued",
        subject=issued[-1],
        by=by,
        at=at,
        number=issued[-1].number,
        certificates=[one.pk for one in issued],
    )
    for nudge in _nudge:
        events.nudge_after_commit(nudge)


def _same(facts: dict[str, Any], before: dict[str, Any]) -> bool:
    return facts | {"replaces": ""} == before | {"replaces": ""}


def _modules(address: str) -> list[str]:
    drawing = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=2)
    drawing.add_data(address)
    drawing.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in drawing.modules]
