# ---
# title: Logistic regression
# lede: Some questions have no amount for an answer, only yes or no. Data rarely support either word; what they support is
#   a chance. This chapter builds the model that answers with a chance, derives every line of it, and then breaks it in
#   four ways on purpose.
# minutes: 55
# needs: [regression/linear-regression]
# able:
#   - turn a chance into odds and log-odds and back, and say why the straight line belongs there
#   - derive the log-loss, its gradient and its Hessian, and have a machine check all three
#   - fit the model by Newton's method, by hand for four cases and with the library for hundreds
#   - read a coefficient aloud as an odds ratio, with its uncertainty
#   - recognise separation, a bend, a slip of units and a badly placed threshold by their signs
# ---

# %%
#| hide: true
import inspect
import math
import statistics
import timeit

import matplotlib.pyplot as plt

from mle import plot
from mle.testing import verify


def cases(ax, x, height, died, **style):
    """Two classes, two looks: survived is a hollow dot, died a filled diamond."""
    ax.plot(x[~died], height[~died], "o", ms=4, mfc="none", mec=plot.color("data"), mew=0.9, **style)
    ax.plot(x[died], height[died], "D", ms=3.6, color=plot.color("error"), mew=0, **style)

# %% [markdown]
# ## Yes or no {#yes-or-no}
#
# In heart failure the heart pumps less than the body needs. In 2015 two hospitals in Faisalabad kept records of
# patients with this disease [@ahmad2017], and one measurement stands out in them: the ejection fraction, the share of
# the blood in the left ventricle that leaves it at each beat. Does it tell whether a patient will die during the
# [follow-up](glossary:follow-up)? Or rather, what is the probability, or *chance* for short, that this happens?

# %%
#| live: true
import numpy as np

from mle.datasets import load_heart_failure

heart = load_heart_failure()
y = heart.y  # 1: died during the follow-up
ef = heart.columns["ejection_fraction"]
creatinine = heart.columns["serum_creatinine"]

for low, high in [(0, 25), (25, 35), (35, 45), (45, 100)]:
    band = (low <= ef) & (ef < high)
    share = y[band].mean()
    print(f"{low:2} to {high - 1} %: {band.sum():3} patients, {share:4.0%} died")

# %%
#| hide: true
from mle.linalg import blocks
from mle.linear_model import LogisticRegression, normal_equations, sigmoid
from mle.linear_model.logistic import gradient, hessian, log_loss, newton

n, deaths, days, died = len(y), int(y.sum()), heart.columns["time"], y == 1
slope, level = normal_equations(ef[:, None], y.astype(float))
weak = ef < 30

# %% [markdown]
# Each of these {{ n }} rows is a person with advanced disease, and {{ deaths }} of them died. One caution before we
# compute. The follow-up lasted from {{ days.min():.0f }} to {{ days.max():.0f }} days, so "survived" means *alive
# when last seen*: some patients were [watched](glossary:censoring) for weeks and some for months. We take the answer
# as yes or no here; [the project chapter](../projects/heart-failure.py) asks what that costs.
#
# Common sense offers two answers. The first is a threshold: "below 30 %, expect the worst". Of the
# {{ int(weak.sum()) }} patients below, {{ int((y[weak] == 0).sum()) }} survived; of those above,
# {{ int(y[~weak].sum()) }} died; and it speaks with the same certainty about 29 % and about {{ ef.min():.0f }} %. The
# second is the straight line of the last chapter, drawn through zeros and ones. @Fig-straight-line shows what becomes
# of it.

# %%
#| id: fig-straight-line
#| caption: A straight line does not know that a chance ends at 0 and 1. Above an ejection fraction of
#|   {{ -level / slope[0]:.0f }} % it promises less than no chance of dying.
#| alt: Ejection fraction from 10 to 80 per cent; patients who died are diamonds at height 1, survivors hollow dots at
#|   height 0. A falling least-squares line crosses zero near 68 per cent and continues below it.
rng = np.random.default_rng(0)
fig, ax = plt.subplots()
ax.axhspan(-0.24, 0, color=plot.color("rule"), alpha=0.5, lw=0)
cases(ax, ef + rng.uniform(-0.8, 0.8, n), y + rng.uniform(-0.045, 0.045, n), died)
ax.set(xlim=(10, 84), ylim=(-0.24, 1.12), yticks=[0, 0.5, 1], xlabel="ejection fraction, %", ylabel="chance of dying")
plot.line(ax, slope[0], level)
plot.note(ax, "died", (71, 1), "error", offset=(6, 0))
plot.note(ax, "survived", (30, 0.05), "data", offset=(0, 8))
plot.note(ax, "least squares", (50, level + slope[0] * 50), "fit", offset=(6, 6))
plot.note(ax, "no such chance", (12, -0.13), "muted", offset=(6, 0))

# %% [markdown]
# We need a curve that stays between 0 and 1, a reason for its shape, and a rule that picks one curve.
#
# ## Four cases by hand {#by-hand}
#
# Take four made-up cases. A measurement lies at $-2$, $-1$, 1 and 2, and the event came for the second and the
# fourth.

# %%
X_toy = np.array([[-2.0], [-1.0], [1.0], [2.0]])
y_toy = np.array([0.0, 1.0, 0.0, 1.0])

# %% [markdown]
# A chance is awkward for a straight line, because it ends on both sides. Its [odds](glossary:odds), $p / (1 - p)$,
# end on one side only: a chance of 0.8 is four to one. The [log-odds](glossary:log-odds), $\log \frac{p}{1-p}$, end
# nowhere. So let the line predict those:
#
# $$
# \log \frac{p}{1 - p} = z = b + w x
# $$
#
# Solve for $p$, and the line becomes a curve:
#
# $$
# p = \frac{1}{1 + e^{-z}} = \sigma(z)
# $$
#
# Turn our four cases around, $x$ into $-x$ and $y$ into $1 - y$, and they are the same four, so $b = 0$ and one
# number $w$ is left. Its curve gives the chance $\sigma(2w)$ to what happened in each of the outer cases, and
# $\sigma(-w)$ in each of the inner ones (for the third, $1 - \sigma(w)$, which is the same). Together, if the cases
# are independent, that is the [likelihood](glossary:likelihood) $\sigma(2w)^2\,\sigma(-w)^2$: the probability that
# this curve gives to what we saw. With $w = 0$ it is $(\frac12)^4 = {{ 0.5**4 }}$. We want it large. Take minus its
# logarithm, where $-\log \sigma(z) = \log(1 + e^{-z})$, divide by four cases, and we want this to be small:
#
# $$
# J(w) = \tfrac12 \log(1 + e^{-2w}) + \tfrac12 \log(1 + e^{w})
# $$
#
# The sigmoid has the derivative $\sigma(1 - \sigma)$ (we prove it below), which gives a slope and a curvature:
#
# $$
# \begin{aligned}
# J'(w) &= -\sigma(-2w) + \tfrac12 \sigma(w) \\
# J''(w) &= 2\,\sigma(2w)\,\sigma(-2w) + \tfrac12\,\sigma(w)\,\sigma(-w)
# \end{aligned}
# $$
#
# At $w = 0$ every sigmoid is ½, so the slope is $-\frac14$ and the curvature $\frac58$. The parabola with the same
# height, slope and curvature, $J(0) - \frac14 w + \frac12 \cdot \frac58 w^2$, has its bottom where its own slope
# $-\frac14 + \frac58 w$ vanishes: at $w = \frac25$. That is one step of [Newton's method](glossary:newtons-method),
# and it lifts the likelihood to {{ math.exp(-4 * newton(X_toy, y_toy, max_iter=1).losses[-1]):.4f }}. How good is it?
# At the true bottom $\sigma(w) = 2\,\sigma(-2w)$, and with $u = e^w$ this becomes $u^3 = u + 2$, a cubic with one
# real root, $u \approx {{ np.cbrt(1 + np.sqrt(26 / 27)) + np.cbrt(1 - np.sqrt(26 / 27)):.4f }}$.^[Cardano's formula
# writes it with two cube roots. A logistic regression with an answer in closed form is a rare thing; it will serve as
# our ruler.] The library agrees with the hand, step and root:
#
# ```pycon
# >>> from mle.linear_model import newton
# >>> round(float(newton(X_toy, y_toy, max_iter=1).w[0]), 12)
# 0.4
# >>> u = max(root.real for root in np.roots([1, 0, -1, -2]))
# >>> float(abs(newton(X_toy, y_toy).w[0] - np.log(u))) < 1e-12
# True
# ```
#
# And $u$ means something. One unit more of $x$ adds $w$ to the log-odds, so it multiplies the odds by $e^w = u$,
# wherever they were before.
#
# ## Odds, and the curve they draw {#odds}

# %%
#| id: fig-sigmoid
#| caption: Equal steps along the line multiply the odds by equal factors. The probability they buy shrinks towards
#|   both ends, so the curve never leaves the band from 0 to 1.
#| alt: An S-shaped curve of probability against log-odds from minus 4.6 to 4.6. Five dots at equal steps of log 4 are
#|   marked with odds 1 to 16, 1 to 4, 1 to 1, 4 to 1 and 16 to 1, at heights 0.06, 0.2, 0.5, 0.8 and 0.94.
fig, ax = plt.subplots()
z_axis = np.linspace(-4.6, 4.6, 241)
ax.plot(z_axis, sigmoid(z_axis), color=plot.color("fit"))
for k, name in zip(range(-2, 3), ("1 : 16", "1 : 4", "1 : 1", "4 : 1", "16 : 1")):
    z_k, p_k = k * np.log(4), float(sigmoid(k * np.log(4)))
    ax.plot([z_k, z_k], [0, p_k], color=plot.color("rule"), lw=1)
    ax.plot(z_k, p_k, "o", color=plot.color("fit"))
    plot.note(ax, name, (z_k, p_k), "fit", offset=(7, -7) if k >= 0 else (-7, 7))
