"""The OpenAPI document: valid, with examples, readable, and true."""

import json
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> Any:
    answer = Client().get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_document_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_tells_its_problems(document: Any) -> None:
    silent = [
        f"{method} {path}"
        for method, path, operation in operations(document)
        if "application/problem+json"
        not in operation["responses"].get("default", {}).get("content", {})
    ]
    assert not silent


def test_every_post_takes_an_idempotency_key(document: Any) -> None:
    without = [
        path
        for method, path, operation in operations(document)
        if method == "post"
        and "Idempotency-Key" not in {p["name"] for p in operation.get("parameters", [])}
    ]
    assert not without


def test_every_command_of_the_inventory_has_an_example(document: Any) -> None:
    bare = [
        path
        for method, path, operation in operations(document)
        if method == "post"
        and path.split("/")[3] in {"devices", "pledges", "collections", "scans", "erasures"}
        and not any(
            "examples" in content for content in operation["requestBody"]["content"].values()
        )
    ]
    assert not bare


def test_every_operation_says_what_it_does(document: Any) -> None:
    assert not [
        f"{method} {path}"
        for method, path, operation in operations(document)
        if not operation.get("description") and not operation.get("summary")
    ]


@pytest.mark.django_db
def test_the_reference_may_style_itself_and_nothing_else_may(client: Client) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "'unsafe-inline'" in page["Content-Security-Policy"]
    assert "script-src 'unsafe-inline'" not in page["Content-Security-Policy"]
    assert "'unsafe-inline'" not in client.get("/")["Content-Security-Policy"]
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
