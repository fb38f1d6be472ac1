# ---
# title: Optimisation
# lede: >-
#   To fit a model is to look for the lowest point of a function. On the same data and the same function one method is
#   still far away after fifty thousand steps, and another arrives in seven. This chapter takes the minimisers of the
#   library apart, and measures what each of them buys.
# minutes: 65
# needs: [foundations/gradients]
# able:
#   - predict from two curvatures how many steps gradient descent will take, and at which rate it runs away
#   - say why scaled columns, momentum and curvature help, and by how much
#   - follow Newton's method, L-BFGS and a line search through their code
#   - step over a kink with a proximal step, and derive the soft threshold
#   - read what a tolerance promises, and notice when "converged" is not the bottom
# ---

# %% [markdown]
# ## Fifty thousand steps, or seven {#question}
#
# A needle takes cells from a lump in the breast, and a program measures their nuclei in an image [@street1993]. Of
# each lump we know whether it was malignant, and here we keep two measures: texture, how much the grey values vary,
# and concavity, how deep the dents of the edge are. Which weighted sum of the two tells malignant from benign best?

# %%
#| live: true
import numpy as np

from mle.datasets import load_breast_cancer

cancer = load_breast_cancer()
y = 1.0 - cancer.y  # 1: malignant; the file has it the other way round
raw = cancer.select(["mean_texture", "mean_concavity"])  # (569, 2)
scaled = (raw - raw.mean(axis=0)) / raw.std(axis=0)
for name, column in zip(("texture", "concavity"), raw.T):
    print(f"{name}: {column.min():.2f} to {column.max():.2f}")
print(f"{int(y.sum())} of {len(y)} lumps were malignant")

# %% [markdown]
# "Best" shall mean the lowest [log-loss](glossary:log-loss), the loss of
# [logistic regression](../regression/logistic-regression.py). That chapter derives it. Here we need to know only that
# it is a smooth function of three numbers, two [weights](glossary:weight) and an [intercept](glossary:intercept), and
# that the library gives its value and its [gradient](glossary:gradient), the slopes in all directions, in one pass
# over the rows; on request the [Hessian](glossary:hessian) too, the table of second derivatives. We wrap it, to count
# how often it is asked. (`safe_rate` rests on a bound: a row to which the model gives the chance $\hat p$ bends the
# loss by $\hat p (1 - \hat p)$ times its squared entries, and that factor is at most ¼.)


# %%
#| live: true
from mle.linear_model.binomial import binomial_derivatives, binomial_slope


class Problem:
    """Log-loss of a table as a function of w, intercept last."""

    def __init__(self, X, penalty=0.0):
        self.data = (X, y), (penalty, np.ones(len(y)))
        self.start = np.zeros(X.shape[1] + 1)
        self.at, self.seen = None, []

    def both(self, w):
        if w is not self.at and not np.array_equal(w, self.at):
            self.at = w
            self.known = binomial_slope(*self.data[0], w, *self.data[1])
            self.seen.append(self.known[0])
        return self.known

    def loss(self, w):
        return self.both(w)[0]

    def slopes(self, w):
        return self.both(w)[1]

    def derivatives(self, w):  # and the Hessian
        found = binomial_derivatives(*self.data[0], w, *self.data[1])
        self.at, self.known = w, found[:2]
        self.seen.append(found[0])
        return found

    def safe_rate(self):
        """Below two over the largest curvature, wherever w is."""
        A = np.column_stack([self.data[0][0], np.ones(len(y))])
        bend = np.linalg.eigvalsh(A.T @ A)[-1] / 4 + self.data[1][0]
        return len(y) / bend


# %% [markdown]
# Two methods now look for the lowest point, both from zero (@fig-two-lines).
# [Gradient descent](glossary:gradient-descent) steps against the gradient, again and again.
# [Newton's method](glossary:newtons-method) uses the Hessian as well.

# %%
from mle.optimize import gradient_descent, newton

two = Problem(raw)
walk = gradient_descent(
    two.loss,
    two.slopes,
    two.start,
    learning_rate=two.safe_rate(),
    max_iter=50_000,
    keep_path=True,
)
jump = newton(two.loss, two.derivatives, two.start)


def right(w):
    """Lumps on their own side of the line."""
    return int(np.sum((raw @ w[:2] + w[2] > 0) == (y == 1)))


for name, found in (("descent", walk), ("Newton", jump)):
    print(f"{name}: {found.n_iter:,} steps, loss {found.losses[-1]:.4f}")
    print(f"  {right(found.x)} of {len(y)} on the right side")

# %%
#| hide: true
import itertools

import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot
from mle.linear_model.logistic import log_loss

ill = y == 1
lowest = float(jump.losses[-1])
bottom = jump.x
assert abs(log_loss(raw, y, bottom[:2], bottom[2]) - lowest) < 1e-12
assert np.abs(two.derivatives(bottom)[1]).max() < 1e-9
assert not walk.converged


def descend(problem, rate, steps, tol=1e-8):
    return gradient_descent(
        problem.loss,
        problem.slopes,
        problem.start,
        learning_rate=rate,
        max_iter=steps,
        tol=tol,
    )


crawl = descend(two, two.safe_rate() / 10, 5000)
assert crawl.losses[-1] > walk.losses[5000]
doubled = descend(two, 2 * two.safe_rate(), 5000)
assert doubled.losses[-1] < walk.losses[5000]
try:
    descend(two, 3 * two.safe_rate(), 5000)
    tripled = "arrives"
except ArithmeticError:
    tripled = "diverges"
assert tripled == "diverges", "the text says so"
ready = Problem(scaled)
quick = descend(ready, ready.safe_rate(), 5000)
assert quick.converged
assert abs(quick.losses[-1] - lowest) < 1e-12


def minus(text):
    return str(text).replace("-", "−")


# %%
#| id: fig-two-lines
#| caption: Where each method would draw the line between malignant and benign. After {{ f"{walk.n_iter:,}" }} steps
#|   gradient descent has {{ right(walk.x) }} of {{ len(y) }} lumps on the right side. Newton's line, after
#|   {{ jump.n_iter }}, is where the loss is lowest, with {{ right(bottom) }}. (All rows took part in the fit. We
#|   compare minimisers, not models.)
#| alt: Dots for benign and diamonds for malignant lumps, texture from 9 to 40 against concavity from 0 to 0.43.
#|   Malignant ones have deeper dents. Newton's line runs gently down from about 0.18 at the left; that of gradient
#|   descent is much steeper.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
ax.plot(
    *raw[~ill].T,
    "o",
    ms=3.2,
    mfc="none",
    mec=plot.color("data"),
    mew=0.7,
    alpha=0.7,
)
ax.plot(*raw[ill].T, "D", ms=2.8, color=plot.color("error"), mew=0, alpha=0.7)
ax.set(xlim=(9, 40), ylim=(-0.01, 0.44), xlabel="texture", ylabel="concavity")
halo = [withStroke(linewidth=3, foreground=plot.color("ground"))]
for found, role in ((walk, "muted"), (jump, "fit")):
    w = found.x
    plot.line(ax, -w[0] / w[1], -w[2] / w[1], role)
newton_name, walk_name = (
    f"Newton, {jump.n_iter} steps",
    f"gradient descent,\n{walk.n_iter:,} steps",
)
plot.note(
    ax, newton_name, (32, 0.045), "fit", offset=(4, 6), path_effects=halo
)
plot.note(
    ax,
    walk_name,
    (11.2, 0.35),
    "muted",
    offset=(8, 2),
    va="center",
    path_effects=halo,
)
plot.note(ax, "malignant", (27, 0.4), "error", offset=(6, 0))
plot.note(ax, "benign", (9.4, 0.115), "data", offset=(1, 0), path_effects=halo)

# %% [markdown]
# Common sense says: it overshoots, take smaller steps. At a tenth of the rate, 5,000 steps bring the loss to
# {{ crawl.losses[-1]:.3f }}; the old rate brings it to {{ walk.losses[5000]:.3f }}. Smaller is worse. Then larger?

# %%
#| raises: DivergenceError
gradient_descent(
    two.loss,
    two.slopes,
    two.start,
    learning_rate=5 * two.safe_rate(),
    max_iter=5000,
)

