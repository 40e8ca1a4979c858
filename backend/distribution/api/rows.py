"""Rows that gather columns of several tables, still read without making instances."""

from functools import reduce
from typing import Any, ClassVar

from django_filters import rest_framework as filters

from backend.accounts.api.resources import BIGGEST_ID, Facts, Resource


class Gathered(Resource):
    """A resource whose `paths` say where each field of a row comes from."""

    paths: ClassVar[dict[str, str]]

    @property
    def columns(self) -> list[str]:
        """The columns to read."""
        return list(self.paths.values())

    def present(self, row: Facts) -> Facts:
        """Give each column its name in the API."""
        return {name: row[path] for name, path in self.paths.items()}

    def shape(self, instance: Any) -> Facts:
        """Gather the same row from an instance and what hangs on it."""
        row = {path: _follow(instance, path) for path in self.paths.values()}
        return self.present(row)


def _follow(instance: Any, path: str) -> Any:
    return reduce(getattr, path.split("__"), instance)


def by_id(column: str) -> filters.NumberFilter:
    """Filter by the number of another row: unknown and invisible ones give an empty list."""
    return filters.NumberFilter(field_name=f"{column}_id", min_value=1, max_value=BIGGEST_ID)