ax.set(xlim=(-4.6, 4.6), ylim=(0, 1.04), yticks=[0, 0.2, 0.5, 0.8, 1], xlabel="log-odds z", ylabel="chance")
ax.set_xticks([k * np.log(4) for k in range(-2, 3)], ["−2 log 4", "−log 4", "0", "log 4", "2 log 4"])

# %% [markdown]
# The curve is the [sigmoid](glossary:sigmoid), for log-odds $z$ of any size:
#
# $$
# \sigma(z) = \frac{1}{1 + e^{-z}}
# $$ {#eq-sigmoid}
# : $z$ and $\sigma(z)$ have the same shape; $0 \le \sigma \le 1$.
#
# Berkson called the way back, from chance to log-odds, the *logit* [@berkson1944]; Cox made the regression out of it
# [@cox1958]. Other curves rise from 0 to 1 as well;^[The cumulative normal distribution gives the *probit* model,
# whose predictions are hardly different. Its weights have no such plain reading.] this one is chosen because its
# weights speak of odds, and because its derivatives are short. Two facts carry the rest of the chapter. Multiply
# numerator and denominator by $e^{z}$ and you see that $1 - \sigma(z) = \sigma(-z)$. And by the chain rule
#
# $$
# \begin{aligned}
# \sigma'(z) &= \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} \\
# &= \sigma(z)\,\bigl(1 - \sigma(z)\bigr):
# \end{aligned}
# $$
#
# steepest in the middle, where it is ¼, and flat at both ends.
#
# The library's sigmoid is two lines long, and why it is not one we shall see in @sec-naive-and-fast:
#
# ```quote
# mle.linear_model.logistic.sigmoid
# ```
#
# An independent road to the same curve is half a hyperbolic tangent:

# %%
grid = np.linspace(-30, 30, 601)
verify("sigmoid", sigmoid(grid), 0.5 * (1 + np.tanh(grid / 2)))

# %% [markdown]
# With $p$ features the line becomes a plane, $z_i = w^\top x_i + b$, one [weight](glossary:weight) for each
# [feature](glossary:feature) and an [intercept](glossary:intercept). Write $\hat p_i = \sigma(z_i)$. This is the
# whole [model](glossary:model). What remains is to choose $w$ and $b$.
#
# ## A price for surprise {#price}
#
# Let $s_i = +1$ if the event came in case $i$ and $-1$ if not. The model gives to what happened the probability
# $\sigma(s_i z_i)$; that covers both classes, because $1 - \sigma(z) = \sigma(-z)$. [Maximum
# likelihood](glossary:maximum-likelihood) asks for the $w$ and $b$ that make the product of all these as large as
# possible. Three steps make a loss of it. A product of many small numbers underflows, so take the logarithm, which
# turns it into a sum. We like to minimise, so change the sign. Ten cases should be comparable with ten thousand, so
# divide by $n$. Since $-\log \sigma(sz) = \log(1 + e^{-sz})$, that gives the [log-loss](glossary:log-loss), or
# [cross-entropy](glossary:cross-entropy) [@murphy2022, section 10.2], and to it we add a [penalty](glossary:penalty)
# that @sec-leash will explain:
#
# $$
# J(w, b) = \frac{1}{n} \sum_{i=1}^{n} \log\bigl(1 + e^{-s_i z_i}\bigr) + \frac{\lambda}{2n}\, w^\top w
# $$ {#eq-log-loss}
# : $X$ is $(n, p)$, $w$ is $(p,)$, $z = Xw + b$ is $(n,)$; $J$ is a number, in nats.
#
# Read each term as the price of a surprise [@good1952]. Whoever gave {{ 100 * 0.9:.0f }} % to what happened pays
# {{ -math.log(0.9):.2f }}; an even chance costs {{ math.log(2):.2f }}; whoever gave 1 % pays
# {{ -math.log(0.01):.1f }}, and there is no ceiling.
#
# ```quote
# mle.linear_model.logistic.log_loss
# ```
#
# `np.where` flips the sign of $z$ for the cases where the event came, so `miss` is $\log(1 + e^{-s_i z_i})$, and
# `logaddexp(0, a)` is $\log(e^0 + e^a)$ without ever forming $e^a$. A weight of 2 counts as a row given twice; then
# $n$ is the sum of the weights:
#
# ```quote
# mle.linear_model.logistic._total
# ```
#
# To check the formula we go back to where it came from, the bare product of {{ n }} probabilities. We take both
# features, brought to one scale, and a point picked at will:

# %%
X = np.column_stack([ef, creatinine])  # (299, 2)
Z = (X - X.mean(axis=0)) / X.std(axis=0)
w, b, penalty = np.array([-0.5, 0.3]), -0.7, 2.0

p_hat = 0.5 * (1 + np.tanh((Z @ w + b) / 2))
likelihood = math.prod(np.where(y == 1, p_hat, 1 - p_hat).tolist())
by_hand = -math.log(likelihood) / n + penalty / (2 * n) * (w @ w)
verify("log-loss", log_loss(Z, y, w, b, penalty), by_hand)
print(f"likelihood {likelihood:.1e}")

# %% [markdown]
# With {{ round(n * math.log(5e-324) / math.log(likelihood), -2):,.0f }} such patients the product would be zero in
# [floating point](glossary:floating-point), and its logarithm of no use. The mean of logarithms has no such limit.
#
# ### Why not squares? {#why-not-squares}
#
# Why not keep the squared miss, $(\hat p - y)^2$, of the last chapter? Two cases are enough to see why: $x = 1$ with
# the event, $x = 5$ without, no intercept. @Fig-squares lets both losses run downhill from the same start.

# %%
#| hide: true
two_x, two_y = np.array([1.0, 5.0]), np.array([1.0, 0.0])
start = 2.0


def squared(w):
    return float(np.mean((sigmoid(two_x * w) - two_y) ** 2))


def logarithmic(w):
    return log_loss(two_x[:, None], two_y, np.array([w]), 0.0)


wrong = float(sigmoid(-10.0))  # the chance given to an event that came, at z = -10

# %%
#| id: fig-squares
#| caption: From the same start, the log-loss leads back to its one valley. The squared error leads away from its own,
#|   along a plain that never ends.
#| alt: Two panels of loss against weight from minus 3 to 6. Left, the log-loss, a bowl with its bottom just below
#|   zero; an arrow from weight 2 points left, down the slope. Right, the squared error, with a valley just below zero,
#|   a hump at 1 and a plain to its right; an arrow from weight 2 points right.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.7))
w_axis = np.linspace(-3, 6, 181)
for ax, loss, name, way in zip(axes, (logarithmic, squared), ("log-loss", "squared error"), (-1, 1)):
    heights = np.array([loss(v) for v in w_axis])
    reach = heights.max() - heights.min()
    ax.plot(w_axis, heights, color=plot.color("fit"))
    here = (start, loss(start))
    there = (start + 1.9 * way, loss(start + 1.9 * way) + 0.06 * reach)
    ax.plot(*here, "o", color=plot.color("ink"))
    arrow = {"arrowstyle": "->", "color": plot.color("ink"), "shrinkA": 5}
    ax.annotate("", there, (here[0], here[1] + 0.06 * reach), arrowprops=arrow)
    ax.set(xlabel="weight w", xticks=[-3, 0, 3, 6], ylim=(heights.min() - 0.1 * reach, heights.max() + 0.12 * reach))
    plot.note(ax, name, (-3, heights.max() + 0.04 * reach), "fit", offset=(2, 0))
fig.tight_layout(w_pad=2)