# %% [markdown]
# That is the other wall: twice the rate still helps ({{ doubled.losses[-1]:.3f }}), three times fails as well. But
# take the mean off each column and divide by its [standard deviation](glossary:standard-deviation), and the same
# method, looking for the same line, needs {{ quick.n_iter }} steps to the last digits. Not another step: another
# *ruler*. Why that is so, and what to do where
# a ruler is not enough, is what this chapter is about. You need derivatives in several variables; eigenvalues come in
# with a sentence.
#
# ## A bowl by hand {#bowl}
#
# Take the plainest function with a lowest point, $J(w) = \frac12 c\,w^2$. Its slope is $cw$, its curvature is $c$
# everywhere. One step of gradient descent, with the [learning rate](glossary:learning-rate) $\eta$ ("eta"), goes from
# $w$ to $w - \eta c w = (1 - \eta c)\,w$. So each step multiplies $w$ by the same factor. @Tbl-rates has $c = 4$ and
# begins at $w = 1$.
#
# | $\eta$ | factor | step 1 | step 2 | step 3 | what happens |
# |--:|--:|--:|--:|--:|:--|
# | 0.1 | {{ 1 - 4 * 0.1:.1f }} | {{ 0.6:.1f }} | {{ 0.6**2:.2f }} | {{ 0.6**3:.3f }} | crawls |
# | 0.25 | {{ 1 - 4 * 0.25:.0f }} | 0 | 0 | 0 | arrives at once |
# | 0.4 | {{ minus(f"{1 - 4 * 0.4:.1f}") }} | {{ minus(-0.6) }} | {{ 0.6**2:.2f }} | {{ minus(f"{-0.6**3:.3f}") }} | overshoots, and arrives |
# | 0.5 | {{ minus(f"{1 - 4 * 0.5:.0f}") }} | {{ minus(-1) }} | 1 | {{ minus(-1) }} | back and forth for ever |
# | 0.6 | {{ minus(f"{1 - 4 * 0.6:.1f}") }} | {{ minus(-1.4) }} | {{ 1.4**2:.2f }} | {{ minus(f"{-1.4**3:.2f}") }} | runs away |
#
# : Five rates on a bowl of curvature 4. The bound is {{ 2 / 4 }}, two divided by the curvature. {#tbl-rates}
#
# The factor lies between −1 and 1 if $0 < \eta < 2/c$. Overshooting is no sin, and a small step is no virtue.
#
# Now two directions, $J = \frac12 (w_1^2 + 9 w_2^2)$: curvature 1 along one axis, 9 along the other. The rate must
# stay below 2/9, for the sake of the steep one. At $\eta = 0.2$ the factors are 0.8 and −0.8. From (9, 1):
#
# ```pycon
# >>> from mle.optimize import gradient_descent
# >>> c = np.array([1.0, 9.0])
# >>> found = gradient_descent(
# ...     lambda w: float(c @ w**2) / 2, lambda w: c * w, [9.0, 1.0],
# ...     learning_rate=0.2, max_iter=3, keep_path=True)
# >>> found.path.round(3).tolist()
# [[9.0, 1.0], [7.2, -0.8], [5.76, 0.64], [4.608, -0.512]]
# ```
#
# The steep axis zigzags, the flat one creeps. That is the whole difficulty: one rate must serve both.
#
# ```quote
# mle.optimize.descent.gradient_descent
# ```
#
# One line is the step (@eq-gradient-step); the rest decides when to stop, and refuses an answer that lies above the
# start.
#
# ## How many steps? {#rate}
#
# ### Two curvatures decide
#
# Write $w$ for all that may be changed, intercept included, $g$ for the gradient, $\hat w$ for the minimum. If $J$ is
# quadratic, its Hessian $H$ is the same everywhere and $g = H (w - \hat w)$. (Any smooth $J$ is nearly that, close to
# a minimum.) A step then leaves $w - \hat w - \eta H (w - \hat w) = (I - \eta H)(w - \hat w)$. The eigenvectors of
# $H$, $p$ at right angles since $H$ is symmetric, are directions that it only stretches. Along
# them the bowl is the one by hand, with the eigenvalue as its
# curvature $c$, and the factor is $1 - \eta c$. The largest curvature asks for a small rate, the smallest for a large
# one. The worse of the two is best where both are equally bad, $1 - \eta c_{\min} = -(1 - \eta c_{\max})$. That gives
# $\eta = 2 / (c_{\max} + c_{\min})$, and with $\kappa = c_{\max} / c_{\min}$ ("kappa"), the
# [condition number](glossary:condition-number),
#
# $$
# \lVert w^{(m)} - \hat w \rVert \;\le\; \Bigl( \frac{\kappa - 1}{\kappa + 1} \Bigr)^{m}\, \lVert w^{(0)} - \hat w \rVert
# $$ {#eq-descent-rate}
# : $w^{(m)}$, the point after $m$ steps, is $(p,)$; $\kappa \ge 1$ is a number; $\lVert \cdot \rVert$ is the length.
#
# The logarithm of that factor is about $-2 / \kappa$. So each decimal digit costs about
# $\frac12 \kappa \log 10 = 1.15\,\kappa$ steps. A method with a constant factor is said to
# [converge linearly](glossary:linear-convergence): a straight line, where the axis is logarithmic.


# %%
#| live: true
from mle.optimize import gradient_descent
from mle.testing import verify


def bowl(curvatures, start):
    """A quadratic in its own axes: loss, gradient, start."""
    c = np.asarray(curvatures)
    return lambda w: float(c @ w**2) / 2, lambda w: c * w, start


kappa = 25.0
rate = (kappa - 1) / (kappa + 1)  # eq: descent-rate
found = gradient_descent(
    *bowl([1.0, 7.0, kappa], [1.0, 1.0, 1.0]),
    learning_rate=2 / (kappa + 1),
    max_iter=60,
    keep_path=True,
)
ends = found.path[:, [0, 2]]  # the flattest and the steepest axis
verify("descent-rate", ends[60], np.sqrt(ends[0] ** 2 * rate**120))


# %%
#| hide: true
def curvatures_of(problem, w):
    return np.linalg.eigvalsh(problem.derivatives(w)[2])


flat_raw, *_, steep_raw = curvatures_of(two, bottom)
flat_scaled, *_, steep_scaled = curvatures_of(ready, quick.x)
kappa_raw, kappa_scaled = (
    float(steep_raw / flat_raw),
    float(steep_scaled / flat_scaled),
)
theory = float(1 - ready.safe_rate() * flat_scaled)
gaps = quick.losses[60:100] - lowest
measured = float((gaps[-1] / gaps[0]) ** (1 / (2 * (len(gaps) - 1))))
assert abs(measured - theory) < 1e-3
digit = float(np.log(10) / (two.safe_rate() * flat_raw))
best_over_safe = float(2 / (steep_raw + flat_raw) / two.safe_rate())
assert abs(digit / (np.log(10) / 2 * kappa_raw) / best_over_safe - 1) < 1e-3
assert round(best_over_safe) == 5, "the text says: the one that diverged"

again = np.random.default_rng(0)
kappas, newton_steps = [], []
for _ in range(60):
    rows = again.integers(0, len(y), len(y))
    drawn = Problem(raw, 0.0)
    drawn.data = (raw[rows], y[rows]), drawn.data[1]
    jump_drawn = newton(drawn.loss, drawn.derivatives, drawn.start)
    newton_steps.append(jump_drawn.n_iter)
    kappas.append(np.linalg.cond(drawn.derivatives(jump_drawn.x)[2]))
spread_kappa = np.quantile(kappas, [0.025, 0.975])

# %% [markdown]
# Does it hold for the lumps? At the minimum, $\kappa$ is {{ kappa_raw:,.0f }} on raw columns and
# {{ kappa_scaled:.1f }} on scaled ones. (For 60 tables drawn from the rows with replacement, 95 % of the first lie
# between {{ round(float(spread_kappa[0]), -4):,.0f }} and {{ round(float(spread_kappa[1]), -4):,.0f }}, and Newton
# takes {{ min(newton_steps) }} to {{ max(newton_steps) }} steps: no accident of the sample.) On scaled columns theory
# gives, for the safe rate, the factor $1 - \eta c_{\min} = {{ f"{theory:.4f}" }}$, and over 39 steps near the end we
# measure {{ measured:.4f }}. On raw columns it asks for {{ digit / 1e6:.1f }} million steps for each digit.
# That is {{ f"{best_over_safe:.0f}" }} times $1.15\,\kappa$, for the best rate at the minimum is so many times the
# safe one. But from zero, where the bowl bends more, that rate diverged.
#
# ### Which points are minima?
#
# Where the gradient vanishes, a point is [stationary](glossary:stationary-point): descent stops there. It may be a
# minimum, a maximum, or a saddle, up in one direction and down in another. For a [convex](glossary:convex) function,
# no curvature negative anywhere, the graph never runs below its tangent planes: $J(w + d) \ge J(w) + g^\top d$. Put
# $g = 0$, and nothing lies lower than a stationary point. The log-loss is convex; @sec-where-it-breaks has a loss
# that is not.
#
# ### A ruler is a preconditioner
#
# Measure the weights in other units, $w = S u$ with a diagonal matrix $S$. By the chain rule the gradient in $u$ is
# $S g$, so a step $u - \eta S g$ means $w - \eta S^2 g$: each weight gets a learning rate of its own. To divide a
# column by its standard deviation $s_j$ multiplies its weight by $s_j$, so $S$ holds the $1 / s_j$. This is
# *preconditioning*: choose the matrix that multiplies the gradient so that the bowl gets rounder. Standardising does
# it for the lengths of columns, and, by centring, turns them away from the column of ones. Columns that resemble each
# other stay a valley: with all {{ cancer.X.shape[1] }} columns, scaled, there is plenty left to do.
#
# ## Momentum {#momentum}
#
# A ball that rolls along the valley picks up speed, while its swings across cancel out. Polyak let a step keep a
# share $\beta$ ("beta") of the step before [@polyak1964]:
#
# $$
# v^{(m+1)} = \beta\, v^{(m)} + \eta\, g\bigl(w^{(m)}\bigr), \qquad w^{(m+1)} = w^{(m)} - v^{(m+1)}
# $$ {#eq-momentum-step}
# : The step $v$ has the shape of $w$ and begins as zeros; $0 \le \beta < 1$.
#
# How fast is it? Measured from the minimum, along an axis of curvature $c$, the gradient is $cw$. With
# $v^{(m)} = w^{(m-1)} - w^{(m)}$ the step becomes $w^{(m+1)} = (1 + \beta - \eta c)\, w^{(m)} - \beta\, w^{(m-1)}$.
# Try $w^{(m)} = \rho^m$ ("rho"): it solves this if $\rho^2 - (1 + \beta - \eta c)\,\rho + \beta = 0$. The product of
# the two roots is $\beta$. Where they are complex, they are conjugate, so each has size $\sqrt\beta$, *whatever the
# curvature*. They are complex if $(1 + \beta - \eta c)^2 < 4\beta$, that is, if
# $1 - \sqrt\beta < \sqrt{\eta c} < 1 + \sqrt\beta$. To catch all axes, put the flattest on the left bound and the
# steepest on the right: $\sqrt{\eta c_{\min}} = 1 - \sqrt\beta$ and $\sqrt{\eta c_{\max}} = 1 + \sqrt\beta$. Divide
# one by the other, which gives $\sqrt\kappa$, and solve:
#
# $$
# \sqrt\beta = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}
# $$
#
# The rate of descent, with a root: where descent pays $\kappa$, the ball pays $\sqrt\kappa$ (@fig-steps). The price
# is a second number to choose. In @fig-valley turn it.

# %%
#| id: fig-valley
#| live: true
#| play: {momentum: [0.0, 0.2, 0.4, 0.55, 0.64, 0.75, 0.85, 0.9, 0.95]}
#| say: "With momentum {{ momentum }}, {{ f'{100 * left:.2g}' }} % of the way is left after 30 steps."
#| caption: Thirty steps in a valley, 25 times as steep across as along, at the rate one over the largest curvature.
#|   Without momentum the ball creeps; with much it shoots past and swings back. At this rate 0.64 is best, where the
#|   slow axis is about to swing.
#| alt: Level curves of a long narrow bowl and a path of dots from the upper left to the cross in the middle. For zero
#|   momentum the dots crowd together and end short of the cross; for 0.64 they reach the cross; for 0.95 they run far
#|   past it and come back in wide loops.
from mle.optimize import heavy_ball

