"""From a probability to a decision: the threshold at which a false alarm and a miss are expected to cost the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.ranking import weight_at_each_score
from mle.validation import check_number


def cost_threshold(
    miss: float, false_alarm: float, *, hit: float = 0.0, quiet: float = 0.0
) -> float:
    """Probability from which calling a case positive is the cheaper decision.

    Parameters
    ----------
    miss : float
        Cost of a false negative: a positive that is not called. Costs are in one unit, any unit.
    false_alarm : float
        Cost of a false positive: a negative that is called.
    hit : float, default 0
        Cost of a true positive, such as that of a treatment; below `miss`.
    quiet : float, default 0
        Cost of a true negative; below `false_alarm`.

    Returns
    -------
    float, between 0 and 1
        Call a case positive if its probability is at least this. It holds for probabilities that are calibrated; for
        other scores use `least_cost_threshold`.

    Raises
    ------
    ValueError
        When a right decision costs as much as a wrong one, or more.

    Source
    ------
    Elkan (2001), The foundations of cost-sensitive learning, IJCAI, eq. 2. A case that is positive with probability p
    costs p·hit + (1 - p)·false_alarm on average if called, p·miss + (1 - p)·quiet if not. The two are equal at
    p = (false_alarm - quiet) / ((false_alarm - quiet) + (miss - hit)); above it, calling is cheaper. How many
    positives there are does not enter: the probability has accounted for it.

    Examples
    --------
    >>> cost_threshold(miss=9.0, false_alarm=1.0)
    0.1
    >>> cost_threshold(miss=1.0, false_alarm=1.0)
    0.5
    """
    costs = {"miss": miss, "false_alarm": false_alarm}
    for name, cost in {**costs, "hit": hit, "quiet": quiet}.items():
        check_number(name, cost)
    if miss <= hit or false_alarm <= quiet:
        raise ValueError(
            f"a right decision must cost less than a wrong one: got hit={hit}, miss={miss}, quiet={quiet}, "
            f"false_alarm={false_alarm}"
        )
    wasted, lost = false_alarm - quiet, miss - hit
    return float(wasted / (wasted + lost))  # eq: cost-threshold


def least_cost_threshold(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    miss: float,
    false_alarm: float,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> tuple[float, float]:
    """Threshold on any score that would have cost least on these data, and its mean cost.

    The threshold is chosen with hindsight, so its cost is too low a guess for new data: choose on one set, and judge
    on another.

    Parameters
    ----------
    y_true, y_score, sample_weight : array_like, shape (n,)
        As in `roc_curve`, with its errors.
    miss, false_alarm : float, not negative
        As in `cost_threshold`; right decisions are free.
    pos_label : label, default 1

    Returns
    -------
    threshold : float
        One of the scores, or infinity if it is best to call nobody. Of equally cheap ones the highest.
    cost : float
        Mean cost of one decision, in the unit of the costs.

    Examples
    --------
    >>> least_cost_threshold([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.8], miss=5.0, false_alarm=1.0)
    (0.4, 0.25)
    """
    check_number("miss", miss, at_least=0)
    check_number("false_alarm", false_alarm, at_least=0)
    scores, positives, negatives = weight_at_each_score(
        y_true, y_score, pos_label, sample_weight
    )
    called = np.cumsum(np.append(0.0, negatives[::-1]))  # (m + 1,)
    missed = np.cumsum(np.append(0.0, positives[::-1]))
    missed = positives.sum() - missed  # (m + 1,)
    cost = (miss * missed + false_alarm * called) / (
        positives.sum() + negatives.sum()
    )
    best = int(np.argmin(cost))
    thresholds = np.append(np.inf, scores[::-1])  # (m + 1,)
    return float(thresholds[best]), float(cost[best])
