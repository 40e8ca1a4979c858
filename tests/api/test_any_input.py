"""No input, valid or not, breaks the API or gives an answer that its document does not tell."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.accounts import operations
from backend.accounts.models import Membership
from backend.inventory import operations as operations_of_devices
from backend.inventory.api.pledges import ByAddress
from tests.factories import a_coordinator
from tests.inventory import printed
from tests.inventory.stories import NOW, Workshop, a_collection, an_accepted_pledge

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The run on PostgreSQL looks wider; the quick one on SQLite still asks every operation.
EXAMPLES = 8 if connection.vendor == "postgresql" else 3


schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
schema.config.phases.coverage.enabled = False  # hundreds of cases for each operation


@pytest.fixture
def names(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Rows to aim at, so that bodies are read beyond the address."""
    monkeypatch.setattr(ByAddress, "rate", None, raising=False)
    workshop = Workshop()
    device = workshop.receive()
    pledge = an_accepted_pledge(workshop)
    collection = a_collection(workshop, *pledge.lines.select_related("pledge"))
    report = operations_of_devices.record_hardware_report(
        code=device.code, content=printed.lshw(serial=""), by=workshop.technician, at=NOW
    ).report
    return {
        "workshop": workshop,
        "hardware-reports": report.pk,
        "code": device.code,
        "pledges": pledge.reference,
        "collections": collection.reference,
        "parts": operations_of_devices.add_part(
            facts={"kind": "ram", "description": "DDR4", "condition": "new"},
            quantity=2,
            by=workshop.manager,
            at=NOW,
        ).pk,
        "storage-units": device.storage_units.get().pk,
        "members": workshop.technician.pk,
    }


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """Leave the connection open between requests, as Django's own test client does."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def secret_of(hat: Membership) -> str:
    now = timezone.now()
    expires = now + timedelta(days=1)
    return operations.issue_token(name="any", scope=[], expires_at=expires, by=hat, at=now)[1]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks(case: Any, names: dict[str, Any]) -> None:
    workshop: Workshop = names["workshop"]
    aim(case, names)
    for hat in (workshop.manager, names.setdefault("coordinator", a_coordinator())):
        secret = names.setdefault(f"secret {hat.pk}", secret_of(hat))
        headers = {"Authorization": f"Bearer {secret}"}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        assert b"/problems/fault" not in answer.content


def aim(case: Any, names: dict[str, Any]) -> None:
    """Let commands find their row; what is only read keeps its odd address."""
    if case.method == "GET":
        return
    noun = case.path.split("/")[3]
    for name in case.path_parameters or {}:
        if name == "code":
            case.path_parameters[name] = names["code"]
        elif noun in names:
            case.path_parameters[name] = names[noun]