momentum = 0.4
valley = bowl([1.0, 25.0], [-10.0, 1.6])
path = heavy_ball(
    *valley,
    learning_rate=1 / 25,
    momentum=momentum,
    max_iter=30,
    tol=0.0,
    keep_path=True,
).path
left = float(np.linalg.norm(path[-1]) / np.linalg.norm(path[0]))

fig, ax = plt.subplots(figsize=(5.2, 1.9))
x, z = np.meshgrid(np.linspace(-11, 11, 89), np.linspace(-2.8, 2.8, 61))
ax.contour(
    x,
    z,
    np.sqrt(x**2 + 25 * z**2),
    8,
    colors=plot.color("muted"),
    linewidths=0.6,
    alpha=0.7,
)
ax.plot(*path.T, "o-", color=plot.color("fit"), lw=1.2, ms=3.6)
ax.plot(0, 0, "x", color=plot.color("truth"), ms=9, mew=2)
ax.set(xlim=(-11, 11), ylim=(-2.8, 2.8), aspect="equal")
ax.set(xticks=[-10, 0, 10], yticks=[-2, 0, 2], xlabel="along", ylabel="across")
ax.grid(False)

# %% [markdown]
# Where the bowl is no parabola, a [heavy ball](glossary:momentum) can circle for ever; @ex-cycle has a case. Nesterov
# takes the gradient at $w - \beta v$, where the momentum alone would lead, and so brakes before the slope has turned
# [@nesterov1983]. Both methods are the same few lines; `ahead` is 0 for Polyak and 1 for Nesterov:
#
# ```quote
# mle.optimize.momentum._follow
# ```
#
# The check uses that the recurrence is linear: the pair of the last two points is multiplied by one matrix at each
# step.

# %%
from mle.optimize import heavy_ball

c, beta, eta = 3.0, 0.8, 0.1
by_library = heavy_ball(
    *bowl([c], [5.0]),
    learning_rate=eta,
    momentum=beta,
    max_iter=25,
    tol=0.0,
).x
recurrence = np.array([[1 + beta - eta * c, -beta], [1.0, 0.0]])
pair = np.linalg.matrix_power(recurrence, 25) @ [5.0, 5.0]
verify("momentum-step", by_library, pair[0])


# %%
#| hide: true
def steps_to(path, share=1e-6):
    """The first step from which on the distance stays below its share."""
    distance = np.linalg.norm(path, axis=1)
    above = np.flatnonzero(distance > share * distance[0])
    assert above[-1] + 1 < len(path)
    return int(above[-1] + 1)


sweep_kappa = [2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 1000.0]
counted = {"descent": [], "heavy": []}
for k in sweep_kappa:
    valley_k = bowl([1.0, k], [1.0, 1.0])
    run = gradient_descent(
        *valley_k,
        learning_rate=2 / (k + 1),
        max_iter=int(8 * k + 40),
        tol=0.0,
        keep_path=True,
    )
    counted["descent"].append(steps_to(run.path))
    root = np.sqrt(k)
    run = heavy_ball(
        *valley_k,
        learning_rate=(2 / (root + 1)) ** 2,
        momentum=((root - 1) / (root + 1)) ** 2,
        max_iter=int(20 * root + 60),
        tol=0.0,
        keep_path=True,
    )
    counted["heavy"].append(steps_to(run.path))
promised = {
    "descent": [np.log(1e6) / np.log((k + 1) / (k - 1)) for k in sweep_kappa],
    "heavy": [
        np.log(1e6) / np.log((k**0.5 + 1) / (k**0.5 - 1)) for k in sweep_kappa
    ],
}
assert all(
    abs(a - b) < 0.02 * b + 2
    for a, b in zip(counted["descent"], promised["descent"])
)
extra = [a / b for a, b in zip(counted["heavy"], promised["heavy"])]
assert 1 < min(extra) <= max(extra) < 1.6

# %%
#| id: fig-steps
#| caption: "Steps until a millionth of the distance is left. Dots were counted, lines follow from the two formulas.
#|   At κ = {{ f'{sweep_kappa[-1]:,.0f}' }} descent needs {{ f\"{counted['descent'][-1]:,}\" }} steps, the heavy ball
#|   {{ counted['heavy'][-1] }}; it needs more than its formula, up to {{ 100 * (max(extra) - 1):.0f }} %, because two
#|   equal roots add a factor that grows with the number of steps."
#| alt: Two rising lines on logarithmic axes, condition number from 2 to 1000. That of gradient descent ends near 7000
#|   steps; that of the heavy ball, half as steep, near 300. Dots lie on the first line and a little above the second.
fig, ax = plt.subplots()
for name, role in (("descent", "data"), ("heavy", "fit")):
    ax.loglog(sweep_kappa, promised[name], color=plot.color(role), lw=1.2)
    ax.loglog(sweep_kappa, counted[name], "o", color=plot.color(role), ms=4.5)
plot.note(
    ax,
    "gradient descent",
    (100, promised["descent"][4]),
    "data",
    offset=(-8, 6),
)
plot.note(ax, "heavy ball", (100, promised["heavy"][4]), "fit", offset=(8, -6))
ax.set(
    xlabel="condition number κ",
    ylabel="steps",
    xticks=[2, 10, 100, 1000],
    yticks=[10, 100, 1000, 10000],
)
ax.set_xticklabels(["2", "10", "100", "1,000"])
ax.set_yticklabels(["10", "100", "1,000", "10,000"])
ax.minorticks_off()

# %% [markdown]
# ## How far along a line? {#line}
#
# Rates from curvatures need curvatures. More often we have a step $d$ that leads downhill, $g^\top d > 0$, and ask
# how much of it to take: a [line search](glossary:line-search) for the length $t$ in $w - t d$.
# [Backtracking](glossary:backtracking) (@eq-backtracking) begins with all of it and halves until the loss falls by a
# ten-thousandth of what the slope promised, $t\, g^\top d$:
#
# ```quote
# mle.optimize.line_search.backtracking
# ```
#
# That forbids steps that are too long. It does not forbid steps that are too short (@fig-wolfe), and a method that
# learns the curvature from the change of the gradient, as we shall see, must not stay where the slope has hardly
# changed. So Wolfe [@wolfe1969] asks for flatness, too, here in its strong form [@nocedal2006, equation 3.7]:
#
# $$
# \bigl| g(w - t d)^\top d \bigr| \;\le\; 0.9\; g(w)^\top d
# $$ {#eq-wolfe}
# : $d$ and $g$ have the shape of $w$; $g(w)^\top d$ is positive; $t$ is a number.
#
# ```quote
# mle.optimize.line_search.wolfe
# ```
#
# Three branches, two ends of an interval: where the step is too long, `high` comes down; where the loss still falls
# steeply, `low` goes up; as long as nothing was too long, the step doubles.


# %%
#| hide: true
def along(t, steep=False):
    """Loss at -t g on the scaled columns, or how fast it still falls."""
    w = -t * g_zero
    return float(ready.slopes(w) @ g_zero) if steep else ready.loss(w)


g_zero = ready.slopes(ready.start)
now_zero, slope_zero = ready.loss(ready.start), float(g_zero @ g_zero)
fine = np.geomspace(0.02, 60, 1200)
falls = np.array([along(t) <= now_zero - 1e-4 * t * slope_zero for t in fine])
flat = np.array([abs(along(t, steep=True)) <= 0.9 * slope_zero for t in fine])
longest, shortest = float(fine[falls][-1]), float(fine[flat][0])
assert falls[: falls.sum()].all()
good = fine[falls & flat]
assert flat[fine > shortest].all(), (
    "the text says that the first condition bounds it above"
)

# %%
#| id: fig-wolfe
#| caption: The loss of the two scaled columns along the first gradient. Any step up to {{ longest:.0f }} is low
#|   enough for backtracking, one of a hundredth too. The second condition wants a slope below 90 % of the first, and
#|   so a step of {{ shortest:.1f }} at least.
#| alt: A curve over steps from 0.02 to 60 on a logarithmic axis. It is level at 0.69 at first, falls to 0.32 near 7
#|   and climbs above its start from {{ longest:.0f }} on. Below it two bars. The one for low enough spans all up to
#|   there; the one for flat enough begins at {{ shortest:.1f }} and has no end in the picture.
fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.semilogx(fine, [along(t) for t in fine], color=plot.color("fit"))
ax.axhline(now_zero, ls=":", color=plot.color("muted"), lw=1.2)
ax.plot(
    [0.02, longest],
    [0.22, 0.22],
    color=plot.color("data"),
    lw=5,
    solid_capstyle="butt",
)
ax.plot(
    [shortest, 60],
    [0.1, 0.1],
    color=plot.color("truth"),
    lw=5,
    solid_capstyle="butt",
)
plot.note(ax, "low enough", (0.03, 0.22), "data", offset=(0.01, 5))
plot.note(ax, "flat enough", (shortest, 0.1), "truth", offset=(-6, 0))
plot.note(ax, "where it starts", (0.03, now_zero), "muted", offset=(0.01, 4))
ax.set(
    xlim=(0.02, 60),
    ylim=(0.03, 1.0),
    yticks=[0.3, 0.5, 0.7, 0.9],
    xlabel="length t of the step",
    ylabel="loss",
)
ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
ax.minorticks_off()

# %% [markdown]
# For $(1 - at)^2$, from $t = 0$, the share of the slope that is left is $1 - at$, so $t$ must lie between $0.1/a$ and
# $1.9/a$. The code doubles or halves from 1, and must return the first power of two inside:

# %%
from mle.optimize import wolfe


def parabola(w):
    return float((1 - w[0]) ** 2), np.array([-2 * (1 - w[0])])


sizes = [0.003, 0.04, 0.5, 1.5, 4.0, 70.0]
lengths = [
    wolfe(parabola, np.zeros(1), np.array([-a]), now=1.0, slope=2 * a)[0]
    for a in sizes
]
doublings = [max(0, np.ceil(np.log2(0.1 / a))) for a in sizes]
halvings = [max(0, np.ceil(np.log2(a / 1.9))) for a in sizes]
verify("wolfe", lengths, 2.0 ** np.subtract(doublings, halvings))

