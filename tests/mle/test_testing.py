"""verify and check_gradient: what they accept, what they refuse, and what they say."""

import numpy as np
import pytest

from mle import testing
from mle.testing import VerifyError, check_gradient, verify


@pytest.fixture(autouse=True)
def records(monkeypatch):
    """Keep the records of these tests to themselves."""
    monkeypatch.setattr(testing, "VERIFIED", [])
    return testing


def test_what_holds_is_recorded():
    assert verify("a", [1.0, 2.0], [1.0, 2.0 + 1e-10]) is None
    (record,) = testing.VERIFIED
    assert (record.label, record.tolerance) == ("a", 1e-8)
    assert record.error == pytest.approx(0.5e-10, rel=1e-5)
    assert isinstance(record.error, float)
    assert isinstance(record.tolerance, float)


def test_error_is_relative_to_large_numbers_and_absolute_for_small():
    verify("large", 1e6 + 1e-3, 1e6)
    with pytest.raises(VerifyError, match="small: error 1e-06 exceeds the tolerance 1e-08"):
        verify("small", 1e-6, 0.0)


def test_one_number_may_be_expected_of_many():
    verify("zeros", np.zeros((2, 3)), 0)
    assert testing.VERIFIED[-1].error == 0


@pytest.mark.parametrize(
    ("got", "expected", "message"),
    [
        ([1.0, 2.0], [1.0], r"got shape \(2,\), expected shape \(1,\)"),
        (1.0, [1.0, 1.0], r"got shape \(\), expected shape \(2,\)"),
        ([[1.0, 1.0]], [1.0, 1.0], r"got shape \(1, 2\), expected shape \(2,\)"),
        ([1.0, np.nan], [1.0, 2.0], r"got holds 1 nan or infinite"),
        ([np.nan], [np.nan], "nan or infinite"),
        ([np.inf], [np.inf], "nan or infinite"),
        ([1.0], np.nan, "expected holds 1 nan or infinite"),
        ([], [], "nothing to compare"),
        ([1.0, 3.0], [1.0, 2.0], r"error 0.5 .* at \(1,\): got 3, expected 2"),
    ],
)
def test_what_does_not_hold_is_refused(got, expected, message):
    with pytest.raises(AssertionError, match="the label: .*" + message):
        verify("the label", got, expected)
    assert testing.VERIFIED == []


def test_tolerance_counts():
    verify("loose", 1.001, 1.0, tol=1e-2)
    with pytest.raises(VerifyError):
        verify("tight", 1.001, 1.0, tol=1e-4)


def test_gradient_of_a_known_function():
    error = check_gradient(lambda x: float(np.sin(x).sum()), np.cos, np.linspace(-2, 2, 5))
    assert 0 <= error < 1e-9


def test_gradient_of_a_matrix():
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert check_gradient(lambda X: float((A * X**2).sum()), lambda X: 2 * A * X, np.ones((2, 2))) < 1e-8


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (lambda x: 2 * x + [0, 0.5], r"at \(1,\): got 4.5, central difference 4"),
        (lambda x: np.array([np.nan, 0.0]), r"at \(0,\): got nan"),
        (lambda x: np.array([1.0]), r"gradient has shape \(1,\), expected that of x, \(2,\)"),
    ],
)
def test_wrong_gradient_is_named(gradient, message):
    with pytest.raises(VerifyError, match=message):
        check_gradient(lambda x: float(x @ x), gradient, [1.0, 2.0])


def test_a_gradient_that_writes_into_its_argument_is_found_out():
    def spoils(x):
        x *= 2
        return x

    x = np.array([1.0, 2.0])
    check_gradient(lambda x: float(x @ x), spoils, x)  # 2x is right, and the point itself stays as it was
    assert x.tolist() == [1.0, 2.0]