# %% [markdown]
# The squared error of a sigmoid is not [convex](glossary:convex), so it may have several valleys, or a plain that
# falls for ever. It also stops teaching where teaching is needed most. Suppose the event came and the model said
# $z = -10$. The log-loss has the slope {{ wrong - 1:.5f }} in $z$ there, a firm pull. The squared error has
# $2(\hat p - y)\,\hat p\,(1 - \hat p) =$ {{ 2 * (wrong - 1) * wrong * (1 - wrong):.5f }}: the factor
# $\hat p\,(1 - \hat p)$, nearly zero for a model that is sure of itself, has muted the correction.
#
# ## Slope and curvature {#slope-and-curvature}
#
# We derive both once, for one case, and then add up. With $s = +1$ the price $\log(1 + e^{-z})$ has the slope
# $-\sigma(-z) = \hat p - 1$ in $z$; with $s = -1$ the price $\log(1 + e^{z})$ has the slope $\sigma(z) = \hat p$.
# Both are the same expression:
#
# $$
# \frac{\partial}{\partial z} \log\bigl(1 + e^{-sz}\bigr) = \hat p - y
# $$
#
# Prediction minus outcome: the [residual](glossary:residual) of least squares with its sign turned. The chain rule
# multiplies by $\partial z / \partial w = x$ and $\partial z / \partial b = 1$, and the mean over the cases is the
# [gradient](glossary:gradient):
#
# $$
# \begin{aligned}
# \nabla_w J &= \frac{1}{n} \bigl( X^\top (\hat p - y) + \lambda w \bigr) \\
# \frac{\partial J}{\partial b} &= \frac{1}{n} \sum_{i=1}^{n} (\hat p_i - y_i)
# \end{aligned}
# $$ {#eq-log-loss-gradient}
# : $\hat p - y$ is $(n,)$, so $X^\top(\hat p - y)$ is $(p,)$, one number for each weight.
#
# ```quote
# mle.linear_model.logistic.gradient
# ```
#
# The second half holds a promise. At the minimum it is zero, so the predicted chances add up to the number of events,
# whatever the features: the books balance (@ex-books-balance).
#
# Once more by $z$: the slope of $\hat p_i - y_i$ is $\sigma'(z_i)$; call it $q_i = \hat p_i\,(1 - \hat p_i)$. The
# chain rule now multiplies by $x$ twice, and gives the [Hessian](glossary:hessian):
#
# $$
# H = \frac{1}{n} \begin{pmatrix} X^\top Q X + \lambda I & X^\top Q \mathbf{1} \\ \mathbf{1}^\top Q X & \mathbf{1}^\top Q \mathbf{1} \end{pmatrix}
# $$ {#eq-log-loss-hessian}
# : $Q$ is $(n, n)$, with the $q_i$ on its diagonal; $\mathbf{1}$ is a column of $n$ ones; $H$ is $(p + 1, p + 1)$, its last row and column belong to $b$.
#
# ```quote
# mle.linear_model.logistic.hessian
# ```
#
# $Q$ itself is never made: it would have $n^2$ entries, nearly all of them zero. `gram` folds $\sqrt{q_i}$ into the
# rows instead (we come back to it), and returns $X^\top Q X$ and $X^\top Q \mathbf{1}$ together. The outcomes $y$ do
# not occur: how sharply the loss bends depends only on how unsure the model is.
#
# The Hessian also tells us that there is one valley. Step in any direction, $u$ for the weights and $c$ for the
# intercept. The curvature along it is
#
# $$
# \frac1n \Bigl( \sum_{i=1}^{n} q_i\,(u^\top x_i + c)^2 + \lambda\, u^\top u \Bigr) \;\ge\; 0,
# $$
#
# a sum of squares with weights that are never negative. So $J$ is convex [@boyd2004, section 7.1.1], and any point
# where the gradient vanishes is a global minimum.^[The curvature is zero only along directions with
# $u^\top x_i + c = 0$ in every row and $\lambda u = 0$, that is, if columns repeat each other and nothing is
# penalised. Then many weights fit equally well.]
#
# Derivations have slips, so we let the machine differentiate. [Central differences](glossary:finite-difference) of
# the loss must give the gradient, and those of the gradient the Hessian:

# %%
def loss_at(v):
    return log_loss(Z, y, v[:-1], v[-1], penalty)


def slopes_at(v):
    return np.append(*gradient(Z, y, v[:-1], v[-1], penalty))


def differences(f, v, step=6e-6):
    moves = step * np.eye(len(v))
    return np.array([(f(v + m) - f(v - m)) / (2 * step) for m in moves])


point = np.append(w, b)
slope = differences(loss_at, point)
bend = differences(slopes_at, point)
verify("log-loss-gradient", slopes_at(point), slope)
verify("log-loss-hessian", hessian(Z, w, b, penalty), bend)

# %%
#| hide: true
def toy_loss(w):
    return log_loss(X_toy, y_toy, np.array([w]), 0.0)


def toy_slopes(w):
    return (float(gradient(X_toy, y_toy, np.array([w]), 0.0)[0][0]), float(hessian(X_toy, np.array([w]), 0.0)[0, 0]))


jumps = [2.0]
for _ in range(3):
    toy_slope, toy_curvature = toy_slopes(jumps[-1])
    jumps.append(jumps[-1] - toy_slope / toy_curvature)

X_rare = np.repeat([3.0, 4.0, 5.0, 28.0], [1, 2, 100, 1])[:, None]
y_rare = np.repeat([0.0, 1.0, 0.0, 0.0], [1, 2, 100, 1])
undamped, full = [], np.zeros(2)
for _ in range(7):
    undamped.append(log_loss(X_rare, y_rare, full[:1], full[1]))
    slopes = np.append(*gradient(X_rare, y_rare, full[:1], full[1]))
    full = full - np.linalg.solve(hessian(X_rare, full[:1], full[1]), slopes)
braked = newton(X_rare, y_rare)

# %% [markdown]
# ## Jumping to the bottom {#newton}
#
# Setting the gradient to zero gives no formula for $w$: the unknown sits inside $n$ sigmoids. (Our four cases were an
# exception.) But we know the slope and the curvature at any point, hence a parabola that agrees with the loss there,
# and the bottom of a parabola is one linear system away. Write $v$ for $w$ with $b$ appended, as the code does, and
# $g$ for the gradient:
#
# $$
# H d = g, \qquad v \leftarrow v - t\,d
# $$ {#eq-newton-step}
# : $v$, $g$ and the step $d$ are $(p + 1,)$; $t$ is a number, 1 unless the brake below says otherwise.
#
# @Fig-parabola shows two such jumps on the four cases. From $w = 0$ the parabola lands almost at the bottom. From
# $w = 2$, where the curve is nearly straight, the parabola is so wide that its bottom lies on the far side, *higher*
# than where we stood; the next full jumps would lead to {{ jumps[2]:.1f }}, then to {{ jumps[3]:.1e }}.

# %%
#| id: fig-parabola
#| caption: Newton's parabola is right nearby and wrong far away. From 0 the jump lands next to the minimum; from 2 it
#|   ends higher than it began, and the brake has to halve it.
#| alt: The loss of the four cases against the weight, a bowl with its bottom at 0.42. A dotted parabola touching it at
#|   0 has its bottom at 0.4. A wide dotted parabola touching it at 2 has its bottom at minus 2.8, where the loss is
#|   far above.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
w_axis = np.linspace(-3.4, 3.4, 181)
ax.plot(w_axis, [toy_loss(v) for v in w_axis], color=plot.color("fit"))
for at, left, right in ((0.0, -1.5, 2.4), (2.0, -3.4, 3.4)):
    slope_at, bend_at = toy_slopes(at)
    piece = np.linspace(left, right, 121)
    parabola = toy_loss(at) + slope_at * (piece - at) + bend_at / 2 * (piece - at) ** 2
    ax.plot(piece, parabola, color=plot.color("muted"), lw=1.2, ls=":")
    landing = at - slope_at / bend_at
    promised = toy_loss(at) - slope_at**2 / bend_at / 2
    ax.plot([landing, landing], [promised, toy_loss(landing)], color=plot.color("error"), lw=1.4)
    ax.plot(at, toy_loss(at), "o", color=plot.color("ink"))
    ax.plot(landing, toy_loss(landing), "X", color=plot.color("error"), ms=7)
    plot.note(ax, f"from {at:.0f}", (at, toy_loss(at)), "ink", offset=(-8, -4) if at == 0 else (6, -6))
    plot.note(ax, "lands here", (landing, toy_loss(landing)), "error", offset=(8, 8 if at else -9))
plot.note(ax, "promised", (jumps[1], 0.1), "error", offset=(6, 6))
ax.set(xlim=(-3.4, 3.4), ylim=(-0.1, 3.2), xlabel="weight w", ylabel="loss of the four cases")

# %% [markdown]
# The library's loop takes the jump and asks the brake how much of it to keep:
#
# ```quote
# mle.linear_model.logistic.newton
# ```
#
# The parabola promises to lower the loss by $\frac12 g^\top d$, the `gain`; once it promises less than the
# [tolerance](glossary:tolerance), we are done. Without an intercept `free` leaves out the last row and column, so
# that $b$ stays zero. If no part of the step helps ($t = 0$), rounding has the last word and the loop ends. The
# linear system has a fallback for columns that repeat each other: they are brought to one scale, and of all steps
# that solve it the shortest is taken.
#
# ```quote
# mle.linalg.solve_symmetric
# ```
#
# What comes back is more than the answer. We shall use the losses to draw, and `converged` to warn:
#
# ```quote
# mle.linear_model.logistic.Newton
# ```
#
# The brake is a [line search](glossary:line-search) called [backtracking](glossary:backtracking). Along $-d$ the loss
# begins to fall at the rate $g^\top d$. A step of part $t$ is accepted if it keeps a small share of that promise
# [@nocedal2006, algorithm 3.1]:
#
# $$
# J(v - t\,d) \;\le\; J(v) - 10^{-4}\, t\, g^\top d
# $$ {#eq-backtracking}
# : $t$ is tried as 1, ½, ¼, and so on; the first that passes is taken.
#
# ```quote
# mle.optimize.line_search.backtracking
# ```
#
# For the function $(1 - at)^2$ the test can be solved by hand: it passes when $t \le 2(1 - 10^{-4})/a$. So the
# library must return the largest power of one half below that bound:

# %%
from mle.optimize import backtracking


def parabola(x):
    return float((1 - x[0]) ** 2)


rates = np.array([0.5, 1.0, 1.9997, 1.9999, 3.0, 5.0, 17.0, 100.0])
origin = np.zeros(1)
parts = [
    backtracking(parabola, origin, np.array([-a]), 2 * a, now=1.0)[0]
    for a in rates
]
halvings = np.ceil(np.log2(rates / (2 * (1 - 1e-4))))
verify("backtracking", parts, 0.5 ** np.maximum(0, halvings))

# %% [markdown]
# Starting from zero, where every chance is one half, the brake is seldom needed, but it is no decoration. Of
# {{ len(y_rare) }} cases with {{ int(y_rare.sum()) }} events and one far-away $x$, full steps drive the loss from
# {{ undamped[0]:.2f }} down to {{ min(undamped):.2f }} and then up to {{ undamped[6]:,.0f }}; with the brake Newton
# needs {{ braked.n_iter }} steps and ends at {{ braked.losses[-1]:.3f }}.
#
# How fast is it? The cubic knows the right $w$ of the four cases to the last digit:

# %%
w_star = math.log(np.roots([1, 0, -1, -2]).real.max())
for m in range(1, 5):
    w_m = float(newton(X_toy, y_toy, max_iter=m).w[0])
    print(f"step {m}: w = {w_m:.15f}, error {abs(w_m - w_star):.0e}")

# %% [markdown]
# The number of right digits about doubles at each step, until there are no more digits to have [@nocedal2006, theorem
# 3.5].
#
# ## A leash on the weights {#leash}
#
# The penalty $\frac{\lambda}{2n} w^\top w$ makes large weights expensive. The intercept goes free: to penalise it
# would pull all chances towards one half, whatever the data say. Libraries state the strength as $C = 1/\lambda$ and
# minimise $C \sum_i \log(1 + e^{-s_i z_i}) + \frac12 w^\top w$. That is $C n$ times our $J$, so the minimum is at the
# same place: a large $C$ is a long leash, and `C=np.inf` none at all.
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._check_params
# ```
#
# The rest of the model class is short. `fit` belongs to the base class of all classifiers: it checks what comes in,
# and turns labels of any kind into their places in the sorted list of classes, here 0 and 1.
#
# ```quote
# mle.base.Classifier.fit
# ```
#
# `_fit` hands those numbers to Newton's method and keeps what comes back:
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._fit
# ```
#
# A new case gets its log-odds, and from them everything else:
#
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._log_odds
# ```
# ```quote
# mle.linear_model.logistic.LogisticRegression._proba
# ```
# ```quote
# mle.linear_model.logistic.LogisticRegression._predict
# ```
#
# The class 1 is predicted where $z > 0$, that is where $\hat p > \frac12$. The probability of class 0 is $\sigma(-z)$
# rather than $1 - \sigma(z)$, which for large $z$ would round to zero. Two classes are all it knows; three are
# refused before `_fit` is called:
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._check_classes
# ```

# %%
#| hide: true
micromol, leash = 88.4, 0.01  # 1 mg/dL of creatinine is 88.4 micromoles per litre
in_mg, in_umol = X, X * np.array([1.0, micromol])
tied_mg, tied_umol = LogisticRegression(C=leash).fit(in_mg, y), LogisticRegression(C=leash).fit(in_umol, y)
ratio_mg, ratio_umol = float(np.exp(tied_mg.coef_[0, 1])), float(np.exp(tied_umol.coef_[0, 1] * micromol))
worst_gap = float(np.abs(tied_mg.predict_proba(in_mg) - tied_umol.predict_proba(in_umol)).max())

# %% [markdown]
# A penalty compares weights, and a weight has a unit. Measure creatinine in µmol/L instead of mg/dL and the numbers
# grow by a factor of {{ micromol }}; the weight that says the same thing is smaller by that factor, and all but free
# of charge. With $C = {{ leash }}$ the odds ratio of one mg/dL is {{ ratio_mg:.2f }} in one unit and
# {{ ratio_umol:.2f }} in the other, and for one patient the predicted chance differs by {{ worst_gap:.2f }}. The
# leash must not depend on the laboratory, so before a penalty we [standardise](glossary:standardisation):
#
# $$
# x'_{ij} = \frac{x_{ij} - \mu_j}{s_j}
# $$ {#eq-standardise}
# : $\mu$ and $s$ are $(p,)$, the mean and standard deviation (divisor $n$) of each column of the training rows.
#
# ```quote
# mle.preprocessing.scale.StandardScaler._fit
# ```
# ```quote
# mle.preprocessing.scale.StandardScaler._transform
# ```
#
# A column that is constant, up to rounding, has no spread to divide by; it is divided by 1 and becomes zero. The
# means are learnt in `fit` and reused in `transform`: test rows are measured with the ruler of the training rows. The
# way back is for reading results in their own units:
#
# ```quote
# mle.preprocessing.scale.StandardScaler.inverse_transform
# ```

# %%
from mle.preprocessing import StandardScaler

columns = []
for column in X.T.tolist():
    middle, spread = statistics.fmean(column), statistics.pstdev(column)
    columns.append([(x - middle) / spread for x in column])
verify("standardise", StandardScaler().fit_transform(X), np.transpose(columns))

# %% [markdown]
# Without a penalty standardising changes nothing that matters: the weights are multiplied by $s_j$, every prediction
# stays.
#
# ## The naive version and the fast one {#naive-and-fast}
#
# **Overflow.** Type @eq-sigmoid as it stands, and feed it a patient who is far from the others:

# %%
#| raises: RuntimeWarning
1 / (1 + np.exp(-np.array([-1000.0, 0.0, 1000.0])))

# %% [markdown]
# $e^{1000}$ is too large for a float. The answer, zero, would even be right, but a warning that one learns to ignore
# hides the next one. The library takes the exponential of $-|z|$ only, which is at most 1, and picks the numerator by
# the sign of $z$. The loss is worse off. At $z = 40$ the sigmoid rounds to exactly 1, and if the event did *not*
# come, the textbook formula takes the logarithm of zero:

# %%
#| raises: RuntimeWarning
-np.log(1 - sigmoid(np.array([40.0])))

# %% [markdown]
# The price is 40, not infinity, and `logaddexp` knows:
#
# ```pycon
# >>> log_loss(np.array([[40.0]]), np.array([0.0]), np.array([1.0]), 0.0)
# 40.0
# ```
#
# **Loops.** The sums of @eq-log-loss-gradient can be written as they are read, one patient and one column at a time.
# The [vectorised](glossary:vectorisation) line gives the same numbers:

# %%
def loop_gradient(rows, outcomes, weights, intercept):
    slopes = [0.0] * (len(weights) + 1)
    for x, outcome in zip(rows, outcomes):
        z = intercept + sum(w_j * x_j for w_j, x_j in zip(weights, x))
        miss = 1 / (1 + math.exp(-z)) - outcome
        for j, x_j in enumerate(x):
            slopes[j] += miss * x_j / len(rows)
        slopes[-1] += miss / len(rows)
    return slopes


crowd = np.random.default_rng(0).normal(size=(2000, 5))
events = (crowd[:, 0] > 0).astype(float)
coins = np.full(5, 0.1)
lists = crowd.tolist(), events.tolist(), coins.tolist()


def loops():
    return loop_gradient(*lists, 0.0)


def arrays():
    return np.append(*gradient(crowd, events, coins, 0.0))


assert np.allclose(loops(), arrays())
slow = min(timeit.repeat(loops, number=1, repeat=3))
fast = min(timeit.repeat(arrays, number=10, repeat=5)) / 10
assert slow > 10 * fast
print("the vectorised gradient is at least 10 times as fast")

# %%
#| hide: true
block = inspect.signature(blocks).parameters["size"].default

# %% [markdown]
# **Blocks.** The multiplications are the same, $2np$ of them; what the loop pays for is a Python object for each
# number. For the Hessian even the vectorised line can waste time: $\sqrt{Q} X$ is a copy of the whole table. For a
# million patients and 50 columns that copy has {{ 10**6 * 50 * 8 / 1e6:.0f }} MB and travels to memory and back. The
# library makes it in blocks of {{ block:, }} rows, {{ block * 50 * 8 / 1e6:.1f }} MB each, which are still in the
# processor's cache when they are multiplied:
#
# ```quote
# mle.linalg.gram
# ```
#
# **Steps.** [Gradient descent](glossary:gradient-descent) (@eq-gradient-step) needs no Hessian. A safe [learning
# rate](glossary:learning-rate) follows from @eq-log-loss-hessian: since $q_i \le \frac14$, no curvature exceeds a
# quarter of the largest eigenvalue of $\frac1n A^\top A$, where $A$ is $X$ with a column of ones. One over that bound
# never overshoots.

# %%
#| live: true
from mle.linear_model.logistic import gradient, log_loss, newton
from mle.optimize import gradient_descent


def descend(table, max_iter):
    A = np.column_stack([table, np.ones(len(table))])
    steepest = float(np.linalg.eigvalsh(A.T @ A / len(A))[-1]) / 4
    return gradient_descent(
        lambda v: log_loss(table, y, v[:-1], v[-1]),
        lambda v: np.append(*gradient(table, y, v[:-1], v[-1])),
        np.zeros(3),
        learning_rate=1 / steepest,
        max_iter=max_iter,
    )


both = np.column_stack([ef, creatinine])
scaled = (both - both.mean(axis=0)) / both.std(axis=0)
own_units, one_scale = descend(both, 3000), descend(scaled, 3000)
jump = newton(both, y)
paths = {
    "descent, own units": own_units,
    "descent, one scale": one_scale,
    "Newton, own units": jump,
}
for name, path in paths.items():
    print(f"{name}: {path.n_iter:4} steps, loss {path.losses[-1]:.12f}")

# %%
#| hide: true
lowest = min(jump.losses[-1], one_scale.losses[-1])


def stretch(table):
    A = np.column_stack([table, np.ones(n)])
    return float(np.linalg.cond(A.T @ A))

# %%
#| id: fig-steps
#| caption: Newton's method squares its error at each step and does not care about units. Descent gains a constant
#|   factor per step, and in the patients' own units that factor is next to nothing.
#| alt: Gap between loss and its minimum against the number of steps, both on logarithmic scales. Newton falls steeply
#|   below ten to the minus 12 within five steps, descent on standardised columns within about thirty; descent in own
#|   units has hardly moved after 3000.
fig, ax = plt.subplots()
for found, name, role, width, spot, way in (
    (own_units, "descent, own units", "ink", 1.2, 400, (0, 7)),
    (one_scale, "descent, one scale", "ink", 1.2, 12, (8, 2)),
    (jump, "Newton", "fit", 2, 4, (-7, -3)),
):
    gap = found.losses - lowest
    steps = np.arange(len(gap)) + 1
    shown = gap > 1e-15
    ax.plot(steps[shown], gap[shown], color=plot.color(role), lw=width)
    plot.note(ax, name, (spot, gap[spot - 1]), role, offset=way)