# %% [markdown]
# ## Newton: ask the curvature {#newton}
#
# ### The best preconditioner
#
# Move from $w$ by $-d$. Up to second order, the loss becomes $J - g^\top d + \frac12 d^\top H d$. Its gradient in $d$
# is $-g + H d$, and that is zero at $d = H^{-1} g$ (@eq-newton-step). On a quadratic this is the whole way at once:
# $H^{-1} g = w - \hat w$. Newton's step is gradient descent whose preconditioner is $H^{-1}$. A bowl so
# preconditioned is round, $\kappa = 1$. Other units, $w = S u$, turn $g$ into $S g$ and $H$ into $S H S$, hence the
# step into $S^{-1} H^{-1} g$, which in $w$ is the old one. To Newton all rulers are alike.
#
# How fast? With one variable, write $e = w - \hat w$ for the error. Taylor's formula around $w$ gives the slope at
# $\hat w$, which is zero: $0 = J' - J'' e + \frac12 J''' e^2$, with the third derivative somewhere between. Divide by
# $J''$: the new error is $e - J'/J'' = \frac12 \frac{J'''}{J''}\, e^2$. It is *squared*, and the number of right
# digits doubles. (For $p$ variables see [@nocedal2006, theorem 3.5].)

# %%
#| live: true
from mle.optimize import newton

for name, table in (("raw", raw), ("scaled", scaled)):
    problem = Problem(table)
    found = newton(problem.loss, problem.derivatives, problem.start)
    gaps = found.losses - found.losses[-1]
    print(f"{name}:", ", ".join(f"{gap:.0e}" for gap in gaps[:6]))

# %%
#| hide: true
assert np.allclose(found.losses, jump.losses, atol=1e-9), (
    "raw and scaled: the text says so"
)

# %% [markdown]
# The gaps to the smallest loss are the same for both tables, and at the end the number of zeros doubles. What the
# library adds is the care that the parabola's promise needs:
#
# ```quote
# mle.optimize.second_order.newton
# ```
#
# The promise of a step is $\frac12 g^\top H^{-1} g$, the `gain`. A full step is tried first; `backtracking` shortens
# it where the parabola is too hopeful (*damping*). With `slope` given, one Hessian may serve for three steps.
#
# Where does it fail? Far from the minimum, where the parabola is wrong; that is what damping is for. Where $H$ has a
# negative eigenvalue, the parabola has no bottom, and its stationary point is not one to go to: `newton` expects a
# convex function, and raises an error if it notices another. And
# where $p$ is large: $H$ costs $np^2$ multiplications, to solve with it
# $p^3/3$, and a gradient only $2np$.
#
# ## Curvature from memory {#quasi-newton}
#
# Two gradients tell something of $H$ for free. After a step $s$ the gradient has changed by $r$, and on a quadratic
# $r = H s$. So whatever matrix $B$ we take for $H^{-1}$, it ought to satisfy the *secant condition*:
#
# $$
# B r = s
# $$ {#eq-secant}
# : $s = w^{(m+1)} - w^{(m)}$ and $r = g^{(m+1)} - g^{(m)}$ are $(p,)$; $B$ is $(p, p)$, symmetric, with positive
#   eigenvalues.
#
# Such a $B$ exists only if $s^\top r > 0$, since $s^\top r = r^\top B r$. @Eq-wolfe sees to that: with $s = -td$ it
# leaves $s^\top r = t\,(g^\top d - g_{\text{new}}^\top d) \ge 0.1\, t\, g^\top d$. Of all $B$ that fit, BFGS takes
# the one nearest to the last, in a certain norm [@nocedal2006, section 6.1]:
# $B \leftarrow M^\top B M + s s^\top / (s^\top r)$, with $M = I - r s^\top / (s^\top r)$. Try it: $M r = 0$, and the
# last term times $r$ is $s$.
#
# A matrix of $p^2$ numbers is not needed, only $B g$, and only from the last few pairs. $M$ takes a multiple of $r$
# off a vector, and $M^\top$ a multiple of $s$. So walk back through the pairs, newest first, and apply each $M$;
# multiply by a guess of the size; walk forward and apply each $M^\top$, putting back the term in $s$:
#
# $$
# \begin{aligned}
# a_i &= s_i^\top d / s_i^\top r_i, \quad d \leftarrow d - a_i r_i \\
# d &\leftarrow d + \bigl(a_i - r_i^\top d / s_i^\top r_i\bigr)\, s_i
# \end{aligned}
# $$ {#eq-two-loop}
# : The first line for each pair $i$, newest first; the second, oldest first. $d$ begins as $g$ and ends as $B g$,
#   $(p,)$. In between it is multiplied by $s^\top r / r^\top r$ of the newest pair.
#
# ```quote
# mle.optimize.quasi_newton.two_loops
# ```
#
# By hand: let $H$ have the rows (2, 1) and (1, 2). A step (1, 0) changes the gradient by (2, 1), a step (0, 1) by (1,
# 2). Let $g$ be (3, 3); Newton's step would be (1, 1). Back, the newer pair: $a$ is 3/2, and $d$ becomes (1.5, 0).
# The older: $a$ is 0.75, $d$ is (0, −0.75). The scale is 2/5, so $d$ is (0, −0.3). Forward, the older: 0.75 + 0.15
# times (1, 0) gives (0.9, −0.3); the newer: 1.5 − 0.15 times (0, 1) gives (0.9, 1.05). Two pairs and no matrix, and
# we are close to (1, 1).

# %%
#| live: true
from mle.optimize.quasi_newton import two_loops

H = np.array([[2.0, 1.0], [1.0, 2.0]])
s_old, s_new = np.eye(2)
pairs = [(s_old, H @ s_old), (s_new, H @ s_new)]
print(two_loops(np.array([3.0, 3.0]), pairs).round(3).tolist())


def dense_bfgs(pairs):
    """The same B as a matrix, from a multiple of the unit matrix."""
    s, r = pairs[-1]
    B = np.eye(len(s)) * (s @ r) / (r @ r)
    for s, r in pairs:
        M = np.eye(len(s)) - np.outer(r, s) / (s @ r)
        B = M.T @ B @ M + np.outer(s, s) / (s @ r)
    return B


rng = np.random.default_rng(1)
R = rng.normal(size=(20, 20))
more = [(s, R @ R.T @ s) for s in rng.normal(size=(8, 20))]
g = rng.normal(size=20)
verify("two-loop", two_loops(g, more), dense_bfgs(more) @ g)
verify("secant", two_loops(more[-1][1], more), more[-1][0])

# %% [markdown]
# With the two loops, [L-BFGS](glossary:l-bfgs) [@liu1989] is short. A pair replaces the oldest of `memory` (ten).
# $20\, p$ numbers, and a few times as many multiplications per step, stand where Newton has $p^2$ and $p^3/3$:
#
# ```quote
# mle.optimize.quasi_newton.lbfgs
# ```
#
# ## One row at a time {#stochastic}
#
# A gradient is a mean over rows, and one row, drawn at random, gives it *on average*.
# [Stochastic gradient descent](glossary:stochastic-gradient-descent) [@robbins1951] takes that row's gradient and
# steps at once, $n$ steps for the price of one. But at the minimum only the mean is zero, not each row's gradient.
# With a constant rate the walk never rests: along an axis of curvature $c$ the expected squared distance $E$ becomes
# $(1 - \eta c)^2 E + \eta^2 \sigma^2$, with $\sigma^2$ the variance of the row gradients there. It settles where that
# equals $E$: for small $\eta$, at $E = \eta \sigma^2 / 2c$. The loss above its minimum, $\frac12 c E$, is
# $\frac14 \eta \sigma^2$ on each axis, in all $\frac14 \eta$ times the mean squared length of the row gradients.

# %%
#| live: true
A = np.column_stack([scaled, np.ones(len(y))])


def noisy_walk(rate, steps=16_000):
    """Every twentieth point of a walk, one random row per step."""
    rows = np.random.default_rng(0).integers(0, len(y), steps)
    w, kept = np.zeros(3), []
    for m, i in enumerate(rows, start=1):
        chance = 1 / (1 + np.exp(-(A[i] @ w)))
        w = w - rate(m) * (chance - y[i]) * A[i]
        if m % 20 == 0:
            kept.append(w)
    return np.array(kept)


def above_minimum(points):
    z = points @ A.T  # (points, n)
    losses = np.mean(np.logaddexp(0.0, z) - y * z, axis=1)
    problem = Problem(scaled)
    found = newton(problem.loss, problem.derivatives, problem.start)
    return losses - found.losses[-1], found.x


gap, low = above_minimum(noisy_walk(lambda m: 0.05))
of_rows = (1 / (1 + np.exp(-A @ low)) - y)[:, None] * A  # (n, 3)
ball = 0.05 / 4 * np.mean(np.sum(of_rows**2, axis=1))
print(f"mean gap {gap[400:].mean():.5f}, theory {ball:.5f}")

# %%
#| hide: true
from mle.linear_model.row_losses import logistic_loss
from mle.linear_model.sgd import learning_rate, sgd

noise = {
    "0.5": above_minimum(noisy_walk(lambda m: 0.5))[0],
    "0.05": gap,
    "1/√m": above_minimum(
        noisy_walk(learning_rate("invscaling", 1.0, 0.5, 0.0))
    )[0],
}
assert 0.5 < gap[400:].mean() / ball < 2


def noisy_walks(rate, walks=20, steps=16_000):
    """Mean gap of the later half of each of many walks, side by side."""
    draws = np.random.default_rng(1).integers(0, len(y), (steps, walks))
    w, kept = np.zeros((walks, 3)), []
    for m, i in enumerate(draws, start=1):
        chance = 1 / (1 + np.exp(-np.sum(A[i] * w, axis=1)))
        w = w - rate * (chance - y[i])[:, None] * A[i]
        if m % 20 == 0 and m > steps // 2:
            kept.append(w)
    flat_list = above_minimum(np.concatenate(kept))[0]
    return flat_list.reshape(-1, walks).mean(axis=0)


many_gaps = noisy_walks(0.05)
assert abs(many_gaps.mean() / ball - 1) < 0.2, "the text: close to theory"
assert 5 < noise["0.5"][400:].mean() / gap[400:].mean() < 25
assert noise["1/√m"][-200:].mean() < gap[-200:].mean()
ordered = [
    sgd(
        scaled,
        2 * y - 1,
        logistic_loss,
        lambda m: 0.05,
        max_iter=28,
        tol=None,
        rng=np.random.default_rng(seed),
    ).x
    for seed in range(2)
]
assert above_minimum(np.array(ordered))[0].mean() < gap[400:].mean() / 3

