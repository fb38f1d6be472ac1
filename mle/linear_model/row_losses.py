"""Losses of one row and their slopes, in plain numbers: what stochastic descent asks for at each step."""

import math


def hinge(y: float, p: float) -> tuple[float, float]:
    """Loss max(0, 1 - yp) of a support vector machine for a label y of -1 or 1, and its slope in the score p.

    >>> hinge(1.0, 0.5), hinge(-1.0, -2.0)
    ((0.5, -1.0), (0.0, 0.0))
    """
    return (1.0 - y * p, -y) if y * p <= 1.0 else (0.0, 0.0)


def perceptron_loss(y: float, p: float) -> tuple[float, float]:
    """Loss max(0, -yp) of the perceptron for a label y of -1 or 1, and its slope in the score p.

    >>> perceptron_loss(1.0, -0.5), perceptron_loss(1.0, 0.5)
    ((0.5, -1.0), (0.0, 0.0))
    """
    return (-y * p, -y) if y * p <= 0.0 else (0.0, 0.0)


def logistic_loss(y: float, p: float) -> tuple[float, float]:
    """Log-loss log(1 + exp(-yp)) for a label y of -1 or 1, and its slope in the log-odds p.

    >>> loss, slope = logistic_loss(1.0, 0.0)
    >>> round(loss, 6), slope
    (0.693147, -0.5)
    """
    e = math.exp(-abs(p))
    if y * p > 0:
        return math.log1p(e), -y * e / (1.0 + e)
    return abs(p) + math.log1p(e), -y / (1.0 + e)


def squared_error(y: float, p: float) -> tuple[float, float]:
    """Half the squared error of a prediction p, and its slope.

    >>> squared_error(1.0, 3.0)
    (2.0, 2.0)
    """
    return (p - y) * (p - y) / 2, p - y


def huber(y: float, p: float, epsilon: float) -> tuple[float, float]:
    """Half the squared error up to `epsilon`, and beyond it a straight line of the same slope.

    >>> huber(0.0, 0.5, 1.0), huber(0.0, -3.0, 1.0)
    ((0.125, 0.5), (2.5, -1.0))
    """
    r = p - y
    if abs(r) <= epsilon:
        return r * r / 2, r
    return epsilon * (abs(r) - epsilon / 2), math.copysign(epsilon, r)


def epsilon_insensitive(
    y: float, p: float, epsilon: float
) -> tuple[float, float]:
    """Absolute error beyond `epsilon`, and its slope.

    >>> epsilon_insensitive(0.0, 0.5, 1.0), epsilon_insensitive(0.0, -3.0, 1.0)
    ((0.0, 0.0), (2.0, -1.0))
    """
    r = p - y
    if abs(r) <= epsilon:
        return 0.0, 0.0
    return abs(r) - epsilon, math.copysign(1.0, r)