ax.set(xscale="log", yscale="log", ylim=(1e-15, 1))
ax.set(xlabel="point of the path (1 is the start)", ylabel="loss above its minimum")

# %% [markdown]
# After {{ own_units.n_iter:, }} steps in the patients' own units descent is still
# {{ own_units.losses[-1] - lowest:.4f }} above the minimum: there the largest eigenvalue is {{ stretch(both):,.0f }}
# times the smallest, a [condition number](glossary:condition-number) at which a step short enough for the steep
# direction crawls along the flat one. On one scale, where it is {{ stretch(scaled):.2f }}, descent arrives within
# {{ one_scale.n_iter }} steps. Newton takes {{ jump.n_iter }} in either, because a change of units changes $H$ and
# $g$ together and cancels in $d$. The price is the Hessian: a step of descent costs about $2np$ multiplications,
# Newton adds $np^2$ for $H$ and about $p^3/3$ to solve. With 10 columns that is nothing. With 10,000, $H$ alone fills
# {{ 10_000**2 * 8 / 1e6:.0f }} MB, and other methods take over.
#
# ## Real patients {#real-patients}
#
# Now the question we came with, without a penalty. How far can we trust the weight? Near its minimum the
# log-likelihood is a parabola, and the more sharply it bends, the fewer other weights are compatible with the data.
# The inverse of its Hessian, for the *sum* over patients rather than the mean, estimates the covariance of the
# weights [@hosmer2013, section 1.4]; the roots of its diagonal are their [standard errors](glossary:standard-error).

# %%
#| live: true
from mle.linear_model import LogisticRegression
from mle.linear_model.logistic import hessian


def with_errors(table, outcome):
    model = LogisticRegression(C=np.inf).fit(table, outcome)
    w, b = model.coef_[0], float(model.intercept_[0])
    covariance = np.linalg.inv(len(outcome) * hessian(table, w, b))
    return model, w, b, np.sqrt(np.diag(covariance))


one, w1, b1, se1 = with_errors(ef[:, None], y)
low, high = w1[0] - 1.96 * se1[0], w1[0] + 1.96 * se1[0]
print(f"log-odds of dying = {b1:.2f} {w1[0]:+.4f} * ejection fraction")
print(f"standard error of the weight {se1[0]:.4f}")
factors = np.exp(10 * np.array([w1[0], low, high]))
print("10 points more: odds times {:.2f} ({:.2f} to {:.2f})".format(*factors))

# %%
#| hide: true
def chance(x):
    return float(sigmoid(w1[0] * x + b1))


def band_of(low, high):
    """Middle, size, share that died, its standard error, mean predicted chance."""
    here = (low <= ef) & (ef < high)
    share = float(y[here].mean())
    error = float(np.sqrt(share * (1 - share) / here.sum()))
    return float(ef[here].mean()), int(here.sum()), share, error, float(sigmoid(w1[0] * ef[here] + b1).mean())


bands = [band_of(low, high) for low, high in [(0, 25), (25, 35), (35, 45), (45, 100)]]
_, w2, b2, se2 = with_errors(X, y)


def interval(j, units):
    ends = np.exp(units * (w2[j] + np.array([-1.96, 1.96]) * se2[j]))
    return f"{ends[0]:.2f} to {ends[1]:.2f}"

# %% [markdown]
# Read it aloud. *Of two patients whose ejection fractions differ by ten points, the one with the higher has
# {{ np.exp(10 * w1[0]):.2f }} times the odds of dying, with a 95 % [confidence
# interval](glossary:confidence-interval) from {{ np.exp(10 * low):.2f }} to {{ np.exp(10 * high):.2f }}.* Such a
# factor is an [odds ratio](glossary:odds-ratio). It is not a ratio of chances: from {{ 100 * chance(25):.0f }} % at
# 25 % the chance goes to {{ 100 * chance(35):.0f }} % at 35 %. And it is not an effect: the data do not say what
# would happen if a treatment raised the ejection fraction.

# %%
#| id: fig-risk
#| caption: The curve stays between 0 and 1, yet it is not the last word. Of the {{ int(bands[0][1]) }} patients below
#|   25 % it expects {{ 100 * bands[0][4]:.0f }} % to die, and {{ 100 * bands[0][2]:.0f }} % did. Bars show one
#|   standard error.
#| alt: The fitted sigmoid falls from about 0.65 at an ejection fraction of 12 per cent to 0.05 at 80. Four squares
#|   show the share that died in each band. The first lies far above the curve, the third below it, the others near it.
fig, ax = plt.subplots()
rng = np.random.default_rng(0)
cases(ax, ef + rng.uniform(-0.8, 0.8, n), y + rng.uniform(-0.03, 0.03, n), died)
axis = np.linspace(11, 82, 200)
ax.plot(axis, sigmoid(w1[0] * axis + b1), color=plot.color("fit"))
for middle, _, share, error, _ in bands:
    ax.plot([middle, middle], [share - error, share + error], color=plot.color("ink"), lw=1.2)
    ax.plot(middle, share, "s", color=plot.color("ink"), ms=6)
plot.note(ax, "share that died, by band", (bands[0][0], bands[0][2]), "ink", offset=(8, 0))
plot.note(ax, "predicted", (16, chance(16)), "fit", offset=(8, 6))
plot.note(ax, "died", (71, 1), "error", offset=(6, 0))
plot.note(ax, "survived", (66, 0.0), "data", offset=(6, 0))
ax.set(xlim=(11, 82), ylim=(-0.08, 1.08), yticks=[0, 0.25, 0.5, 0.75, 1])
ax.set(xlabel="ejection fraction, %", ylabel="chance of dying")

# %% [markdown]
# Now a second column. Creatinine is what the kidneys should have cleared from the blood. Chicco and Jurman report
# that on these very data it and the ejection fraction, alone, predict at least as well as all columns together
# [@chicco2020heart].
#
# | | Weight | Standard error | Odds ratio | 95 % interval |
# |:--|--:|--:|--:|:--|
# | Ejection fraction, 10 points more | {{ 10 * w2[0]:.3f }} | {{ 10 * se2[0]:.3f }} | {{ np.exp(10 * w2[0]):.2f }} | {{ interval(0, 10) }} |
# | Serum creatinine, 1 mg/dL more | {{ w2[1]:.3f }} | {{ se2[1]:.3f }} | {{ np.exp(w2[1]):.2f }} | {{ interval(1, 1) }} |
#
# : Both features together. Each odds ratio compares patients who are alike in the other feature. {#tbl-two-features}
#
# Where the chance is one half, $z = 0$: with two features that is a straight line, and so is the line of any other
# chance (@fig-boundary).

# %%
#| id: fig-boundary
#| caption: Lines of equal chance are straight and parallel. At ½ the model calls few patients in danger; most of those
#|   who died lie on the other side of that line.
#| alt: Serum creatinine against ejection fraction. Diamonds, patients who died, gather at the left and top. Three
#|   parallel rising lines mark chances of one quarter, one half and three quarters; most diamonds lie below the middle
#|   one.
fig, ax = plt.subplots(figsize=(5.2, 3.6))
rng = np.random.default_rng(0)
cases(ax, ef + rng.uniform(-0.8, 0.8, n), creatinine, died)
axis = np.array([10.0, 84.0])
for p_line, width in ((0.25, 1.2), (0.5, 2), (0.75, 1.2)):
    level_line = (np.log(p_line / (1 - p_line)) - b2 - w2[0] * axis) / w2[1]
    ax.plot(axis, level_line, color=plot.color("fit"), lw=width)
    plot.note(ax, {0.25: "¼", 0.5: "½", 0.75: "¾"}[p_line], (84, level_line[1]), "fit", offset=(5, 0))
plot.note(ax, "died", (70, 9.0), "error", offset=(8, 0))
plot.note(ax, "survived", (45, 6.1), "data", offset=(8, 0))
ax.set(xlim=(10, 84), ylim=(0, 9.9), xlabel="ejection fraction, %", ylabel="serum creatinine, mg/dL")

# %% [markdown]
# Does it hold for patients it has not seen? We put a quarter of them aside.

# %%
from mle import metrics
from mle.model_selection import train_test_split

X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=0
)
model = LogisticRegression(C=np.inf).fit(X_train, y_train)
p_test = model.predict_proba(X_test)[:, 1]
p_same = np.full(len(y_test), y_train.mean())  # one chance for all

for name, p in [("model", p_test), ("baseline", p_same)]:
    right = np.mean((p > 0.5) == y_test)
    surprise = metrics.log_loss(y_test, p)
    print(f"{name:8} accuracy {right:.2f}, log-loss {surprise:.3f}")

# %%
#| hide: true
from mle.model_selection import StratifiedKFold, cross_val_predict

gained = metrics.log_loss(y_test, p_same) - metrics.log_loss(y_test, p_test)

