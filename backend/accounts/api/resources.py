"""The form that every resource of the API has: rows that one may see, commands, shapes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from backend.accounts.models import Membership
from backend.accounts.people import acting, hat_of
from backend.core import batches
from backend.core.api.commands import command
from backend.core.errors import NotFound

ID = "[0-9]{1,18}"
BIGGEST_ID = 2**63 - 1
MOST_INTEGER = 2**31 - 1

# Arguments of an operation that stand beside its `facts`.
_NAMED = {"organisation", "code", "unit_id", "report", "lines"}

Facts = dict[str, Any]


class Seen(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row that the person may see; any other is said not to exist."""

    def __init__(
        self, model: type[Model], *, narrow: str = "", also: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        """Take the model; `narrow` names a word of its QuerySet, such as `workshops`.

        `also` names the relations that come with the row.
        """
        self.model, self.narrow, self.also = model, narrow, also
        super().__init__(queryset=model._default_manager.all(), **kwargs)

    def get_queryset(self) -> "QuerySet[Any]":
        """Give the rows to choose from."""
        rows: Any = self.model._default_manager.all()
        if hasattr(rows, "seen_by"):
            rows = rows.seen_by(self.context.get("hat"))
        found: QuerySet[Any] = getattr(rows, self.narrow)() if self.narrow else rows
        return found.select_related(*self.also) if self.also else found

    def to_internal_value(self, data: Any) -> Any:
        """Find the row. Only a whole number can be an id."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if not 0 < data <= BIGGEST_ID:
            self.fail("does_not_exist", pk_value=data)
        batch = batches.current()
        if batch is None or data not in batch.hints["ids"]:
            return super().to_internal_value(data)
        found = self._read_together(batch)
        if data not in found:
            self.fail("does_not_exist", pk_value=data)
        return found[data]

    def _read_together(self, batch: batches.Batch) -> dict[int, Any]:
        """Give the rows that all commands of the batch under way may name, by id."""
        key = ("seen", self.model, self.narrow, self.also)
        return batch.load(key, lambda: self.get_queryset().in_bulk(batch.hints["ids"]))


class Resource(GenericViewSet[Any]):
    """Rows one may see, in the shape of `serializer_class`; closed by default.

    The fields of `serializer_class` are columns of the model, read without making instances;
    `present` may add to a row. Foreign keys are shown by their id.
    """

    capabilities: ClassVar[dict[str, str]] = {}
    lookup_value_regex = ID

    @property
    def hat(self) -> Membership:
        """Who acts. Raises PermissionDenied for nobody."""
        return acting(self.request)

    def get_queryset(self) -> "QuerySet[Any]":
        """Give the rows that the person may see."""
        rows: Any = self.model._default_manager.all()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()  # type: ignore[no-any-return]  # of any model
        return rows.seen_by(self.hat)  # type: ignore[no-any-return]  # of any model

    @property
    def model(self) -> type[Model]:
        """The model behind the shape."""
        return self.serializer_class.Meta.model  # type: ignore[union-attr,no-any-return]  # always has one

    @property
    def columns(self) -> list[str]:
        """The columns of a row."""
        return list(self.serializer_class.Meta.fields)  # type: ignore[union-attr]  # always has one

    def one(self) -> Any:
        """Give the row that the address names, as an instance. Raises NotFound."""
        named = {self.lookup_field: self.kwargs[self.lookup_field]}
        row = self.get_queryset().filter(**named).first()
        if row is None:
            raise NotFound(_("There is nothing here that you may see. Check the address."))
        return row

    def present(self, row: Facts) -> Facts:
        """Finish a row before it is shown."""
        return row

    def shape(self, instance: Any) -> Facts:
        """Give an instance the shape of a row."""
        return self.present(columns_of(instance, self.columns))

    def do(
        self,
        asked: type[serializers.Serializer[Any]],
        act: Callable[..., Any],
        *,
        status: int = 200,
        **named: Any,
    ) -> Response:
        """Run one command: what was asked is checked, done once, and answered with a row."""
        facts = read(asked, self.request, hat=hat_of(self.request))
        return command(
            self.request,
            lambda: self.shape(act(**named, **facts, by=hat_of(self.request))),
            status=status,
        )


class Listed(Resource):
    """A resource that can be listed."""

    def list(self, request: Request, **_named: Any) -> Response:
        """List what you may see, newest first."""
        rows = self.filter_queryset(self.get_queryset()).values(*{"id": None}, *self.columns)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(
            [self.present(shown(row, self.columns)) for row in page]
        )


class Retrieved(Resource):
    """A resource that can be read one by one."""

    def retrieve(self, request: Request, **named: Any) -> Response:
        """Read one."""
        found = self.get_queryset().filter(**{self.lookup_field: named[self.lookup_field]})
        row = found.values(*self.columns).first()
        if row is None:
            raise NotFound(_("There is nothing here that you may see. Check the address."))
        return Response(self.present(dict(row)))


def read(
    asked: type[serializers.Serializer[Any]], request: Request, *, hat: Membership | None
) -> Facts:
    """Check what was asked and give it. Raises ValidationError (422)."""
    serializer = asked(data=request.data, context={"request": request, "hat": hat})
    serializer.is_valid(raise_exception=True)
    facts: Facts = serializer.validated_data
    return facts


def as_facts(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Hand what was asked to an operation that takes it together, as `facts`."""

    def act(*, by: Membership | None, at: datetime, **facts: Any) -> Any:
        named = {name: facts.pop(name) for name in _NAMED & facts.keys()}
        return operation(facts=facts, by=by, at=at, **named)

    return act


def columns_of(instance: Any, columns: list[str]) -> Facts:
    """Give columns of an instance as a row of `values()` would have them."""
    fields = {field.name: field.attname for field in instance._meta.concrete_fields}
    return {name: getattr(instance, fields.get(name, name)) for name in columns}


def shown(row: Mapping[str, Any], columns: list[str]) -> Facts:
    """Keep of a row what is shown."""
    return {name: row[name] for name in columns}


def verb(
    asked: type[serializers.Serializer[Any]],
    answer: Any,
    *,
    status: int = 200,
    example: Facts | None = None,
    url_path: str | None = None,
) -> Callable[[Any], Any]:
    """Make a method the POST action of one row, described in the OpenAPI document."""

    def mark(method: Any) -> Any:
        post = action(detail=True, methods=["post"], url_path=url_path or _path_of(method))
        # The description comes last: `action` would take its place.
        return describe(asked, answer, status=status, example=example)(post(method))

    return mark


def describe(
    asked: Any, answer: Any, *, status: int = 200, example: Facts | None = None
) -> Callable[[Any], Any]:
    """Describe a command in the OpenAPI document."""
    examples = (
        [OpenApiExample("example", value=example, request_only=True)]
        if example is not None
        else []
    )
    return extend_schema(request=asked, responses={status: answer}, examples=examples)


def _path_of(method: Any) -> str:
    return str(method.__name__).replace("_", "-")