# %%
#| id: fig-noise
#| caption: One random row per step. A constant rate comes down and then hovers, at a tenth of the rate about a tenth
#|   as high. A rate that shrinks like one over the root of the steps goes on falling. (Means over stretches of
#|   steps.)
#| alt: Loss above its minimum against steps, both logarithmic. The curve for rate 0.5 stays level near 0.03. That for
#|   0.05 falls for a thousand steps and then hovers near 0.0025. The one for a shrinking rate falls on to about
#|   0.0003.
fig, ax = plt.subplots(figsize=(5.2, 3.2))
edges = np.unique(np.geomspace(1, 800, 22).astype(int))
for (name, values), role in zip(noise.items(), ("muted", "data", "fit")):
    means = [values[a:b].mean() for a, b in itertools.pairwise(edges)]
    ax.loglog(
        20 * np.sqrt(edges[1:] * edges[:-1]),
        means,
        "o-",
        color=plot.color(role),
        ms=3,
        lw=1.4,
    )
    plot.note(ax, f"rate {name}", (16_000, means[-1]), role, offset=(6, 0))
ax.set(
    xlim=(20, 16_000),
    xlabel="steps of one row",
    ylabel="loss above its minimum",
)

# %% [markdown]
# One walk says little: {{ len(many_gaps) }} more hover between {{ many_gaps.min():.4f }} and
# {{ many_gaps.max():.4f }}, on average at {{ many_gaps.mean():.4f }}. The library's `sgd` takes each row once per
# pass, in random order, which is less noisy than drawing as in @fig-noise. It has three schedules; the last is one
# over $\alpha$ times the step, for a penalty of curvature $\alpha$:
#
# ```quote
# mle.linear_model.sgd.learning_rate
# ```
#
# ## Kinks {#kinks}
#
# ### A step with a corner
#
# A [penalty](glossary:penalty) $\lambda \sum_j |w_j|$ makes some weights exactly zero, and has a kink there. At a
# kink there is no slope; there are all the slopes between the one on the left and the one on the right, for $|w|$
# from −1 to 1, the *subgradients*. A convex function has its minimum where zero is among them. Descent with any one
# of them hops from side to side. Better: treat the smooth part $J$ by its slope, and the rest, $P$, exactly. Put a
# parabola of curvature $1/t$ through $J$ at $w$ and add $P$. Completing the square,
#
# $$
# g^\top d + \tfrac{1}{2t} \lVert d \rVert^2 = \tfrac{1}{2t} \lVert d + t g \rVert^2 - \tfrac{t}{2} \lVert g \rVert^2,
# $$
#
# and the last term does not depend on $d$. So with $x = w + d$ for the new point, $d + t g = x - (w - t g)$: take the
# gradient step, then the point that does best for being near to where it leads and being cheap. That second part is
# the [proximal step](glossary:proximal-step):
#
# $$
# \begin{aligned}
# w &\leftarrow \operatorname{prox}_t (w - t\, g) \\
# \operatorname{prox}_t(z) &= \operatorname*{arg\,min}_{x}\; \tfrac12 \lVert x - z \rVert^2 + t\, P(x)
# \end{aligned}
# $$ {#eq-proximal-step}
# : $w$, $g$ and $z$ are $(p,)$; $t$, the length of the step, is a positive number.
#
# ```quote
# mle.optimize.proximal.shrink_step
# ```
#
# `t` is halved until the parabola lies above $J$ where we land; then the sum must fall.
#
# For absolute values the entries part, and each is a problem in one number: $\frac12 (x - z)^2 + \lambda |x|$.
# (@Fig-kink has three.) For $x > 0$ the slope is $x - z + \lambda$, zero at $z - \lambda$, which is positive only if
# $z > \lambda$. For $x < 0$ it is zero at $z + \lambda$, if $z < -\lambda$. In between the slope right of zero,
# $\lambda - z$, is not negative, the one on the left, $-\lambda - z$, not positive, and zero is the minimum:
#
# $$
# S(z, \lambda) = \operatorname{sign}(z)\, \max(|z| - \lambda,\, 0)
# $$ {#eq-soft-threshold}
# : Entry by entry; $S$ has the shape of $z$, and $\lambda \ge 0$.
#
# ```quote
# mle.optimize.coordinate.soft_threshold
# ```

# %%
#| id: fig-kink
#| caption: The penalty |w| added to three parabolas. Each minimum moves towards zero by one, and the kink holds those
#|   that would cross it.
#| alt: Three curves with a kink at zero. The parabolas alone would be lowest at 2.4, 1.4 and 0.6, marked by dots
#|   below; the sums are lowest at the crosses, at 1.4, 0.4 and, on the kink, at 0.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
span = np.linspace(-1.2, 3.2, 221)
for k, (z, role) in enumerate(
    ((2.4, "data"), (1.4, "fit"), (0.6, "error")), start=1
):
    ax.plot(
        span,
        0.5 * (span - z) ** 2 + np.abs(span),
        color=plot.color(role),
        lw=1.6,
    )
    place, level = max(z - 1, 0.0), -0.28 * k
    ax.plot(
        place,
        0.5 * (place - z) ** 2 + place,
        "X",
        color=plot.color(role),
        ms=8,
    )
    ax.plot([z, place], [level, level], color=plot.color(role), lw=1.4)
    ax.plot(z, level, "o", color=plot.color(role), ms=4)
    ax.plot(place, level, "X", color=plot.color(role), ms=6)
    plot.note(ax, f"z = {z}", (z, level), role, offset=(7, 0))
ax.set(
    xlim=(-1.2, 3.2),
    ylim=(-1.05, 4),
    xticks=[-1, 0, 1, 2, 3],
    yticks=[0, 1, 2, 3, 4],
    xlabel="w",
    ylabel="½(w − z)² + |w|",
)

# %% [markdown]
# Proximal steps with this $S$ are called ISTA, with momentum FISTA [@beck2009]. The kinks do not slow them down, but
# the condition number does.
#
# ### One axis at a time
#
# If the smooth part is a parabola, $\frac12 w^\top G w - c^\top w$, then along axis $j$ the minimum is a formula.
# Collect the terms with $w_j$: with $r = c - G w$ they are
# $\frac12 G_{jj} x^2 - (r_j + G_{jj} w_j)\, x + \lambda |x|$, with $x$ for the new value. Divide by $G_{jj}$, and it
# is the problem we have solved:
#
# $$
# w_j \leftarrow S(r_j + G_{jj} w_j,\; \lambda) / G_{jj}
# $$ {#eq-coordinate-step}
# : $G$ is $(p, p)$, $r$ and $c$ are $(p,)$; $r$ follows each change of $w_j$.
#
# ```quote
# mle.optimize.coordinate.sweep
# ```
#
# No rate, no search. (`l2` is a squared penalty, $S$ is written out, and axes that stay at zero are skipped.) Where
# columns resemble each other sweeps are slow as well, so after each tenth `coordinate_descent` solves for all weights
# that are not zero at once.
#
# How do steps and sweeps compare? Take the parabola of the log-loss at zero, for all {{ cancer.X.shape[1] }} columns,
# scaled, with $\lambda = 0.03$. (The intercept needs no penalty; on centred columns it goes its own way.) A gradient
# costs one product with $G$, and so does a sweep; our steps also ask for the loss, three products more. The tolerance
# is $10^{-7}$ for all.

# %%
#| live: true
from mle.optimize import coordinate_descent, proximal_gradient, soft_threshold
from mle.optimize.coordinate import sweep

wide = (cancer.X - cancer.X.mean(axis=0)) / cancer.X.std(axis=0)
G, c = wide.T @ wide / (4 * len(y)), wide.T @ (y - y.mean()) / len(y)
l1, zeros = np.full(30, 0.03), np.zeros(30)


def value(w):
    return float(w @ G @ w / 2 - c @ w)


def shrink(z, t):
    return soft_threshold(z, t * l1)


def violation(w, r):
    """How far zero is from the nearest subgradient."""
    on = np.abs(r - l1 * np.sign(w))
    return np.where(w != 0, on, np.maximum(np.abs(r) - l1, 0)).max()


for name, fast in (("ISTA", False), ("FISTA", True)):
    found = proximal_gradient(
        value,
        lambda w: G @ w - c,
        lambda w: float(l1 @ np.abs(w)),
        shrink,
        zeros,
        accelerate=fast,
        learning_rate=1 / np.linalg.eigvalsh(G)[-1],
        max_iter=10_000,
        tol=1e-7,
    )
    print(f"{name}: {found.n_iter} steps, {np.sum(found.x != 0)} weights")

w, r, sweeps = zeros.copy(), c.copy(), 0
while violation(w, r) > 1e-7:
    sweep(G, r, w, l1, zeros, positive=False)
    sweeps += 1
x, faster, _ = coordinate_descent(
    G, c, l1, zeros, zeros, lambda w, r: violation(w, r) < 1e-7, tol=1.0
)
print(f"sweeps: {sweeps}, with joint steps {faster}")

# %%
from mle.optimize.proximal import shrink_step

# Soft threshold: what is cut off is z, clipped.
z = np.linspace(-4, 4, 801)
verify("soft-threshold", soft_threshold(z, 1.5), z - np.clip(z, -1.5, 1.5))

# A proximal step stands still at the minimum, and nowhere else.
stays, _ = shrink_step(value, G @ x - c, shrink, x, 0.3)
verify("proximal-step", stays, x, tol=1e-6)

# A sweep from anywhere, with every sum written out.
start = np.random.default_rng(2).normal(size=30)
by_sweep, by_loop = start.copy(), start.copy()
sweep(G, c - G @ start, by_sweep, l1, zeros, positive=False)
for j in range(30):
    others = sum(G[j, k] * by_loop[k] for k in range(30) if k != j)
    by_loop[j] = soft_threshold(c[j] - others, l1[j]) / G[j, j]
verify("coordinate-step", by_sweep, by_loop)

# %% [markdown]
# The log-loss is no parabola, but Newton makes one of it at every step: `proximal_newton` sweeps over the parabola
# and then backtracks along the way to its lowest point [@lee2014].
#
# ## When to stop {#stopping}
#
# No method knows the gap to the minimum. Each watches something else, and calls it `tol`.
#
# - **The gradient**: no slope above `tol`. Our descents and L-BFGS. It has units: in kilometres instead of metres, a
#   column has a slope a thousand times smaller.
# - **The step**: the point hardly moves. It may have arrived, or it may crawl. With a rate ten times smaller every
#   step passes the test ten times more easily.
# - **The change of the loss**, which crawls as well.
# - **A bound on the gap.** Newton's promise, $\frac12 g^\top H^{-1} g$, is in the unit of the loss, and has no units
#   of columns in it. If no curvature is below $c_{\min}$, then
#   $J(w + d) \ge J + g^\top d + \frac12 c_{\min} \lVert d \rVert^2$. The right side is smallest at
#   $d = -g / c_{\min}$, where it is $J - \lVert g \rVert^2 / 2 c_{\min}$. So the gap is at most
#   $\lVert g \rVert^2 / 2 c_{\min}$: how flat is flat depends on the smallest curvature.