# %% [markdown]
# `metrics.log_loss` is the same price, computed from chances instead of weights, and clipped so that one certain
# mistake does not cost infinity:
#
# ```quote
# mle.metrics.probability.log_loss
# ```
#
# The log-loss of {{ len(y_test) }} patients falls by {{ gained:.2f }} nats each; the [accuracy](glossary:accuracy)
# hardly moves. That is no contradiction. Accuracy asks only on which side of ½ a chance lies, and most of what we
# have learnt happens below ½. A better question is [calibration](glossary:calibration): of those given about 20 %,
# did about 20 % die? For enough patients in each row we predict everyone by a model that has not seen them, ten
# [folds](glossary:fold) in turn.^[The rows are sorted by the length of the follow-up, so the folds are shuffled.
# Unshuffled, the model would learn from the patients who died early and be tested on the others.]

# %%
#| hide: true
p_cv = cross_val_predict(
    LogisticRegression(C=np.inf), X, y, cv=StratifiedKFold(10, shuffle=True, random_state=0), method="predict_proba"
)[:, 1]
order = np.argsort(p_cv, kind="stable")
fifths = [
    (float(p_cv[k].mean()), float(y[k].mean()), float(y[k].std() / np.sqrt(len(k))))
    for k in np.array_split(order, 5)
]
off = [(share - predicted) / error for predicted, share, error in fifths]

# %% [markdown]
# | Fifth of the patients | Mean predicted chance | Share that died | One standard error |
# |:--|--:|--:|--:|
# | lowest | {{ 100 * fifths[0][0]:.0f }} % | {{ 100 * fifths[0][1]:.0f }} % | {{ 100 * fifths[0][2]:.0f }} % |
# | second | {{ 100 * fifths[1][0]:.0f }} % | {{ 100 * fifths[1][1]:.0f }} % | {{ 100 * fifths[1][2]:.0f }} % |
# | third | {{ 100 * fifths[2][0]:.0f }} % | {{ 100 * fifths[2][1]:.0f }} % | {{ 100 * fifths[2][2]:.0f }} % |
# | fourth | {{ 100 * fifths[3][0]:.0f }} % | {{ 100 * fifths[3][1]:.0f }} % | {{ 100 * fifths[3][2]:.0f }} % |
# | highest | {{ 100 * fifths[4][0]:.0f }} % | {{ 100 * fifths[4][1]:.0f }} % | {{ 100 * fifths[4][2]:.0f }} % |
#
# : Chances predicted for unseen patients, and what happened. {#tbl-calibration}
#
# If the chances were right, gaps of more than two standard errors would be rare. The second and the third fifth show
# such gaps: fewer died than predicted, by {{ -off[1]:.1f }} and {{ -off[2]:.1f }} standard errors. The lowest and the
# fourth err the other way, by {{ off[0]:.1f }} and {{ off[3]:.1f }}. Something bends here that our plane does not.
#
# ## Where it breaks {#where-it-breaks}
#
# ^^^
# **The sign: separation.** Weights and standard errors explode together, the loss goes to zero, and one more
# iteration always changes the answer.
# ^^^
#
# **A line that separates.** Bill length and bill depth tell Gentoo from Adelie penguins without a single error. Good
# news, one would think. But if some plane puts every case on its right side, then doubling $w$ and $b$ makes every
# price smaller, and doubling them again smaller still. The loss has no minimum [@albert1984]. The library says so:

# %%
#| live: true
#| raises: SeparationError
import numpy as np

from mle.datasets import load_penguins
from mle.linear_model import LogisticRegression

birds = load_penguins()
bills = birds.select(["bill_length_mm", "bill_depth_mm"])
measured = np.isfinite(bills).all(axis=1)
pair = measured & np.isin(birds.y, ["Adelie", "Gentoo"])
LogisticRegression(C=np.inf).fit(bills[pair], birds.y[pair])

# %% [markdown]
# How can it know, after finitely many steps? A case on the wrong side of the plane costs at least $\log 2$. Once the
# *mean* loss is below $\frac1n \log 2$, no case can be on the wrong side, and that is a proof. The second test in the
# function below is a rule of thumb for a rarer event, cases that lie on the separating plane itself: the loss then
# stays above zero, but Newton's promises shrink by a constant factor instead of being squared.
#
# ```quote
# mle.linear_model.logistic._refuse_separation
# ```
#
# A penalty brings the weights to rest, but it is then the penalty that decides where (@fig-separation). With the
# default $C = 1$ nobody would notice.

# %%
#| hide: true
exponents = np.arange(-2.0, 6.5, 0.5)


def lengths(other):
    chosen = np.isfinite(bills).all(axis=1) & np.isin(birds.y, ["Adelie", other])
    table = StandardScaler().fit_transform(bills[chosen])
    return [float(np.linalg.norm(LogisticRegression(C=10**e).fit(table, birds.y[chosen]).coef_)) for e in exponents]


gentoo, chinstrap = lengths("Gentoo"), lengths("Chinstrap")

# %%
#| id: fig-separation
#| caption: As the leash gets longer, the weights of overlapping classes come to rest. Those of separated classes keep
#|   growing, and only the leash holds them.
#| alt: Length of the weight vector against C from 0.01 to a million on a logarithmic axis. The curve for Adelie and
#|   Chinstrap levels off near 13, the curve for Adelie and Gentoo keeps rising past 60.
fig, ax = plt.subplots()
ax.plot(10**exponents, gentoo, color=plot.color("error"))
ax.plot(10**exponents, chinstrap, color=plot.color("fit"))
plot.note(ax, "Adelie or Gentoo: separated", (10**5, gentoo[-3]), "error", offset=(-8, 2))
plot.note(ax, "Adelie or Chinstrap: overlapping", (10**6, chinstrap[-1]), "fit", offset=(0, -8), ha="right")
ax.axvline(1, color=plot.color("rule"), lw=1)
plot.note(ax, "default", (1, 55), "muted", offset=(-5, 0))
ax.set(xscale="log", xlim=(0.01, 10**6), ylim=(0, None), xlabel="C (a larger C is a longer leash)", ylabel="length of w")

# %%
#| hide: true
bent = newton(StandardScaler().fit_transform(np.column_stack([ef, ef**2])), y)
bend_gain = float(n * (newton(ef[:, None], y).losses[-1] - bent.losses[-1]))
useless = statistics.NormalDist().inv_cdf(0.975) ** 2 / 2

slip = int(np.flatnonzero((y == 0) & (X[:, 1] == 1.1))[0])
slipped = X.copy()
slipped[slip, 1] *= micromol
w_slip = newton(slipped, y).w
slip_z = float(StandardScaler().fit_transform(slipped)[slip, 1])


def foreseen(threshold):
    return ((p_cv > threshold) & (y == 1)).sum()


def alarms(threshold):
    return ((p_cv > threshold) & (y == 0)).sum()

# %% [markdown]
# ^^^
# **The sign: a bend.** Shares by band, or by fifth, depart from the predictions in one direction at the ends and in
# the other in the middle.
# ^^^
#
# **A bend it cannot make.** In @fig-risk the patients with the weakest hearts died far more often than the curve
# says, and the middle bands less often. The sigmoid is a fixed shape: we can shift and stretch it, not bend it. A
# column with the square of the ejection fraction lets it bend, and the log-likelihood rises by {{ bend_gain:.1f }}; a
# useless column would raise it by about half a unit, and by more than {{ useless:.1f }} in 5 of 100 samples.^[Twice
# the gain follows, for a useless column and many rows, a χ² distribution with one degree of freedom [@hosmer2013,
# section 1.3].]
#
# ^^^
# **The sign: a slip.** Look at the largest standardised value of each column, and leave that row out once. If the
# weight jumps, one row decides.
# ^^^
#
# **A slip of units.** Suppose that a single one of the {{ n }} creatinine values, of a patient who survived, had been
# entered in µmol/L: {{ X[slip, 1] * micromol:.0f }} instead of {{ X[slip, 1]:.1f }}. The odds ratio for one mg/dL
# falls from {{ np.exp(w2[1]):.2f }} to {{ np.exp(w_slip[1]):.3f }}, and a strong sign of danger is gone. The log-loss
# pulls without limit on a case that is far out *and* on the wrong side. The entry lies {{ slip_z:.0f }} standard
# deviations from the mean: an [outlier](glossary:outlier) that one look at the scaled column betrays.
#
# ^^^
# **The sign: a threshold.** Accuracy near the share of the larger class, and a low [recall](glossary:recall).
# ^^^
#
# **A threshold nobody chose.** `predict` cuts at ½. @Tbl-thresholds shows what that means for the {{ deaths }}
# patients who died: most are missed. That is no fault of the chances. A cut at ½ says that a missed death is as bad
# as a false alarm. Let it be $r$ times as bad. Then an alarm is worth it when $r\,\hat p > 1 - \hat p$, so the
# [threshold](glossary:threshold) is $\tau = 1 / (1 + r)$.
#
# | Threshold | Deaths foreseen | False alarms | Worth it if a missed death counts as |
# |:--|--:|--:|:--|
# | ½ | {{ int(foreseen(0.5)) }} of {{ deaths }} | {{ int(alarms(0.5)) }} of {{ n - deaths }} | 1 false alarm |
# | ¼ | {{ int(foreseen(0.25)) }} of {{ deaths }} | {{ int(alarms(0.25)) }} of {{ n - deaths }} | 3 false alarms |
# | ⅙ | {{ int(foreseen(1 / 6)) }} of {{ deaths }} | {{ int(alarms(1 / 6)) }} of {{ n - deaths }} | 5 false alarms |
#
# : The same predicted chances (unseen patients), cut at three places. {#tbl-thresholds}
#
# ## Another road to the same numbers {#another-road}
#
# **Weighted least squares.** Statisticians reach Newton's step without a Hessian in sight. Take the present line $z$,
# add to each case its residual in the units of $z$, $(y - \hat p)/q$, and fit that "working response" by least
# squares with weights $q$. Repeat. It is called iteratively reweighted least squares, IRLS [@mccullagh1989, section
# 2.5; @hastie2009, section 4.4.1; @bishop2006, section 4.3.3]. It is the same step: the normal equations
# (@eq-normal-equations) with weights read
# $A^\top Q A\, v_{\text{new}} = A^\top Q \bigl(A v + Q^{-1}(y - \hat p)\bigr)$, hence
# $v_{\text{new}} = v - (A^\top Q A)^{-1} A^\top (\hat p - y)$, and the two $\frac1n$ cancel in $H^{-1} g$. The
# machine agrees at each of five steps:

# %%
A = np.column_stack([Z, np.ones(n)])
v, by_irls = np.zeros(3), []
for _ in range(5):
    p_now = sigmoid(A @ v)
    root = np.sqrt(p_now * (1 - p_now))
    response = root * (A @ v) + (y - p_now) / root
    v = np.linalg.lstsq(root[:, None] * A, response, rcond=None)[0]
    by_irls.append(v)

by_newton = [newton(Z, y, max_iter=m) for m in range(1, 6)]
verify("newton-step", [np.append(f.w, f.b) for f in by_newton], by_irls)

# %% [markdown]
# **Gradient descent** has arrived, too: its {{ one_scale.n_iter }} steps end at a loss that differs from Newton's by
# {{ abs(one_scale.losses[-1] - jump.losses[-1]):.0e }}.
#
# **The [bootstrap](glossary:bootstrap)** checks the standard errors. It draws {{ n }} patients with replacement,
# fits, and repeats; the spread of the weights is their standard error, with no Hessian and no parabola.

# %%
rng = np.random.default_rng(0)
draws = rng.integers(0, n, size=(400, n))
resampled = np.array([newton(X[rows], y[rows]).w for rows in draws])
for j, name in enumerate(["ejection fraction", "creatinine"]):
    spread = resampled[:, j].std(ddof=1)
    print(f"{name:17} Hessian {se2[j]:.4f}, bootstrap {spread:.4f}")

# %% [markdown]
# For the ejection fraction the two agree roughly; for creatinine the bootstrap says
# {{ resampled[:, 1].std(ddof=1) / se2[1]:.1f }} times as much. The Hessian's answer supposes that the model is true.
# The bootstrap only supposes that other samples would look like this one, and in this one a handful of patients with
# very high creatinine carries the weight: draw them twice or not at all, and it moves. Believe the larger number, and
# see @ex-doublings for a better column.
#
# **Other libraries.** The tests in `tests/parity` fit the same data with scikit-learn and statsmodels and print the
# largest gap for each.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn** fits more than two classes, sparse tables, and L1 and elastic-net penalties. Its default solver,
#   `lbfgs` (`linear_model/_logistic.py`), never forms a Hessian: it guesses the curvature from its last few
#   gradients, which is why it survives 10,000 columns. Our algorithm is its `newton-cholesky`
#   (`linear_model/_glm/_newton_solver.py`), with a similar brake and a retreat to `lbfgs` where the Hessian is too
#   ill-conditioned. `liblinear` penalises the intercept as well; `saga` takes one case at a time. The stable
#   logarithm is `log1pexp` in `_loss/_loss.pyx.tp`. None of them looks for separation, which the default `C=1.0`
#   hides.
# - **statsmodels** has the model twice, `Logit` (`discrete/discrete_model.py`) by Newton's method and `GLM`
#   (`genmod/generalized_linear_model.py`) by IRLS, and prints standard errors, intervals and tests with the fit. It
#   warns of perfect separation.
# - **R**'s `glm.fit` is IRLS with a QR decomposition at each step, and so never squares the condition number as
#   $X^\top Q X$ does. It halves a step only if the deviance is no longer finite or the fit leaves its domain, and
#   warns that "fitted probabilities numerically 0 or 1 occurred".
#
# ## In five lines {#summary}
#
# 1. A straight line predicts the log-odds; the sigmoid turns them into a chance; a weight is the logarithm of an odds
#    ratio.
# 2. Maximum likelihood is the mean surprise, the log-loss. It is convex and never stops pulling on a confident
#    mistake.
# 3. Its gradient is prediction minus outcome, times the features; its Hessian weighs each case by
#    $\hat p\,(1 - \hat p)$.
# 4. Newton's method with a brake needs a handful of steps, in any units; a penalty does depend on units, so
#    standardise first.
# 5. Watch for separation, bends, far-out rows, and the threshold that nobody chose.
#
# ## Check yourself {#quiz}
#
# ```quiz
# - question: >-
#     The weight of serum creatinine is {{ w2[1]:.2f }} per mg/dL.
#     For a patient with 1 mg/dL more, other things equal, the model's
#   answers:
#     - text: >-
#         chance of dying rises by {{ w2[1]:.2f }}
#       why: A chance of 0.9 could not rise by that much. The weight lives on the scale of log-odds.
#     - text: >-
#         odds of dying are multiplied by {{ np.exp(w2[1]):.2f }}, wherever they start
#       right: true
#       why: The log-odds rise by the weight, so the odds are multiplied by its exponential.
#     - text: >-
#         chance of dying is multiplied by {{ np.exp(w2[1]):.2f }}
#       why: >-
#         Nearly so while the chance is small, when odds and chance are almost the same. From 0.6 it would lead
#         beyond 1.
# - question: >-
#     Two models are wrong about a patient who died. One gave the death a chance of 1 %, the other 0.01 %. The
#     second pays
#   answers:
#     - text: a hundred times as much
#       why: The chance is a hundred times smaller; the price is its logarithm.
#     - text: twice as much
#       right: true
#       why: The price is minus the logarithm, and the second chance has twice as many zeros.
#     - text: the same, since both are wrong
#       why: That is accuracy, which does not see how sure a model was. The log-loss does.
# - question: >-
#     You divide the ejection fraction by 100, so that it runs from 0 to 1, and fit again without a penalty. What
#     changes?
#   answers:
#     - text: Only its weight, which is 100 times as large
#       right: true
#       why: >-
#         The product of weight and feature stays, and with it every prediction. With a penalty, the larger weight
#         would cost more.
#     - text: Nothing at all
#       why: The predictions stay, but the weight must make up for the smaller numbers.
#     - text: All predictions, a little
#       why: That would be so with a penalty. Without one, only the product of weight and feature matters.
# - question: >-
#     A fit without a penalty reports weights of several hundred, standard errors of many thousands and a loss of
#     nearly zero. Most likely
#   answers:
#     - text: the model is excellent
#       why: >-
#         It is on these rows. But the weights are wherever the iteration happened to stop, and their size means
#         nothing.
#     - text: the learning rate was too large
#       why: Newton's method has none, and a diverging iteration shows a growing loss, not a vanishing one.
#     - text: the classes are separated
#       right: true
#       why: >-
#         Then the loss falls for ever along one direction. Penalise, collect more rows, or use Firth's correction
#         (in the last exercise).
# - question: Why do the outcomes y not occur in the Hessian?
#   answers:
#     - text: Because they are constants
#       why: They are constants in the gradient as well, and there they stay.
#     - text: Because the gradient contains y only as a term without w, which the second derivative removes
#       right: true
#       why: The gradient is a sum of (p − y) x. Only p depends on the weights.
#     - text: Because the Hessian is taken at the minimum
#       why: The formula holds everywhere. It depends on where we are through p.
# ```
#
# ## Your turn {#your-turn}
#
# ### Exercise: Half a milligram {#ex-half-a-milligram level="warm-up"}
#
# By which factor do the odds change when a feature grows by `change` and the model's weight for it is `weight`?

# %%
#| exercise: stub
import numpy as np


def odds_factor(weight, change):
    return weight * change  # the log of the answer; finish it

# %%
#| exercise: check
import numpy as np

from mle.linear_model import sigmoid

assert odds_factor(0.0, 3.0) == 1.0, "a weight of zero leaves the odds as they are"
before, after = sigmoid(-0.4), sigmoid(-0.4 + 0.75 * 0.5)
ratio = float((after / (1 - after)) / (before / (1 - before)))
got = odds_factor(0.75, 0.5)
assert abs(got - ratio) < 1e-12, f"weight 0.75, change 0.5: {ratio:.4f}, yours {got:.4f}"

# %%
#| exercise: solution
#| note: The log-odds grow by weight times change. For half a mg/dL of creatinine the model of @tbl-two-features gives
#|   {{ np.exp(w2[1] / 2):.2f }}.
import numpy as np


def odds_factor(weight, change):
    return float(np.exp(weight * change))

# %% [markdown]
# ### Exercise: The books balance {#ex-books-balance level="warm-up"}
#
# Return the mean predicted chance minus the share of events, for the model after fitting. Predict before you run:
# with an intercept, how does it depend on $C$? And without one?

# %%
#| exercise: stub
import numpy as np

from mle.linear_model import LogisticRegression


def imbalance(X, y, **settings):
    model = LogisticRegression(**settings).fit(X, y)
    return float(np.mean(model.predict(X)) - np.mean(y))

# %%
#| exercise: check
from mle.datasets import load_heart_failure

patients = load_heart_failure()
X_check = patients.select(["ejection_fraction", "serum_creatinine"])
y_check = patients.y
for C in (1e-4, 1.0, np.inf):
    gap = abs(imbalance(X_check, y_check, C=C))
    assert gap < 1e-6, f"C={C}: off by {gap:.3f}. Do you average chances or classes?"
gap = abs(imbalance(X_check, y_check, fit_intercept=False))
assert gap > 1e-3, "without an intercept nothing forces the balance"

