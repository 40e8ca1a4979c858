"""A rule that the database keeps is told in its own sentence, without asking it beforehand."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models


@contextmanager
def in_words_of(model: type[models.Model]) -> Iterator[None]:
    """Turn a broken check constraint of `model` into a ValidationError with its sentence.

    `validate_constraints` would ask the database one question for each constraint before
    every write; here the write itself is the question. The command under way is lost either
    way, so nothing may follow but its end.
    """
    try:
        yield
    except IntegrityError as error:
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint) and constraint.name in str(error):
                sentence = constraint.violation_error_message or constraint.name
                raise ValidationError(sentence, code=constraint.name) from error
        raise