# %%
#| hide: true
slope_left = float(np.abs(two.slopes(walk.x)).max())
gap_left = float(walk.losses[-1] - lowest)
watcher = Problem(scaled)
coarse = descend(watcher, watcher.safe_rate(), 5000, tol=slope_left)
gap_coarse = float(coarse.losses[-1] - lowest)
assert coarse.converged
assert gap_coarse < gap_left / 20

# %% [markdown]
# The walk on raw columns ended with no slope above {{ slope_left:.3f }}, {{ gap_left:.3f }} above the minimum. On
# scaled columns the same slope is reached in {{ coarse.n_iter }} steps, {{ gap_coarse:.4f }} above it. And no loss
# near one can tell points apart that are closer than about $10^{-8}$: there $\frac12 c e^2$ is lost in rounding,
# while the gradient, $c e$, still sees them. So test gradients, not losses, for the last digits.
#
# ## The race {#race}
#
# All columns now, and a penalty of $\frac{1}{2n} \lVert w \rVert^2$ on the weights, the default of
# `LogisticRegression`. From zero until no slope exceeds $10^{-6}$: how many times is the loss asked? @Tbl-race
# counts, and @fig-race shows one column of it.

# %%
#| hide: true
import warnings

from mle.optimize import lbfgs, nesterov

try:
    from scipy.optimize import minimize
except ImportError:  # in the notebook of a reader who has not got it
    minimize = None

TOL, MOST = 1e-6, 20_000


def first_order(method, **more):
    def until(problem):
        found = method(
            problem.loss,
            problem.slopes,
            problem.start,
            learning_rate=problem.safe_rate(),
            max_iter=MOST,
            tol=TOL,
            **more,
        )
        return found.x

    return until


def by_lbfgs(problem):
    found = lbfgs(problem.both, problem.start, tol=TOL, max_iter=MOST)
    return found.x


def by_newton(problem):
    found = newton(problem.loss, problem.derivatives, problem.start)
    return found.x


def by_scipy(method, **options):
    def until(problem):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = minimize(
                problem.both,
                problem.start,
                jac=True,
                method=method,
                options={"gtol": TOL, "maxiter": MOST, **options},
            )
        return found.x

    return until


METHODS = {
    "gradient descent": first_order(gradient_descent),
    "heavy ball, β = 0.9": first_order(heavy_ball, momentum=0.9),
    "Nesterov, β = 0.9": first_order(nesterov, momentum=0.9),
    "L-BFGS": by_lbfgs,
    "Newton": by_newton,
}
if minimize:
    METHODS["SciPy L-BFGS-B"] = by_scipy("L-BFGS-B", ftol=0.0, maxfun=2 * MOST)
    METHODS["SciPy BFGS"] = by_scipy("BFGS")
TABLES = {"two": (scaled, 0.0), "thirty": (wide, 1.0), "raw": (cancer.X, 1.0)}
race, seen = {}, {}
for where, (table, penalty) in TABLES.items():
    for name, method in METHODS.items():
        if where == "raw" and ("β" in name or "descent" in name):
            continue
        problem = Problem(table, penalty)
        x = method(problem)
        race[name, where] = len(problem.seen)
        seen[name, where] = problem.seen
        assert np.abs(problem.slopes(x)).max() <= 1.01 * TOL, (name, where)


def with_memory(m):
    problem = Problem(wide, 1.0)
    lbfgs(problem.both, problem.start, tol=TOL, memory=m)
    return len(problem.seen)


memories = {m: with_memory(m) for m in (1, 10, 30)}
assert memories[1] > memories[10] > memories[30]


def asked(name, where):
    return f"{race[name, where]:,}" if (name, where) in race else "–"


thirty = Problem(wide, 1.0)
best_thirty = float(
    newton(thirty.loss, thirty.derivatives, thirty.start, tol=1e-20).losses[-1]
)
rough = Problem(cancer.X, 1.0)
best_rough = float(
    newton(rough.loss, rough.derivatives, rough.start, tol=1e-20).losses[-1]
)
if minimize:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        left_alone = minimize(
            rough.both, rough.start, jac=True, method="L-BFGS-B"
        )
    gap_alone = float(left_alone.fun - best_rough)
    assert left_alone.success
    assert gap_alone > 1e-4
    assert race["L-BFGS", "raw"] > 1.2 * race["SciPy L-BFGS-B", "raw"]
    assert race["SciPy L-BFGS-B", "raw"] > 10 * race["SciPy BFGS", "raw"]


def in_gradients(m):
    """Multiplications of one evaluation of Newton's, in gradients."""
    n = len(y)
    return (2 * n * m + n * m**2 + m**3 / 3) / (2 * n * m)


newton_paid = in_gradients(31) * race["Newton", "thirty"]
ball_paid = race["heavy ball, β = 0.9", "thirty"]
assert race["gradient descent", "thirty"] > 10 * newton_paid
assert ball_paid > 2 * newton_paid > 2 * race["L-BFGS", "thirty"]

many = np.random.default_rng(0).normal(size=(len(y), 300))
broad = {}
for name in ("L-BFGS", "Newton"):
    problem = Problem(many, 1.0)
    METHODS[name](problem)
    broad[name] = len(problem.seen)
broad_paid = in_gradients(301) * broad["Newton"]
assert broad_paid > 2 * broad["L-BFGS"]

# %% [markdown]
# | Method | two, scaled | 30, scaled | 30, raw |
# |:--|--:|--:|--:|
# | gradient descent | {{ asked("gradient descent", "two") }} | {{ asked("gradient descent", "thirty") }} | {{ asked("gradient descent", "raw") }} |
# | heavy ball, $\beta = 0.9$ | {{ asked("heavy ball, β = 0.9", "two") }} | {{ asked("heavy ball, β = 0.9", "thirty") }} | {{ asked("heavy ball, β = 0.9", "raw") }} |
# | Nesterov, $\beta = 0.9$ | {{ asked("Nesterov, β = 0.9", "two") }} | {{ asked("Nesterov, β = 0.9", "thirty") }} | {{ asked("Nesterov, β = 0.9", "raw") }} |
# | L-BFGS | {{ asked("L-BFGS", "two") }} | {{ asked("L-BFGS", "thirty") }} | {{ asked("L-BFGS", "raw") }} |
# | Newton | {{ asked("Newton", "two") }} | {{ asked("Newton", "thirty") }} | {{ asked("Newton", "raw") }} |
# | SciPy, L-BFGS-B | {{ asked("SciPy L-BFGS-B", "two") }} | {{ asked("SciPy L-BFGS-B", "thirty") }} | {{ asked("SciPy L-BFGS-B", "raw") }} |
# | SciPy, BFGS | {{ asked("SciPy BFGS", "two") }} | {{ asked("SciPy BFGS", "thirty") }} | {{ asked("SciPy BFGS", "raw") }} |
#
# : Points at which the loss was computed, with its gradient (Newton: also the Hessian), until no slope exceeds
#   $10^{-6}$; Newton until its promise is $10^{-12}$. The first three step at the safe rate. A dash: not waited for.
#   Two columns without a penalty, thirty with one. Nesterov asks twice per step, here and ahead. {#tbl-race}

# %%
#| id: fig-race
#| caption: Thirty scaled columns. What a method remembers decides; nothing, the last step, ten steps, the whole
#|   curvature.
#| alt: Loss above its minimum against evaluations from 1 to 20,000, both logarithmic. Newton plunges within 10,
#|   L-BFGS within 40, the heavy ball within a thousand, gradient descent needs more than ten thousand.
fig, ax = plt.subplots(figsize=(5.2, 3.2))
shown = {
    "gradient descent": "data",
    "heavy ball, β = 0.9": "error",
    "L-BFGS": "truth",
    "Newton": "fit",
}
for name, role in shown.items():
    gap_k = np.maximum(
        np.minimum.accumulate(seen[name, "thirty"]) - best_thirty, 1e-12
    )
    ax.loglog(
        np.arange(1, len(gap_k) + 1), gap_k, color=plot.color(role), lw=1.8
    )
ax.set(
    xlim=(1, 20_000),
    ylim=(1e-10, 1),
    xlabel="evaluations",
    ylabel="loss above its minimum",
)
ax.set_xticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1,000", "10,000"])
places = {"descent": 3000, "heavy ball": 330, "L-BFGS": 36, "Newton": 6}
for (name, at), role in zip(places.items(), shown.values()):
    beside = name == "L-BFGS"  # between two curves there is no room
    spot = (at, 2e-9 if beside else 3e-7)
    plot.note(ax, name, spot, role, offset=(6 if beside else -6, -4))
ax.minorticks_off()

# %% [markdown]
# For L-BFGS, more memory is better: on thirty scaled columns it asks {{ memories[1] }} times with one pair,
# {{ memories[10] }} with ten, {{ memories[30] }} with thirty.
#
# What does it cost? By the counts of @sec-newton, one evaluation of Newton's, with 31 weights, is worth
# {{ in_gradients(31):.0f }} gradients. In all that makes {{ newton_paid:.0f }}:
# {{ race["gradient descent", "thirty"] / newton_paid:.0f }} times less than gradient descent,
# {{ ball_paid / newton_paid:.0f }} times less than the heavy ball, and
# {{ newton_paid / race["L-BFGS", "thirty"]:.0f }} times more than L-BFGS. With 300 columns of random numbers
# it is {{ f"{broad_paid:,.0f}" }} against {{ broad["L-BFGS"] }}: $p^2$ and $p^3$ have begun to tell. (On a clock Newton
# loses less, since products of whole matrices are what processors do best.) Up to 1,000 weights `LogisticRegression`
# takes Newton all the same. The last column of the table says why. Above, it takes L-BFGS.
#
# **Where we lose.** On raw columns our L-BFGS asks {{ race["L-BFGS", "raw"] / race["SciPy L-BFGS-B", "raw"]:.1f }}
# times as often as SciPy's [@virtanen2020], whose line search fits cubics instead of halving. And SciPy's plain BFGS,
# which keeps the whole $p \times p$ matrix, beats both by far: ten pairs are too few for a valley of thirty
# dimensions. SciPy's L-BFGS-B with its own settings stops after {{ left_alone.nit }} steps, reports success, and is
# {{ gap_alone:.3f }} above the minimum of {{ best_rough:.3f }}: it had watched the change of the loss.
#
# ## Where it breaks {#where-it-breaks}
#
# ### Two minima, and the start decides
#
# What is a typical lump, by the dents of its three worst nuclei, on the file's scale times 100? A mean would be
# dragged along by extremes, so we use a loss that forgives: $1 - \exp(-r^2 / 2h^2)$, for $r$ the distance to a lump
# and $h$ a width, is a parabola nearby and flat far away.