# %%
#| exercise: solution
#| note: The derivative in b is the mean of p − y and contains no λ, because b is not penalised. So the books balance
#|   at the minimum for every C. Without an intercept there is no such equation.
import numpy as np

from mle.linear_model import LogisticRegression


def imbalance(X, y, **settings):
    model = LogisticRegression(**settings).fit(X, y)
    return float(np.mean(model.predict_proba(X)[:, 1]) - np.mean(y))

# %% [markdown]
# ### Exercise: A logarithm that does not overflow {#ex-log1pexp level="core"}
#
# Write $\log(1 + e^{z})$ for arrays without `np.logaddexp`. It must be exact to twelve digits at $z = \pm 1000$ and
# at $z = -40$, and warn nowhere.
#
# ??? hint "A hint"
#
#     $\log(1 + e^{z}) = z + \log(1 + e^{-z})$. Which of the two is safe for which sign? And `np.log1p(a)` keeps the
#     digits of a small $a$ that `np.log(1 + a)` loses.

# %%
#| exercise: stub
import numpy as np


def log_one_plus_exp(z):
    z = np.asarray(z, dtype=float)
    return np.log(1 + np.exp(z))

# %%
#| exercise: check
import warnings

points = np.array([-1000.0, -40.0, -1.0, 0.0, 1.0, 40.0, 1000.0])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    found = log_one_plus_exp(points)
assert np.isfinite(found).all(), "at z = 1000 the answer is 1000, not infinity"
assert abs(found[1] / np.exp(-40.0) - 1) < 1e-12, "at z = -40 the digits are lost"
same = np.allclose(found, np.logaddexp(0, points), rtol=1e-12, atol=0)
assert same, "compare with np.logaddexp(0, z)"

# %%
#| exercise: solution
#| note: The exponential is taken of −|z|, as in the library's sigmoid, and so never exceeds 1.
import numpy as np


def log_one_plus_exp(z):
    z = np.asarray(z, dtype=float)
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

# %% [markdown]
# ### Exercise: Newton in one dimension {#ex-newton-in-one-dimension level="core"}
#
# For one feature and no intercept, write the full Newton step from any $w$. (The starting point of @fig-parabola at
# $w = 2$ is one of the checks, so do not brake.)

# %%
#| exercise: stub
import numpy as np

from mle.linear_model import sigmoid


def newton_step(x, y, w):
    p = sigmoid(w * x)
    slope = np.mean((p - y) * x)
    curvature = 1.0  # the Hessian is a single number here
    return float(w - slope / curvature)

# %%
#| exercise: check
from mle.linear_model import newton

four_x = np.array([-2.0, -1.0, 1.0, 2.0])
four_y = np.array([0.0, 1.0, 0.0, 1.0])
first = newton_step(four_x, four_y, 0.0)
assert abs(first - 0.4) < 1e-12, f"from 0 the step lands at 0.4, yours at {first:.4f}"
far = newton_step(four_x, four_y, 2.0)
assert far < -2.5, f"from 2 the full step overshoots to the far side of 0, yours ends at {far:.2f}"
w_found = 0.0
for _ in range(8):
    w_found = newton_step(four_x + 0.5, four_y, w_found)
best = newton((four_x + 0.5)[:, None], four_y, fit_intercept=False).w[0]
gap = abs(w_found - best)
assert gap < 1e-10, f"eight steps should end at {best:.6f}, yours end at {w_found:.6f}"

# %%
#| exercise: solution
import numpy as np

from mle.linear_model import sigmoid


def newton_step(x, y, w):
    p = sigmoid(w * x)
    slope = np.mean((p - y) * x)
    curvature = np.mean(p * (1 - p) * x**2)
    return float(w - slope / curvature)

# %% [markdown]
# ### Exercise: What a mistake costs {#ex-costs level="core"}
#
# A missed event costs `miss`, a false alarm costs `alarm`, right answers cost nothing. Return the threshold above
# which an alarm has the smaller expected cost.

# %%
#| exercise: stub
def best_threshold(miss, alarm):
    return 0.5

# %%
#| exercise: check
import numpy as np

for miss, alarm in ((1.0, 1.0), (3.0, 1.0), (1.0, 4.0), (10.0, 2.5)):
    p = np.linspace(0.005, 0.995, 100)
    cheaper = alarm * (1 - p) < miss * p  # alarm if nothing comes, against silence if it does
    agrees = (p > best_threshold(miss, alarm)) == cheaper
    assert agrees.all(), f"miss={miss}, alarm={alarm}: wrong for {(~agrees).sum()} chances"

# %%
#| exercise: solution
#| note: Equal expected costs mean alarm (1 − τ) = miss τ. The features play no part; the threshold belongs to whoever
#|   bears the costs.
def best_threshold(miss, alarm):
    return alarm / (alarm + miss)

# %% [markdown]
# ### Exercise: Doublings {#ex-doublings level="core"}
#
# Creatinine has a long tail, and a kidney that works half as well shows about twice the creatinine. Fit ejection
# fraction and $\log_2$ of creatinine without a penalty. Return the odds ratio of one *doubling* and by how much the
# summed log-likelihood rises over the model of @tbl-two-features.

# %%
#| exercise: stub
import numpy as np

from mle.datasets import load_heart_failure
from mle.linear_model import newton


def doublings():
    patients = load_heart_failure()
    plain = patients.select(["ejection_fraction", "serum_creatinine"])
    logged = plain.copy()  # its second column should be a logarithm to base 2
    before, after = newton(plain, patients.y), newton(logged, patients.y)
    rise = len(patients) * (before.losses[-1] - after.losses[-1])
    return float(np.exp(after.w[1])), float(rise)

# %%
#| exercise: check
ratio, rise = doublings()
assert rise > 1, f"the log-likelihood rises by {rise:.2f}: is the column a logarithm?"
assert 3.3 < ratio < 3.5, f"a doubling should multiply the odds by about 3.4, yours by {ratio:.2f}"

# %%
#| exercise: solution
#| note: A better column costs no parameter. The bootstrap and the Hessian now disagree less; try it.
import numpy as np

from mle.datasets import load_heart_failure
from mle.linear_model import newton


def doublings():
    patients = load_heart_failure()
    plain = patients.select(["ejection_fraction", "serum_creatinine"])
    logged = np.column_stack([plain[:, 0], np.log2(plain[:, 1])])
    before, after = newton(plain, patients.y), newton(logged, patients.y)
    rise = len(patients) * (before.losses[-1] - after.losses[-1])
    return float(np.exp(after.w[1])), float(rise)

# %% [markdown]
# ### Exercise: Firth's cure for separation {#ex-firth level="small research"}
#
# Firth adds to the log-likelihood half the logarithm of $\det A^\top Q A$ [@firth1993]. The new term falls without
# limit as the weights grow, so there is always a minimum. Its gradient only replaces $\hat p - y$ by
# $\hat p - y - h\,(\tfrac12 - \hat p)$, where $h_i = q_i\, a_i^\top (A^\top Q A)^{-1} a_i$ and $a_i$ is row $i$ of
# $A$; keep $A^\top Q A$ as Hessian. Write `firth(A, y)`; a column of ones is already in `A`. Then find out what it
# does to the penguins above, and compare it with a penalty.
#
# ??? hint "A hint"
#
#     With the intercept alone, $h_i = 1/n$ in every row, and the answer is known: $b = \log \frac{k + 1/2}{n - k + 1/2}$
#     for $k$ events. Half an event is added to each class.

# %%
#| exercise: stub
import numpy as np

from mle.linear_model import sigmoid


def firth(A, y, steps=60):
    v = np.zeros(A.shape[1])
    for _ in range(steps):
        p = sigmoid(A @ v)
        q = p * (1 - p)
        F = A.T @ (q[:, None] * A)
        v = v - np.linalg.solve(F, A.T @ (p - y))  # Firth's term is missing
    return v

# %%
#| exercise: check
ones = np.ones((7, 1))
b_found = firth(ones, np.array([1.0, 1, 0, 0, 0, 0, 0]))[0]
half = np.log(2.5 / 5.5)
assert abs(b_found - half) < 1e-8, f"intercept alone: {half:.4f}, yours {b_found:.4f}"
A_check = np.column_stack([[-2.0, -1.0, 0.5, 1.0, 2.0], np.ones(5)])
y_check = np.array([0.0, 0, 0, 1, 1])  # separated
v_found = firth(A_check, y_check)
assert np.abs(v_found).max() < 20, "on separated classes the weights must stay finite"


def firth_loss(v):
    z = A_check @ v
    p = sigmoid(z)
    F = A_check.T @ ((p * (1 - p))[:, None] * A_check)
    price = np.logaddexp(0, np.where(y_check == 1, -z, z)).sum()
    return price - 0.5 * np.linalg.slogdet(F)[1]


for move in 1e-3 * np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]):
    higher = firth_loss(v_found + move) > firth_loss(v_found)
    assert higher, "a small move lowers the penalised loss: not at the minimum"

# %%
#| exercise: solution
#| note: The unpenalised stub runs into a singular matrix or runs away. Unlike λ, this penalty has no strength to
#|   choose and does not depend on units.
import numpy as np

from mle.linear_model import sigmoid


def firth(A, y, steps=60):
    v = np.zeros(A.shape[1])
    for _ in range(steps):
        p = sigmoid(A @ v)
        q = p * (1 - p)
        F = A.T @ (q[:, None] * A)
        h = q * np.einsum("ij,jk,ik->i", A, np.linalg.inv(F), A)
        v = v - np.linalg.solve(F, A.T @ (p - y - h * (0.5 - p)))
    return v
