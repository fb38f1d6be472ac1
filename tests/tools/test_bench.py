"""A work that is measured fits the same model in both libraries."""

import numpy as np
import pytest

from bench.once import measure
from bench.works import OURS, WORKS


@pytest.mark.parametrize(("work", "reference"), [(name, other) for name, work in WORKS.items() for other in work.sizes])
def test_both_fit_the_same_model(work, reference):
    X, y = WORKS[work].make(2000, 10)
    ours, theirs = (WORKS[work].fit(library)(X, y) for library in (OURS, reference))
    assert ours.shape == (11,)
    assert np.max(np.abs(ours - theirs)) <= 1e-4 * np.max(np.abs(theirs))


def test_what_a_fit_costs(tmp_path):
    cost = measure("ridge", 2000, 10, OURS, tmp_path / "weights.npy")
    assert cost.keys() == {"s", "cpu_s", "mb"}
    assert min(cost.values()) > 0
    assert np.load(tmp_path / "weights.npy").shape == (11,)