# %%
#| live: true
from mle.optimize import gradient_descent

dents = 100 * cancer.columns["worst_concave_points"]
width = 1.5


def kernel(w):
    return np.exp(-((dents - w[0]) ** 2) / (2 * width**2))


def forgiving(w):
    return float(np.mean(1 - kernel(w)))


def its_gradient(w):
    return np.array([np.mean(kernel(w) * (w[0] - dents)) / width**2])


ends = {}
for start in (0.0, 4.0, 10.0, 13.0, 14.0, 20.0, 26.0):
    found = gradient_descent(
        forgiving, its_gradient, [start], learning_rate=10.0, tol=1e-6
    )
    end, loss = float(found.x[0]), found.losses[-1]
    ends[start] = end
    print(f"from {start:2.0f} to {end:5.2f}, loss {loss:.3f}")

# %%
#| hide: true
grid = np.linspace(0, 28, 561)
height = np.array([forgiving([v]) for v in grid])
turns = [
    k
    for k in range(1, 560)
    if (height[k] - height[k - 1]) * (height[k + 1] - height[k]) < 0
]
assert len(turns) == 3
left_low, hump, right_low = (float(grid[k]) for k in turns)
near_left, near_right = (
    float(ill[np.abs(dents - low) < width].mean())
    for low in (left_low, right_low)
)
assert near_left < 0.1, "the figure says: most benign"
assert near_right > 0.7, "the figure says: malignant"


def bare_newton(v, steps=12):
    for _ in range(steps):
        k = kernel([v])
        bend = np.mean(k * (1 - (dents - v) ** 2 / width**2)) / width**2
        v = v - float(its_gradient([v])[0] / bend)
    return v


astray = bare_newton(12.5)
assert abs(astray - hump) < 0.06, "the text says that Newton goes to the top"

# %%
#| id: fig-two-minima
#| caption: A loss with two minima, near the two kinds of lump. Descent ends in the one on whose side of the hump, at
#|   {{ astray:.1f }}, it starts. Newton's bare step, from 12.5, ends *on* the hump.
#| alt: A curve over a measure of dents from 0 to 28 with a deep minimum near 7.6, a hump near 13.4 and a shallow
#|   minimum near 15.1. Dots mark five starts; from each a band leads down to one of the two minima. A cross sits on
#|   the hump.
fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.plot(grid, height, color=plot.color("ink"), lw=1.4)
for start, end in ends.items():
    if 12 < start < 15:  # too near to the hump to be drawn
        continue
    role = "data" if end < hump else "error"
    ax.plot(start, forgiving([start]), "o", color=plot.color(role))
    side = grid[(grid >= min(start, end)) & (grid <= max(start, end))]
    ax.plot(
        side,
        [forgiving([v]) + 0.012 for v in side],
        color=plot.color(role),
        lw=2,
        alpha=0.5,
    )
for end, role, name in (
    (left_low, "data", "most benign lumps"),
    (right_low, "error", "malignant ones"),
):
    ax.plot(end, forgiving([end]), "X", color=plot.color(role), ms=9)
    plot.note(ax, name, (end, forgiving([end])), role, offset=(0, -9))
ax.plot(astray, forgiving([astray]), "x", color=plot.color("fit"), ms=9, mew=2)
plot.note(
    ax,
    "Newton from 12.5",
    (astray, forgiving([astray])),
    "fit",
    offset=(-2, 22),
)
ax.set(
    xlim=(-1, 28),
    ylim=(0.66, 1.04),
    xlabel="dents, three worst nuclei",
    ylabel="loss",
)

# %% [markdown]
# Both ends (@fig-two-minima) are honest minima, with gradient zero, and `converged` is true for both. On the way out
# the gradient also fades: from far away a coarse `tol` would call the plain a minimum.
#
# ^^^
# **What gives it away.** Different starts, different losses. Start several times, keep the lowest, and say so.
# ^^^
#
# ### No minimum at all
#
# With all thirty columns and no penalty, some plane separates the malignant lumps from the others. The log-loss then
# falls for ever as the weights grow. L-BFGS sees slopes below any `tol` and reports success:

# %%
#| live: true
from mle.optimize import lbfgs

for tol in (0.01, 0.001, 0.0003):
    found = lbfgs(Problem(wide).both, np.zeros(31), tol=tol, max_iter=3000)
    length = np.linalg.norm(found.x)
    print(f"tol {tol}: converged {found.converged}, length {length:.0f}")

# %%
#| hide: true
found = lbfgs(Problem(wide).both, np.zeros(31), tol=1e-5, max_iter=3000)
right_side = (wide @ found.x[:-1] + found.x[-1] > 0) == (y == 1)
assert right_side.all(), "the text says that a plane separates them"
assert found.converged

from mle.exceptions import SeparationError
from mle.linear_model import LogisticRegression
from mle.linear_model.logistic_solvers import choose_solver

try:
    LogisticRegression(C=np.inf).fit(wide, y)
except SeparationError:
    refused = True
assert refused, "the text says so"
solvers = [choose_solver("auto", 0.0, m) for m in (1000, 1001)]
assert solvers == ["newton", "lbfgs"], "the text says so"


def bent(w):
    return np.where(w < 1, 25 * w, np.where(w < 2, w + 24, 25 * w - 24))


def bent_height(w):
    low, high = min(w[0], 1.0), max(w[0] - 2, 0.0)
    middle = min(max(w[0] - 1, 0.0), 1.0)
    rise = 25 * middle + middle**2 / 2 + 26 * high + 12.5 * high**2
    return float(12.5 * low**2 + rise)


for method, settings in (
    (gradient_descent, {"learning_rate": 2 / 26}),
    (nesterov, {"learning_rate": 1 / 25, "momentum": 2 / 3}),
):
    arrived = method(bent_height, bent, [3.3], max_iter=2000, **settings)
    assert arrived.converged, "the solution of the exercise says so"

# %% [markdown]
# ^^^
# **What gives it away.** With a smaller `tol` the weights are longer, each time.
# ^^^
#
# A flat slope is not a minimum. Newton's promises give such a flight away, and the library's `LogisticRegression`
# refuses it.
#
# ## What production libraries add {#production}
#
# - **SciPy** [@virtanen2020]: `minimize(method="L-BFGS-B")`, in `scipy/optimize/_lbfgsb_py.py`, adds bounds on each
#   variable, and stops by gradient (`gtol`) *or* by change of the loss (`ftol`). `"trust-exact"` and `"trust-krylov"`
#   bound the step instead of searching along it, and so can use negative curvature.
# - **scikit-learn** [@pedregosa2011]: `LogisticRegression` calls SciPy's L-BFGS with the change of the loss nearly
#   switched off (`sklearn/linear_model/_logistic.py`), or Newton with a Cholesky factor (`_glm/_newton_solver.py`).
#   `Lasso` sweeps over axes in `_cd_fast.pyx` and stops at a bound on the gap.
# - **Deep learning** frameworks hold millions of weights and see a few rows at a time. Momentum, a shrinking rate,
#   and a rate for each weight, a diagonal preconditioner made from past gradients, are what is left of this chapter
#   there.
#
# ## Summary
#
# - Gradient descent is safe below two over the largest curvature, and costs 1.15 κ steps per digit at its
#   best rate; below that, smaller is slower.
# - Scaling columns makes the bowl rounder; momentum turns κ into its root; Newton makes κ one, for $np^2 + p^3/3$ per
#   step.
# - L-BFGS learns curvature from ten steps, at the price of a gradient; it needs a line search that ends where the
#   slope has changed.
# - A kink is met by a proximal step; for absolute values that is the soft threshold, and sweeps over axes do it
#   without a rate.
# - A tolerance says what has become small, not how far the minimum is. Where a loss is not convex, the start decides.
#
# ## Quiz
#
# ```quiz
# - question: "Gradient descent at its best rate needs 1,000 steps. Another scaling of the columns makes $\\kappa$ a hundred times smaller. It now needs about"
#   answers:
#     - text: "10 steps, and the heavy ball would gain a factor of 10 by the same scaling"
#       right: true
#       why: "Descent pays $\\kappa$, the tuned heavy ball $\\sqrt\\kappa$."
#     - text: "100 steps, the root of a hundred times fewer"
#       why: "The root belongs to momentum."
#     - text: "1,000 steps at a hundred times the rate"
#       why: "The rate follows the largest curvature. The number of steps follows the ratio of the two."
# - question: "A step of gradient descent lands on the far side of the valley. You should"
#   answers:
#     - text: "divide the rate by ten"
#       why: "If the loss fell, the overshooting is harmless; with a tenth of the rate the flat directions take ten times as long."
#     - text: "see whether the loss falls, and leave the rate alone if it does"
#       right: true
#       why: "At the best rate the steep axis overshoots at every step, by the factor $-(\\kappa - 1)/(\\kappa + 1)$."
#     - text: "stop, since from now on it diverges"
#       why: "It diverges only if the rate exceeds two over the largest curvature."
# - question: "One raw column is converted from metres to millimetres. Which method needs the same number of steps as before, from zero, without a penalty?"
#   answers:
#     - text: L-BFGS
#       why: "Its first step, and its guess of the size, go by the gradient, which has units."
#     - text: Newton
#       right: true
#       why: "Its step, in terms of predictions, does not depend on units. Nor does its promise, by which it stops."
#     - text: Nesterov
#       why: "One rate has to serve all directions, so the condition number decides."
# - question: "Why does L-BFGS want Wolfe's second condition, where Newton does with backtracking?"
#   answers:
#     - text: "So that the change of the gradient along the step shows a positive curvature"
#       right: true
#       why: "Without $s^\\top r > 0$ no matrix with positive eigenvalues satisfies the secant condition. Newton computes its curvature anew."
#     - text: "Because otherwise the loss might rise"
#       why: "Against that, sufficient decrease is enough."
#     - text: "Because it finds the exact minimum along the line"
#       why: "The condition is far from exact: a slope of 90 % of the first will do."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: How many steps? {#ex-how-many level="warm-up"}
#
# Given all curvatures of a quadratic, how many steps of gradient descent at the best rate are enough for $d$ decimal
# digits, wherever it starts?
#
# ??? hint "A hint"
#
#     Take the logarithm of @eq-descent-rate, and round up.


