"""The estimate is the published method, with its range."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from backend.impact.figures.estimating import estimate_avoided, per_device
from backend.impact.models import Factor, FactorSet
from backend.impact.pages.figures import two_digits

pytestmark = pytest.mark.django_db

# kgCO2e per unit handed over, as the method's note gives them: low, central, high.
PUBLISHED = {
    "laptop": (8, 39, 128),
    "desktop": (10, 47, 154),
    "monitor": (2.5, 12, 40),
    "smartphone": (5, 24, 59),
    "tablet": (3, 18, 48),
}


@pytest.mark.parametrize("kind", PUBLISHED)
def test_each_kind_is_estimated_as_published(kind: str) -> None:
    found = per_device(FactorSet.objects.latest())[kind]
    assert found == pytest.approx(PUBLISHED[kind], rel=0.08)


def test_a_kind_without_factor_is_told_not_guessed() -> None:
    estimate = estimate_avoided({"laptop": 2, "printer": 3})
    assert (estimate.devices, estimate.not_estimated) == (2, {"printer": 3})
    assert estimate.central == pytest.approx(2 * 38.9, rel=0.01)


def test_factors_are_frozen() -> None:
    with pytest.raises(IntegrityError, match="factor_never_changed"), transaction.atomic():
        Factor.objects.update(central=1)


def test_every_factor_names_its_source() -> None:
    assert not Factor.objects.filter(source="").exists()


def test_an_estimate_claims_two_significant_figures() -> None:
    with override("en"):
        said = [two_digits(value) for value in (12345, 57.2, 5.72, 0.0234, 0)]
    assert said == ["12,000", "57", "5.7", "0.023", "0"]