# %%
#| exercise: stub
def steps_needed(curvatures, digits):
    """Fewest steps that leave at most 10**-digits of any distance."""
    return int(digits * max(curvatures))


# %%
#| exercise: check
for some, digits in (([1.0, 9.0], 3), ([0.2, 3.0, 7.0], 6), ([5.0, 600.0], 2)):
    got = steps_needed(some, digits)
    c = np.array(some)
    factors, share, wanted = (
        1 - 2 / (c.max() + c.min()) * c,
        np.ones(len(c)),
        0,
    )
    while np.abs(share).max() > 10.0**-digits:
        share, wanted = share * factors, wanted + 1
    assert got == wanted, (
        f"curvatures {some}, {digits} digits: {wanted} steps, got {got}"
    )


# %%
#| exercise: solution
#| note: "Only the largest and the smallest curvature matter, and only their ratio. (Where all are equal there is
#|   no logarithm to take: one step.)"
def steps_needed(curvatures, digits):
    kappa = max(curvatures) / min(curvatures)
    rate = (kappa - 1) / (kappa + 1)
    return int(np.ceil(digits * np.log(10) / -np.log(rate)))


# %% [markdown]
# ### Exercise: A rate for each weight {#ex-own-rates level="core"}
#
# Walk on raw columns so that after each step the weights are those of gradient descent on columns divided by
# `spread`, in raw units. The columns themselves may not be scaled.
#
# ??? hint "A hint"
#
#     $w = S u$, with which $S$? The text has the step.


# %%
#| exercise: stub
def own_rates(gradient, start, spread, rate, steps):
    """Last point of the walk; gradient and start are in raw units."""
    w = np.array(start)
    for _ in range(steps):
        w = w - rate * gradient(w)  # one rate for all
    return w


# %%
#| exercise: check
def slopes_of(table):
    return lambda w: table.T @ (np.tanh(table @ w / 2) / 2 + 0.5 - y) / len(y)


for table, seed in (
    (raw - raw.mean(axis=0), 0),
    (wide[:, :6] * np.arange(1, 7), 1),
):
    spread = table.std(axis=0)
    u = np.random.default_rng(seed).normal(size=len(spread))
    got = own_rates(slopes_of(table), u / spread, spread, 0.3, 25)
    for _ in range(25):
        u = u - 0.3 * slopes_of(table / spread)(u)
    gap_here = np.abs(got * spread - u).max()
    assert gap_here < 1e-9, (
        f"{len(u)} columns: off by {gap_here:.2g} scaled units"
    )


# %%
#| exercise: solution
#| note: "Here $S$ holds one over the spread, and it comes in twice: once from the chain rule, once on the way back to
#|   $w$. Adam and its relatives do this with a running estimate in the place of `spread`."
def own_rates(gradient, start, spread, rate, steps):
    w = np.array(start)
    for _ in range(steps):
        w = w - rate * gradient(w) / spread**2
    return w


# %% [markdown]
# ### Exercise: Curvature from two slopes {#ex-secant level="core"}
#
# With one variable the secant condition leaves no choice: $B = s / r$. Write the whole method: from two points and
# their slopes to the next point, until a slope is below `tol`. Never ask for a slope twice.
#
# ??? hint "A hint"
#
#     The step from `b` is the slope at `b`, times $B$ of the step from `a` to `b`.


# %%
#| exercise: stub
def secant_minimum(slope, a, b, tol=1e-10):
    """Where the slope is zero, from two guesses."""
    while abs(slope(b)) > tol:
        b = b - 0.1 * slope(b)
    return b


# %%
#| exercise: check
calls = []


def counted_slope(v):
    calls.append(v)
    return float(its_gradient([v])[0])


for a, b, wanted in ((6.0, 7.0, 7.6436), (15.5, 15.3, 15.0706)):
    calls.clear()
    got = secant_minimum(counted_slope, a, b)
    assert abs(got - wanted) < 1e-3, (
        f"from {a} and {b}: got {got}, not {wanted}"
    )
    assert len(set(calls)) == len(calls), "a slope was asked twice"
    assert len(calls) <= 12, f"{len(calls)} slopes asked; twelve are plenty"


# %%
#| exercise: solution
#| note: "Each error is about the product of the two before it, so the number of right digits grows like the Fibonacci
#|   numbers, by 1.6 a step: less than Newton's 2, but without a second derivative."
def secant_minimum(slope, a, b, tol=1e-10):
    at_a, at_b = slope(a), slope(b)
    while abs(at_b) > tol:
        a, b = b, b - at_b * (b - a) / (at_b - at_a)
        at_a, at_b = at_b, slope(b)
    return b


# %% [markdown]
# ### Exercise: The mean of a restless walk {#ex-average level="core"}
#
# A walk with a constant rate hovers *around* the minimum. Polyak and Juditsky proposed to answer not with its last
# point but with a mean [@polyak1992]. Leave out the first half of the points, and return the mean of the rest *after
# each point*: what one would have answered, had the walk ended there.
#
# ??? hint "A hint"
#
#     If the walk ends after `m` points, the mean runs over the last `m - m // 2` of them. Differences of `np.cumsum`
#     do it without a double loop.


# %%
#| exercise: stub
def averaged(points):
    """Mean of the later half of the first 1, 2, ... points; (m, p)."""
    return points


# %%
#| exercise: check
small = averaged(np.array([[2.0], [4.0], [9.0], [1.0]]))
assert small.shape == (4, 1), (
    f"one mean for each point: got shape {small.shape}"
)
expected = [2.0, 4.0, 6.5, 5.0]
assert np.allclose(small[:, 0], expected), f"got {small[:, 0]}, not {expected}"
restless = noisy_walk(lambda m: 0.2)
hover = above_minimum(restless)[0][-200:].mean()
rest = above_minimum(averaged(restless))[0][-200:].mean()
assert rest < hover / 5, (
    f"the mean is {rest:.5f} above the minimum, the walk {hover:.5f}"
)


# %%
#| exercise: solution
#| note: "The noise cancels, since the walk is as often on one side as on the other. The start does not, which is why
#|   the first half is left out."
def averaged(points):
    m = np.arange(1, len(points) + 1)
    sums = np.vstack([np.zeros(points.shape[1]), np.cumsum(points, axis=0)])
    return (sums[m] - sums[m // 2]) / (m - m // 2)[:, None]


# %% [markdown]
# ### Exercise: Tuned for another function {#ex-cycle level="small research"}
#
# The formula for $\beta$ was derived on quadratics. Lessard, Recht and Packard found a convex function on which it
# fails [@lessard2016]: its slope is $25w$ below 1, $w + 24$ from 1 to 2, and $25w - 24$ from 2 on, so that its
# curvature is 1 or 25, as in @fig-valley. Write its loss and slope, and a function that gives the last thousand
# points of the heavy ball with the $\eta$ and $\beta$ that theory recommends for $\kappa = 25$. What happens from
# 3.3? Do gradient descent and Nesterov arrive?
#
# ??? hint "A hint"
#
#     $\eta = (2 / (\sqrt{c_{\max}} + \sqrt{c_{\min}}))^2$. Integrate the slope piece by piece, so that the pieces
#     meet.


# %%
#| exercise: stub
def bent_slope(w):
    return 25 * w  # as if it were a parabola


def bent_loss(w):
    return float(12.5 * w[0] ** 2)


def tail(start):
    """The last 1,000 of 2,000 points of the tuned heavy ball, (1000,)."""
    found = heavy_ball(
        bent_loss, bent_slope, [start], max_iter=2000, tol=0.0, keep_path=True
    )
    return found.path[-1000:, 0]


# %%
#| exercise: check
for v, wanted in ((-2.0, -50.0), (0.5, 12.5), (1.5, 25.5), (3.0, 51.0)):
    got = float(np.ravel(bent_slope(np.array([v])))[0])
    up, down = (bent_loss(np.array([v + h])) for h in (1e-4, -1e-4))
    assert abs(got - wanted) < 1e-9, f"slope at {v}: {wanted}, got {got}"
    assert abs((up - down) / 2e-4 - wanted) < 1e-5, (
        f"the loss at {v} slopes otherwise"
    )
for v in (1.0, 2.0):
    jump_there = bent_loss(np.array([v])) - bent_loss(np.array([v - 1e-9]))
    assert abs(jump_there) < 1e-6, f"the loss jumps at {v:.0f}"
last = tail(3.3)
assert np.shape(last) == (1000,), (
    f"expected 1,000 points, got shape {np.shape(last)}"
)
assert np.abs(last).min() > 0.5, (
    "with η and β of the formula it stays away from 0"
)
assert np.allclose(last[3:], last[:-3], atol=1e-6), "it should repeat itself"


# %%
#| exercise: solution
#| note: "It goes round three points for ever, though the function is convex and has one minimum. Gradient descent at
#|   2/26 arrives, and so does `nesterov` at 1/25 with 2/3: its guarantee covers all such functions. On nearly
#|   quadratic bowls the heavy ball is the faster one; the rate of a method is a rate on a class of functions."
def bent_slope(w):
    return np.where(w < 1, 25 * w, np.where(w < 2, w + 24, 25 * w - 24))


def bent_loss(w):
    v = float(w[0])
    if v < 1:
        return 12.5 * v**2
    if v < 2:
        return v**2 / 2 + 24 * v - 12
    return 12.5 * v**2 - 24 * v + 36


def tail(start):
    found = heavy_ball(
        bent_loss,
        bent_slope,
        [start],
        learning_rate=(2 / (5 + 1)) ** 2,
        momentum=((5 - 1) / (5 + 1)) ** 2,
        max_iter=2000,
        tol=0.0,
        keep_path=True,
    )
    return found.path[-1000:, 0]
