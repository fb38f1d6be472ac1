# ---
# title: Logistic regression
# lede: Some questions have no amount for an answer, only yes or no. Data rarely support either word; what they support is
#   a chance. This chapter builds the model that answers with a chance, derives every line of it, and then breaks it in
#   four ways on purpose.
# minutes: 55
# needs: [regression/linear-regression]
# paths: [weekend, scikit-learn]
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

import matplotlib.pyplot as plt

from mle import plot


def cases(ax, x, height, died, **style):
    """Two classes, two looks: survived is a hollow dot, died a filled diamond."""
    ax.plot(x[~died], height[~died], "o", ms=4, mfc="none", mec=plot.color("data"), mew=0.9, **style)
    ax.plot(x[died], height[died], "D", ms=3.6, color=plot.color("error"), mew=0, **style)

# %% [markdown]
# ## Yes or no {#yes-or-no}
#
# In heart failure the heart pumps less than the body needs. In 2015 two hospitals in Faisalabad kept records of
# patients with this disease [@ahmad2017], and one measurement stands out in them: the ejection fraction, the share of
# the blood in the left ventricle that leaves it at each beat. With what probability, or *chance* for short, does it
# say that a patient will die during the [follow-up](glossary:follow-up)?

# %%
#| live: true
import numpy as np

from mle.datasets import load_heart_failure

heart = load_heart_failure()
X = heart.select(["ejection_fraction", "serum_creatinine"])  # (299, 2)
y, n = heart.y, len(heart.y)  # y is 1: died during the follow-up
ef, creatinine = X.T

for low, high in [(0, 25), (25, 35), (35, 45), (45, 100)]:
    band = (low <= ef) & (ef < high)
    who = f"{low:2} to {high - 1} %: {band.sum():3} patients"
    print(f"{who}, {y[band].mean():4.0%} died")

# %%
#| hide: true
from mle.linalg import blocks
from mle.linear_model import LogisticRegression, newton, normal_equations, sigmoid
from mle.linear_model.logistic import gradient, hessian, log_loss

deaths, days, died = int(y.sum()), heart.columns["time"], y == 1
slope, level = normal_equations(ef[:, None], y.astype(float))
weak = ef < 30

# %% [markdown]
# Each of these {{ n }} rows is a person with advanced disease, and {{ deaths }} of them died. The follow-up lasted
# from {{ days.min():.0f }} to {{ days.max():.0f }} days, so "survived" means *alive when last seen*: some patients
# were [watched](glossary:censoring) for weeks and some for months. We take the answer as yes or no here; [the project
# chapter](../projects/heart-failure.py) asks what that costs.
#
# Common sense offers a threshold first: "below 30 %, expect the worst". Of the {{ int(weak.sum()) }} patients below,
# {{ int((y[weak] == 0).sum()) }} survived; of the {{ int((~weak).sum()) }} others, {{ int(y[~weak].sum()) }} died; and
# it speaks with the same certainty about 29 % and about {{ ef.min():.0f }} %. Next comes the straight line of the last
# chapter, drawn through zeros and ones (@fig-straight-line).

# %%
#| id: fig-straight-line
#| caption: A straight line does not know that a chance ends at 0 and 1. Above an ejection fraction of
#|   {{ -level / slope[0]:.0f }} % the chance that it predicts is negative.
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
# We need a curve that stays between 0 and 1, and a rule that picks one.
#
# ## Four cases by hand {#by-hand}
#
# Take four made-up cases. A measurement $x$ lies at −2, −1, 1 and 2, and the event came for the second and the
# fourth.

# %%
X_toy = np.array([[-2.0], [-1.0], [1.0], [2.0]])
y_toy = np.array([0.0, 1.0, 0.0, 1.0])

# %% [markdown]
# A chance $\hat p$ is awkward for a straight line, because it ends on both sides. Its [odds](glossary:odds), the chance
# divided by the chance of the opposite, end on one side only: a chance of 0.8 is four to one. Their logarithm, the
# [log-odds](glossary:log-odds), ends nowhere.^[Our logarithms are natural. What is measured with them comes in *nats*;
# {{ math.log(2):.2f }} nats are one bit.] So let the line predict that:
#
# $$
# \log \frac{\hat p}{1 - \hat p} = z = b + w x
# $$
#
# Then $\hat p = (1 - \hat p)\,e^z$, hence $\hat p\,(1 + e^z) = e^z$. Divide by the bracket, and the fraction above and
# below by $e^z$, and the line becomes a curve:
#
# $$
# \hat p = \sigma(z) = \frac{1}{1 + e^{-z}}
# $$ {#eq-sigmoid}
# : $z$ and $\sigma(z)$ have the same shape; $0 < \sigma < 1$.
#
# The chance that the event stays away is $1 - \sigma(z) = \frac{e^{-z}}{1 + e^{-z}} = \frac{1}{e^z + 1} = \sigma(-z)$,
# where the middle step multiplies above and below by $e^z$.
#
# Turn our four cases around: change the sign of each measurement, and swap event and no event. They are the same four,
# but a curve with intercept $b$ has become one with $-b$ that fits as well. The outcomes overlap, so some curve fits
# best (@sec-where-it-breaks), and only one does (@sec-slope-and-curvature). So the intercept is 0, and one number $w$
# is left. It gives the chance $\sigma(2w)$ to what happened in each of the outer cases, and $\sigma(-w)$ in each of the
# inner ones. For independent cases that makes the [likelihood](glossary:likelihood) $\sigma(2w)^2\,\sigma(-w)^2$: the
# probability that this curve gives to what we saw. With a weight of zero it is {{ 0.5**4 }}. We want it large. Take
# minus its logarithm, where $-\log \sigma(z) = \log(1 + e^{-z})$, divide by four cases, and we want this to be small:
#
# $$
# J(w) = \tfrac12 \log(1 + e^{-2w}) + \tfrac12 \log(1 + e^{w})
# $$
#
# The sigmoid has the derivative $\sigma(1 - \sigma)$ (proof below), which gives a slope and a curvature:
#
# $$
# \begin{aligned}
# J'(w) &= -\sigma(-2w) + \tfrac12 \sigma(w) \\
# J''(w) &= 2\,\sigma(2w)\,\sigma(-2w) + \tfrac12\,\sigma(w)\,\sigma(-w)
# \end{aligned}
# $$

# %%
#| hide: true
u = float(np.roots([1, 0, -1, -2]).real.max())  # of u³ = u + 2
w_star = math.log(u)
toy_likelihood = [math.exp(-4 * log_loss(X_toy, y_toy, np.array([v]), 0.0)) for v in (0.4, w_star)]

# %% [markdown]
# At weight zero every sigmoid is ½, so the slope is −¼ and the curvature ⅝. The parabola with the same height, slope
# and curvature has the slope $-\frac14 + \frac58 w$ at $w$, so its bottom lies at $w = \frac25$. That is one step of
# [Newton's method](glossary:newtons-method), and it lifts the likelihood to {{ toy_likelihood[0]:.5f }}. How good is
# it? At the true bottom $\sigma(w) = 2\,\sigma(-2w)$. With $u = e^w$ that is $\frac{u}{1 + u} = \frac{2}{1 + u^2}$, or
# $u^3 = u + 2$, a cubic with one real root, {{ u:.4f }}.^[Cardano's formula. A logistic regression with an answer in
# closed form is rare; we shall measure by it.] So the best weight is its logarithm, {{ w_star:.4f }}, where we have
# 0.4, and the best likelihood {{ toy_likelihood[1]:.5f }}. The library agrees, step and root:
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
# One unit more of the measurement adds $w$ to the log-odds, so it multiplies the odds by $e^w$, wherever they were.
#
# ## Odds, and the curve they draw {#odds}
#
# The curve of @eq-sigmoid is called the [sigmoid](glossary:sigmoid). @Fig-sigmoid marks five odds on it.

# %%
#| id: fig-sigmoid
#| caption: Equal steps in log-odds change the chance less and less towards both ends, and the curve never leaves the
#|   band from 0 to 1.
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
# Berkson called the way from a chance back to its log-odds the *logit* [@berkson1944]; Cox made the regression out of
# it [@cox1958]. Other curves rise from 0 to 1 as well;^[The cumulative normal distribution gives the *probit* model,
# whose predictions hardly differ.] this one has weights that speak of odds, and short derivatives. By the chain rule
#
# $$
# \sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}}
# = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)
# $$
#
# That is ¼ in the middle and nearly nothing at both ends. The library takes two lines for the sigmoid;
# @sec-naive-and-fast shows why one is not enough.
#
# ```quote
# mle.linear_model.logistic.sigmoid
# ```
#
# A hyperbolic tangent, moved and squeezed, gives the same curve:

# %%
from mle.linear_model import sigmoid
from mle.testing import verify

grid = np.linspace(-30, 30, 601)
verify("sigmoid", sigmoid(grid), 0.5 * (1 + np.tanh(grid / 2)))

# %% [markdown]
# With $p$ features^[A count; the chance wears a hat, though code calls it `p`, too.] the line becomes a plane,
# $z_i = w^\top x_i + b$, one [weight](glossary:weight) for each [feature](glossary:feature) and an
# [intercept](glossary:intercept). Write $\hat p_i = \sigma(z_i)$. This is the whole [model](glossary:model); its
# weights and intercept remain to be chosen.
#
# ## A price for surprise {#price}
#
# The model gives the probability $\sigma(z_i)$ to what happened if the event came in case $i$, and $\sigma(-z_i)$ if
# not. [Maximum likelihood](glossary:maximum-likelihood) asks for the weights and intercept that make the product of
# all these as large as possible. As before, take minus the logarithm and divide by the number of cases. A case then
# contributes $\log(1 + e^{-z_i})$ if the event came and $\log(1 + e^{z_i})$ if not, and $1 - 2y_i$ is the right sign
# for both. That is the [log-loss](glossary:log-loss), or [cross-entropy](glossary:cross-entropy) [@murphy2022, section
# 10.2], and to it we add a [penalty](glossary:penalty) that @sec-penalty will explain:
#
# $$
# J(w, b) = \frac{1}{n} \sum_{i=1}^{n} \log\bigl(1 + e^{(1 - 2 y_i) z_i}\bigr) + \frac{\lambda}{2n}\, w^\top w
# $$ {#eq-log-loss}
# : $X$ is $(n, p)$, $w$ is $(p,)$, $z = Xw + b$ is $(n,)$; $J$ is a number; the mean before the penalty is in nats.
#
# Read each term as the price of a surprise [@good1952]. Whoever gave {{ 100 * 0.9:.0f }} % to what happened pays
# {{ -math.log(0.9):.2f }}; an even chance costs {{ math.log(2):.2f }}; whoever gave 1 % pays
# {{ -math.log(0.01):.1f }}, and there is no ceiling.
#
# ```quote
# mle.linear_model.logistic.log_loss
# ```
#
# `np.where` flips the sign for the cases where the event came, and `logaddexp(0, a)` is $\log(e^0 + e^a)$ without ever
# forming the second power. A sample weight of 2 counts as a row given twice; `_total` returns the sum of the weights,
# and `check_flat` refuses a column where a flat array belongs.
#
# To check it we return to the bare product of {{ n }} probabilities, with both features on one scale, at a point
# picked at will:

# %%
#| live: true
import math

from mle.linear_model.logistic import log_loss

Z = (X - X.mean(axis=0)) / X.std(axis=0)
w, b, penalty = np.array([-0.5, 0.3]), -0.7, 2.0

p_hat = 0.5 * (1 + np.tanh((Z @ w + b) / 2))
likelihood = math.prod(np.where(y == 1, p_hat, 1 - p_hat).tolist())
by_hand = -math.log(likelihood) / n + penalty / (2 * n) * (w @ w)
verify("log-loss", log_loss(Z, y, w, b, penalty), by_hand)
print(f"likelihood {likelihood:.1e}")

# %%
#| hide: true
rate = math.log(likelihood) / n
vanishing = math.ceil(-1075 * math.log(2) / rate)  # less than half the smallest float rounds to 0
assert math.exp(rate) ** (vanishing - 1) > 0 == math.exp(rate) ** vanishing

# %% [markdown]
# At this rate the product of {{ vanishing:, }} patients would be zero in [floating point](glossary:floating-point),
# and its logarithm of no use. The mean of logarithms has no such limit.
#
# ### Why not squares? {#why-not-squares}
#
# Could we keep the squared miss, $(\hat p - y)^2$, of the last chapter? Two cases say no: a measurement of 1 with the
# event, of 5 without, no intercept. @Fig-squares lets both losses run downhill from the same start.

# %%
#| hide: true
two_x, two_y = np.array([1.0, 5.0]), np.array([1.0, 0.0])


def squared(w):
    return float(np.mean((sigmoid(two_x * w) - two_y) ** 2))


def logarithmic(w):
    return log_loss(two_x[:, None], two_y, np.array([w]), 0.0)


wrong = float(sigmoid(-10.0))  # the chance given to an event that came, at z = -10

# %%
#| id: fig-squares
#| caption: Downhill from weight 2, the log-loss leads back to its one valley. The squared error leads away from its
#|   own, along a plain that never ends.
#| alt: Two panels of loss against weight from minus 3 to 6. Left, the log-loss, a bowl with its bottom at minus 0.4;
#|   an arrow from weight 2 runs left, down the curve. Right, the squared error, with a valley at minus 0.3, a hump
#|   near 0.9 and a plain to its right; an arrow from weight 2 runs right along the plain.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.7))
w_axis = np.linspace(-3, 6, 181)
panels = ((logarithmic, "log-loss", -1.6, 16), (squared, "squared error", 2.4, 0.64))
for ax, (loss, name, way, top) in zip(axes, panels):
    ax.plot(w_axis, [loss(v) for v in w_axis], color=plot.color("fit"))
    ax.plot(2, loss(2.0), "o", color=plot.color("ink"))
    arrow = {"arrowstyle": "-|>", "color": plot.color("ink"), "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (2 + way, loss(2 + way)), (2, loss(2.0)), arrowprops=arrow)
    plot.note(ax, "start", (2, loss(2.0)), "ink", offset=(-3, 7))
    ax.set(xlabel="weight w", ylabel=name, xticks=[-3, 0, 3, 6], ylim=(0, top))
fig.tight_layout(w_pad=2)

# %% [markdown]
# The squared error of a sigmoid is not [convex](glossary:convex), so it may have several valleys, or a plain that
# falls for ever. It also stops teaching where teaching is needed most. Suppose the event came and the model said
# $z = -10$. The log-loss has the slope {{ wrong - 1:.5f }} there, a firm pull. The squared error has
# $2(\hat p - y)\,\hat p\,(1 - \hat p) =$ {{ 2 * (wrong - 1) * wrong * (1 - wrong):.5f }}: the product of the last two
# factors, nearly zero for a model that is sure of itself, has muted the correction.
#
# ## Slope and curvature {#slope-and-curvature}
#
# How does the price of one case change with $z$? If the event came, $\log(1 + e^{-z})$ has the slope
# $-\sigma(-z) = \hat p - 1$; if not, $\log(1 + e^{z})$ has the slope $\sigma(z) = \hat p$. Both are $\hat p - y$,
# prediction minus outcome: the [residual](glossary:residual) of least squares with its sign turned. The chain rule
# multiplies by $x$ for the weights and by 1 for the intercept, and the mean over the cases is the
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
# The intercept is not penalised, so its line has no $\lambda$. At the minimum it is zero: the predicted chances add up
# to the number of events, whatever the features and the penalty (@ex-balance).
#
# Once more by $z$: the slope of $\hat p_i - y_i$ is $\sigma'(z_i)$; call it $q_i = \hat p_i\,(1 - \hat p_i)$. The
# chain rule now multiplies by $x_i$ twice. For the weights that gives $\sum_i q_i\, x_i x_i^\top$, which is
# $X^\top Q X$, and with the intercept the [Hessian](glossary:hessian):
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
# $Q$ itself is never made: `gram` folds its square root into the rows. The outcomes do not occur: how sharply the loss
# bends depends only on how unsure the model is.
#
# The Hessian also tells us that there is one valley. Step in any direction $\delta$, with the parts $\delta_w$ for the
# weights and $\delta_b$ for the intercept. The curvature along it is $\delta^\top H \delta$, or multiplied out
#
# $$
# \frac1n \Bigl( \sum_{i=1}^{n} q_i\,(\delta_w^\top x_i + \delta_b)^2 + \lambda\, \delta_w^\top \delta_w \Bigr) \;\ge\; 0,
# $$
#
# a sum of squares with weights that are never negative. So $J$ is convex [@boyd2004, section 7.1.1], and any point
# where the gradient vanishes is a global minimum.^[The curvature can be zero only if nothing is penalised and
# some columns, with one of ones among them, are linearly dependent. Then many weights fit equally well; otherwise only
# one.]
#
# To guard against slips we let the machine differentiate. [Central differences](glossary:finite-difference) of the
# loss must give the gradient, and those of the gradient the Hessian:

# %%
from mle.linear_model.logistic import gradient, hessian


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
power = math.floor(math.log10(-jumps[3]))
toy_promise = toy_loss(2.0) - toy_slopes(2.0)[0] ** 2 / toy_slopes(2.0)[1] / 2

# %% [markdown]
# ## Jumping to the bottom {#newton}
#
# Setting the gradient to zero gives no formula for the weights: they sit inside $n$ sigmoids. But we know the slope and
# the curvature at any point, hence a parabola that agrees with the loss there. Write $v$ for $w$ with $b$ appended, as
# the code does, and $g$ for the gradient. After a move by $-d$ the parabola has the slope $g - Hd$, which vanishes at
# its bottom. So the jump is
#
# $$
# H d = g, \qquad v \leftarrow v - t\,d
# $$ {#eq-newton-step}
# : $v$, $g$ and the step $d$ are $(p + 1,)$; $t$ is a number, 1 unless the brake below says otherwise.
#
# @Fig-parabola shows two such jumps on the four cases. From 0 the parabola leads almost to the minimum. From 2, where
# the curve is nearly straight, the parabola is so wide that its bottom lies on the far side. It promises a loss of
# {{ toy_promise:.2f }} there. The true loss is {{ toy_loss(jumps[1]):.2f }}, *higher* than the
# {{ toy_loss(2.0):.2f }} where we stood, and further full jumps would lead to {{ jumps[2]:.1f }}, then to
# $-{{ -jumps[3] / 10**power:.1f }} \times 10^{ {{ power }} }$.

# %%
#| id: fig-parabola
#| caption: Newton's parabola is right nearby and wrong far away. A full step from 0 ends next to the minimum; one from
#|   2 ends higher than it began, and half of it does well.
#| alt: The loss of the four cases against the weight, a bowl with its bottom at 0.42. A dotted parabola touching it at
#|   0 has its bottom at 0.4. A wide dotted parabola touching it at 2 has its bottom at minus 2.8, far below the
#|   loss there; half of that step ends at minus 0.4, where the loss is lower than at 2.
fig, ax = plt.subplots(figsize=(5.2, 3.6))
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
    plot.note(ax, f"w = {at:.0f}", (at, toy_loss(at)), "ink", offset=(-7, -6) if at == 0 else (6, -6))
half = (2 + jumps[1]) / 2
ax.plot(half, toy_loss(half), "X", color=plot.color("error"), ms=7, mfc="none")
plot.note(ax, "full step from 0", (0.4, toy_loss(0.4)), "error", offset=(2, -9))
plot.note(ax, "full step from 2", (jumps[1], toy_loss(jumps[1])), "error", offset=(9, 2))
plot.note(ax, "half of it", (half, toy_loss(half)), "error", offset=(3, 9))
plot.note(ax, "promised", (jumps[1], 0.1), "error", offset=(5, 10))
plot.note(ax, "parabola at 0", (2.4, 1.89), "muted", offset=(-6, 3))
plot.note(ax, "parabola at 2", (-0.7, 0.23), "muted", offset=(4, -6))
ax.set(xlim=(-3.4, 3.4), ylim=(-0.25, 3.2), xlabel="weight w", ylabel="loss of the four cases")

# %% [markdown]
# The library's loop computes the jump and asks the brake, explained below, how much of it to keep:
#
# ```quote
# mle.linear_model.logistic.newton
# ```
#
# The parabola's bottom lies $g^\top d - \frac12 d^\top H d$ lower, and since $H d = g$ that is $\frac12 g^\top d$, the
# `gain`. Once it promises less than the [tolerance](glossary:tolerance), we are done. (Without an intercept `free`
# leaves out the last row and column. Where columns depend on one another, `solve_symmetric` takes one of the many
# solutions. `_refuse_separation` waits for @sec-where-it-breaks.)
#
# The brake is a [line search](glossary:line-search) called [backtracking](glossary:backtracking). Along $-d$ the loss
# begins to fall at the rate $g^\top d$. A step of part $t$ is accepted if it keeps a small share of that
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
# `full` saves a computation where the loss after the whole step is known already. `rounding` forgives what a loss can
# be off in its last digits, and after 40 halvings the search gives up with $t = 0$.
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
# How fast is Newton's method? The cubic knows the right weight of the four cases to the last digit:

# %%
w_star = math.log(np.roots([1, 0, -1, -2]).real.max())
for m in range(1, 5):
    w_m = float(newton(X_toy, y_toy, max_iter=m).w[0])
    print(f"step {m}: w = {w_m:.15f}, error {abs(w_m - w_star):.0e}")

# %% [markdown]
# The number of right digits about doubles at each step, until there are no more to have [@nocedal2006, theorem 3.5].
#
# ## A penalty on the weights {#penalty}
#
# The last term of @eq-log-loss makes large weights expensive. The intercept goes free: to penalise it would pull all
# chances towards one half, whatever the data say. We state the strength as scikit-learn does, by
# $C = 1/\lambda$. It minimises $C$ times the *sum* of the prices, plus $\frac12 w^\top w$. That is $Cn$ times our loss,
# so the minimum is at the same place: a large $C$ is a weak penalty, and `C=np.inf` none at all.

# %%
#| hide: true
micromol, strength = 88.4, 0.01  # 1 mg/dL of creatinine is 88.4 micromoles per litre
in_umol = X * np.array([1.0, micromol])
tied_mg, tied_umol = LogisticRegression(C=strength).fit(X, y), LogisticRegression(C=strength).fit(in_umol, y)
ratio_mg, ratio_umol = float(np.exp(tied_mg.coef_[0, 1])), float(np.exp(tied_umol.coef_[0, 1] * micromol))

# %% [markdown]
# A penalty compares weights, and a weight has a unit. Measure creatinine in µmol/L instead of mg/dL and the numbers
# grow by a factor of {{ micromol }}; the weight that says the same thing is smaller by that factor, and all but free
# of charge. With $C = {{ strength }}$ the odds ratio of one mg/dL is {{ ratio_mg:.2f }} if the column is in mg/dL and
# {{ ratio_umol:.2f }} if it is in µmol/L. The laboratory must not decide that, so before a penalty we
# [standardise](glossary:standardisation):
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
# A column that is constant, up to rounding, is divided by 1 and becomes zero. (`with_mean` and `with_std` can switch
# off either half, `w` holds weights of rows, and a variance beyond floating point is refused.) Test rows are scaled
# with the means and spreads of the training rows.

# %%
import statistics

from mle.preprocessing import StandardScaler

by_lists = []
for column in X.T.tolist():
    middle, spread = statistics.fmean(column), statistics.pstdev(column)
    by_lists.append([(x - middle) / spread for x in column])
verify("standardise", StandardScaler().fit_transform(X).T, by_lists)

# %% [markdown]
# Without a penalty standardising changes no prediction: each weight is multiplied by its column's spread, and the
# intercept makes up for the means.
#
# The `fit` of all classifiers checks what comes in and numbers the labels, whatever their kind. `LogisticRegression`
# then minimises $J$ by the jumps of @eq-newton-step (with a penalty, one Hessian serves for up to three of them). Its
# own lines, which we do not quote, choose among solvers, penalise absolute values on request, and serve more than two
# classes, for which a relative of the sigmoid, the [softmax](softmax-regression.py), takes over. With two classes it must end where `newton`
# does:
#
# ```pycon
# >>> model = LogisticRegression(C=1.0).fit(Z, y)
# >>> found = newton(Z, y, penalty=1.0)
# >>> float(abs(model.coef_[0] - found.w).max()) < 1e-9
# True
# ```
#
# A new case gets its log-odds, `_scores`, and from them everything else:
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._proba
# ```
# ```quote
# mle.linear_model.logistic.LogisticRegression._predict
# ```
#
# Of two classes `z` is a single column. The class 1 is predicted where its chance exceeds ½. The probability of class 0
# is $\sigma(-z)$ rather than $1 - \sigma(z)$, which loses digits, as the next section shows.
#
# What $C$ does to one curve can be watched (@fig-penalty). A strong penalty gives everybody nearly the same chance: the
# share that died, since the intercept goes free. A weak one leaves the curve alone.

# %%
#| id: fig-penalty
#| live: true
#| play: {C: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0, 10.0]}
#| say: "C = {{ C:g }}: the weight of the standardised ejection fraction is {{ w_tied:.3f }} ({{ w_free:.3f }} without a penalty); chances run from {{ curve.min():.2f }} to {{ curve.max():.2f }}."
#| caption: The penalty pulls the weight towards zero and the curve towards the share that died. From $C = 1$ on,
#|   {{ n }} patients outweigh it.
#| alt: A falling sigmoid over the ejection fraction and, dotted, the one without penalty. For small C the curve is almost
#|   level at one third; as C grows it turns until it covers the dotted one.
C = 0.001
scaled = StandardScaler().fit_transform(ef[:, None])
free = LogisticRegression(C=np.inf).fit(scaled, y)
tied = LogisticRegression(C=C).fit(scaled, y)
w_tied, w_free = float(tied.coef_[0, 0]), float(free.coef_[0, 0])

fig, ax = plt.subplots()
ends = np.array([ef.min(), ef.max()])
axis = np.linspace(*ends, 200)
where = (axis - ef.mean()) / ef.std()
curve = tied.predict_proba(where[:, None])[:, 1]
ax.plot(axis, free.predict_proba(where[:, None])[:, 1], ":", color=plot.color("muted"), lw=1.4)
ax.plot(axis, curve, color=plot.color("fit"))
ax.axhline(y.mean(), color=plot.color("muted"), lw=0.8, ls="--")
plot.note(ax, "share that died", (ends[1], y.mean()), "muted", offset=(0, 4), ha="right")
plot.note(ax, "no penalty", (axis[4], 0.66), "muted", offset=(4, 4), ha="left")
ax.set(xlim=ends, ylim=(0, 0.8), xlabel="ejection fraction, %", ylabel="chance of dying")

# %% [markdown]
# ## The naive version and the fast one {#naive-and-fast}
#
# **Overflow.** Type @eq-sigmoid as it stands, and feed it a patient who is far from the others:

# %%
#| raises: RuntimeWarning
1 / (1 + np.exp(-np.array([-1000.0, 0.0, 1000.0])))

# %% [markdown]
# $e^{1000}$ is too large for a float. The answer, zero, would even be right, but a warning that one learns to ignore
# hides the next. The library takes the exponential of $-|z|$ only, which is at most 1, and picks the numerator by the
# sign of $z$. At 40 the sigmoid rounds to exactly 1, and if the event did *not* come, the textbook formula takes the
# logarithm of zero. The price is 40, not infinity, and `logaddexp` knows:
#
# ```pycon
# >>> with np.errstate(divide="ignore"):
# ...     print(-np.log(1 - sigmoid(np.array([40.0]))))
# [inf]
# >>> log_loss(np.array([[40.0]]), np.array([0.0]), np.array([1.0]), 0.0)
# 40.0
# ```
#
# **Loops.** The sums of @eq-log-loss-gradient can be written as they are read, one patient and one column at a time:

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


# %%
#| hide: true
import dataclasses
import timeit

crowd = np.random.default_rng(0).normal(size=(2000, 5))
events, coins = (crowd[:, 0] > 0).astype(float), np.full(5, 0.1)
lists, times = (crowd.tolist(), events.tolist(), coins.tolist()), 10


def loops():
    return loop_gradient(*lists, 0.0)


def arrays():
    return np.append(*gradient(crowd, events, coins, 0.0))


assert np.allclose(loops(), arrays())
slow = min(timeit.repeat(loops, number=1, repeat=3))
fast = min(timeit.repeat(arrays, number=10, repeat=5)) / 10
assert slow > times * fast

block = inspect.signature(blocks).parameters["size"].default

from mle.linear_model import logistic_solvers

many = np.random.default_rng(1).normal(size=(20_000, 5))
hits = np.random.default_rng(2).random(len(many)) < sigmoid(many @ np.ones(5))
hits = hits.astype(float)
whole = newton(many, hits, 1.0)
tenth = newton(many[::10], hits[::10], 1.0, np.full(len(many) // 10, 10.0))
near = log_loss(many, hits, tenth.w, tenth.b, 1.0) - whole.losses[-1]
far = whole.losses[0] - whole.losses[-1]
all_rows = logistic_solvers.log_loss_of(
    many, hits.astype(int), 2, 1.0, np.ones(len(many))
)
hessians = []


def counted(v):
    hessians.append(v)
    return all_rows.derivatives(v)


headed = logistic_solvers.minimise(
    dataclasses.replace(all_rows, derivatives=counted), "newton"
)
hessians_taken = len(hessians)
assert headed.converged
assert hessians_taken < whole.n_iter / 2
assert near < far / 100

# %% [markdown]
# The [vectorised](glossary:vectorisation) line gives the same numbers, for {{ len(crowd):, }} rows and
# {{ crowd.shape[1] }} columns more than {{ times }} times as fast. The multiplications are the same; what the loop
# pays for is a Python object for each number.
#
# **Blocks.** For the Hessian even the vectorised line can waste time: $\sqrt{Q} X$ is a copy of the whole table, for
# a million patients and 50 columns {{ 10**6 * 50 * 8 / 1e6:.0f }} MB to memory and back. The library takes blocks of
# {{ block:, }} rows, which are still in the processor's cache when they are multiplied:
#
# ```quote
# mle.linalg.gram
# ```
#
# **A head start.** What every tenth row says, the others seldom overturn. From 200 rows for each weight on, the class
# `LogisticRegression` first fits a tenth of them, and begins where that ended, with the Hessian found there. With
# {{ len(many):, }} made-up rows this start lies {{ f"{near:.1g}" }} nats above the bottom; zero lies {{ f"{far:.1g}" }}
# above. `newton`, from zero, takes {{ whole.n_iter }} Hessians of all rows, the class {{ hessians_taken }}.
#
# **Steps.** [Gradient descent](glossary:gradient-descent) (@eq-gradient-step) needs no Hessian. A safe [learning
# rate](glossary:learning-rate) follows from @eq-log-loss-hessian: no $q_i$ exceeds ¼, so no curvature exceeds a quarter
# of the largest eigenvalue of $\frac1n A^\top A$, where $A$ is $X$ with a column of ones. Along a step the slope
# changes by at most that bound times the way, so at a rate of one over the bound it keeps its sign: no step passes the
# lowest point of its line. Descent stops when no entry of the gradient exceeds $10^{-8}$.

# %%
#| live: true
from mle.linear_model.logistic import gradient, log_loss, newton
from mle.optimize import gradient_descent


def safe_rate(table):
    A = np.column_stack([table, np.ones(n)])
    return 4 / np.linalg.eigvalsh(A.T @ A / n)[-1]


def descend(table):
    return gradient_descent(
        lambda v: log_loss(table, y, v[:-1], v[-1]),
        lambda v: np.append(*gradient(table, y, v[:-1], v[-1])),
        np.zeros(3),
        learning_rate=safe_rate(table),
        max_iter=3000,
        tol=1e-8,
    )


own_units, one_scale, jump = descend(X), descend(Z), newton(X, y)
names = "descent, own units", "descent, one scale", "Newton, own units"
for name, path in zip(names, (own_units, one_scale, jump)):
    print(f"{name}: {path.n_iter:4} steps, loss {path.losses[-1]:.12f}")

# %%
#| hide: true
lowest = min(jump.losses[-1], one_scale.losses[-1])
assert newton(Z, y).n_iter == jump.n_iter
assert one_scale.converged
assert not own_units.converged


def bends(table):
    """Condition number of the Hessian at the minimum, and what descent leaves of the slowest distance."""
    found = newton(table, y)
    spectrum = np.linalg.eigvalsh(hessian(table, found.w, found.b))
    return float(spectrum[-1] / spectrum[0]), float(1 - safe_rate(table) * spectrum[0])


stretch_own, factor_own = bends(X)
stretch_one, factor_one = bends(Z)

# %%
#| id: fig-steps
#| caption: Newton's method squares its error at each step and does not care about units. Descent gains a constant
#|   factor per step, here a straight line, and in the patients' own units that factor is next to nothing.
#| alt: Gap between loss and its minimum, as a power of ten, against the number of steps from 0 to 34. Newton plunges
#|   below ten to the minus 15 within five steps, descent on standardised columns falls along a straight line and gets
#|   there in about thirty; descent in own units stays level near ten to the minus 1.
fig, ax = plt.subplots()
for found, role, width in ((own_units, "ink", 1.2), (one_scale, "ink", 1.2), (jump, "fit", 2)):
    gap = np.log10(np.maximum(found.losses[:36] - lowest, 10**-16.0))
    ax.plot(gap, color=plot.color(role), lw=width, marker="o", ms=3)
ax.axhspan(-17, -15.5, color=plot.color("rule"), alpha=0.5, lw=0)
plot.note(ax, "descent, own units", (20, -1.2), "ink", offset=(0, -6))
plot.note(ax, "descent, one scale", (16, -8.7), "ink", offset=(6, 3))
plot.note(ax, "Newton", (4, -9), "fit", offset=(8, 0))
plot.note(ax, "rounding", (18, -16.2), "muted", offset=(2, 0))
ax.set(xlim=(0, 35), ylim=(-17, 0), yticks=[0, -5, -10, -15], xlabel="steps")
ax.set_ylabel("loss above its minimum,\nas a power of ten")

# %% [markdown]
# Near the minimum a step of descent multiplies the distance along each eigenvector of $H$ by $1 - \eta h$, with the
# learning rate $\eta$ and the eigenvalue $h$. In the patients' own units the largest eigenvalue is
# {{ stretch_own:,.0f }} times the smallest, the [condition number](glossary:condition-number), and that leaves a factor
# of {{ factor_own:.5f }} for the flattest direction. On one scale the condition number is {{ stretch_one:.1f }} and the
# slowest factor {{ factor_one:.2f }}. Newton does not care, because a change of units changes $d$, but not what it adds
# to a patient's log-odds. But its steps are dearer: descent costs about $2np$ multiplications, Newton adds $np^2$ for
# $H$ and some multiple of $p^3$ to solve. With 10,000 columns $H$ alone fills {{ 10_000**2 * 8 / 1e6:.0f }} MB, and
# other methods take over.
#
# ## Real patients {#real-patients}
#
# Back to the patients, without a penalty. How far can we trust the weight? Near its maximum the log-likelihood looks
# like a parabola, and the more sharply it bends, the fewer other weights are compatible with the data. The Hessian of
# *minus* the log-likelihood is $nH$. Its inverse estimates the [covariance](glossary:covariance) of the weights over
# repeated samples [@hosmer2013, ch. 2]; the roots of its diagonal are the [standard
# errors](glossary:standard-error). For large samples the weights are nearly normally distributed, and 95 % of a normal
# distribution lie within 1.96 standard deviations.

# %%
#| live: true
from mle.linear_model import LogisticRegression
from mle.linear_model.logistic import hessian


def with_errors(table):
    model = LogisticRegression(C=np.inf).fit(table, y)
    w, b = model.coef_[0], float(model.intercept_[0])
    covariance = np.linalg.inv(n * hessian(table, w, b))
    return w, b, np.sqrt(np.diag(covariance))


w1, b1, se1 = with_errors(ef[:, None])
low, high = w1[0] - 1.96 * se1[0], w1[0] + 1.96 * se1[0]
print(f"log-odds of dying = {b1:.2f} {w1[0]:+.4f} * ejection fraction")
print(f"standard error of the weight {se1[0]:.4f}")
odds_ratio, *ends = np.exp(10 * np.array([w1[0], low, high]))
print(f"10 points more: odds times {odds_ratio:.2f}", end=" ")
print("({:.2f} to {:.2f})".format(*ends))

# %%
#| hide: true
def chance(x):
    return float(sigmoid(w1[0] * x + b1))


def band_of(low, high):
    """Middle, size, share that died, mean predicted chance, standard error if that is true."""
    here = (low <= ef) & (ef < high)
    predicted = float(sigmoid(w1[0] * ef[here] + b1).mean())
    error = math.sqrt(predicted * (1 - predicted) / here.sum())
    return float(ef[here].mean()), int(here.sum()), float(y[here].mean()), predicted, error


bands = [band_of(low, high) for low, high in [(0, 25), (25, 35), (35, 45), (45, 100)]]
band_off = [(share - predicted) / error for _, _, share, predicted, error in bands]

# %% [markdown]
# Read it aloud. *Of two patients whose ejection fractions differ by ten points, the one with the higher has
# {{ np.exp(10 * w1[0]):.2f }} times the odds of dying, with a 95 % [confidence
# interval](glossary:confidence-interval) from {{ np.exp(10 * low):.2f }} to {{ np.exp(10 * high):.2f }}.* This [odds
# ratio](glossary:odds-ratio) is not a ratio of chances: at an ejection fraction of 25 % the chance is
# {{ 100 * chance(25):.0f }} %, at 35 % it is {{ 100 * chance(35):.0f }} %. Nor is it an effect: the data do not say
# what a treatment that raised the ejection fraction would do.
#
# How good is the curve (@fig-risk)? If the $m$ patients of a band die with its mean predicted chance $\hat p$, the
# share that dies has the standard error $\sqrt{\hat p\,(1 - \hat p) / m}$. The bars on the curve show one either way.

# %%
#| id: fig-risk
#| caption: The curve stays between 0 and 1, yet it is not the last word. Of the {{ int(bands[0][1]) }} patients below
#|   25 % it expects {{ 100 * bands[0][3]:.0f }} % to die, and {{ 100 * bands[0][2]:.0f }} % did. (The bars are one
#|   standard error of a share, if the curve is right.)
#| alt: The fitted sigmoid falls from about 0.65 at an ejection fraction of 12 per cent to 0.04 at 80 and carries four
#|   bars. Four squares show the share that died in each band. The first lies far above its bar, the second on it, the
#|   third below and the fourth somewhat above.
fig, ax = plt.subplots(figsize=(5.2, 3.2))
rng = np.random.default_rng(0)
cases(ax, ef + rng.uniform(-0.8, 0.8, n), y + rng.uniform(-0.03, 0.03, n), died)
axis = np.linspace(11, 82, 200)
ax.plot(axis, sigmoid(w1[0] * axis + b1), color=plot.color("fit"))
for middle, _, share, predicted, error in bands:
    ax.plot([middle, middle], [predicted - error, predicted + error], color=plot.color("fit"), lw=5, alpha=0.35)
    ax.plot(middle, share, "s", color=plot.color("ink"), ms=6)
plot.note(ax, "share that died, by band", (bands[0][0], bands[0][2]), "ink", offset=(8, 0))
plot.note(ax, "predicted", (66, chance(66)), "fit", offset=(0, 9))
plot.note(ax, "died", (71, 1), "error", offset=(6, 0))
plot.note(ax, "survived", (45, -0.04), "data", offset=(0, -4))
ax.set(xlim=(11, 82), ylim=(-0.17, 1.08), yticks=[0, 0.25, 0.5, 0.75, 1])
ax.set(xlabel="ejection fraction, %", ylabel="chance of dying")

# %% [markdown]
# Now a second column: creatinine, which the kidneys should have cleared from the blood. Chicco and Jurman report that
# on these data it and the ejection fraction alone predict at least as well as all columns [@chicco2020heart].

# %%
w2, b2, se2 = with_errors(X)

# %%
#| hide: true
from mle import metrics
from mle.model_selection import StratifiedKFold, cross_val_predict


def interval(j, units, errors):
    ends = np.exp(units * (w2[j] + np.array([-1.96, 1.96]) * errors[j]))
    return f"{ends[0]:.2f} to {ends[1]:.2f}"


def mean_and_error(values):
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def price(outcome, chances):
    return -np.log(np.where(outcome == 1, chances, 1 - chances))


p_cv = cross_val_predict(
    LogisticRegression(C=np.inf), X, y, cv=StratifiedKFold(10, shuffle=True, random_state=0), method="predict_proba"
)[:, 1]
order = np.argsort(p_cv, kind="stable")
fifths = [(float(p_cv[k].mean()), float(y[k].mean()), len(k)) for k in np.array_split(order, 5)]
fifths = [(p, share, math.sqrt(p * (1 - p) / m)) for p, share, m in fifths]
off = [(share - p) / error for p, share, error in fifths]

# %% [markdown]
# | Change | Weight | Standard error | Odds ratio | 95 % interval |
# |:--|--:|--:|--:|:--|
# | Ejection fraction, 10 points more | {{ 10 * w2[0]:.3f }} | {{ 10 * se2[0]:.3f }} | {{ np.exp(10 * w2[0]):.2f }} | {{ interval(0, 10, se2) }} |
# | Serum creatinine, 1 mg/dL more | {{ w2[1]:.3f }} | {{ se2[1]:.3f }} | {{ np.exp(w2[1]):.2f }} | {{ interval(1, 1, se2) }} |
#
# : Both features together. Each odds ratio compares patients who are alike in the other feature. The second interval is too narrow (@sec-another-road). {#tbl-two-features}
#
# With two features the patients of equal chance lie on a straight line (@fig-boundary).

# %%
#| id: fig-boundary
#| caption: Lines of equal chance are straight and parallel. At ½ the model calls few patients in danger; most of those
#|   who died lie on the other side of that line.
#| alt: Serum creatinine against ejection fraction. Diamonds, patients who died, gather at the left and top. Three
#|   parallel rising lines mark chances of dying of one quarter, one half and three quarters; most diamonds lie below
#|   the middle one.
fig, ax = plt.subplots(figsize=(5.2, 3.6))
rng = np.random.default_rng(0)
cases(ax, ef + rng.uniform(-0.8, 0.8, n), creatinine, died)
axis = np.array([10.0, 84.0])
for p_line, width in ((0.25, 1.2), (0.5, 2), (0.75, 1.2)):
    level_line = (np.log(p_line / (1 - p_line)) - b2 - w2[0] * axis) / w2[1]
    ax.plot(axis, level_line, color=plot.color("fit"), lw=width)
    plot.note(ax, {0.25: "¼", 0.5: "½", 0.75: "¾"}[p_line], (84, level_line[1]), "fit", offset=(5, 0))
plot.note(ax, "chance of dying", (84, level_line[1]), "fit", offset=(0, 12), ha="right")
for x_key, mark, name, role in ((0.35, "D", "died", "error"), (0.55, "o", "survived", "data")):
    hollow = {"mfc": "none"} if mark == "o" else {}
    ax.plot(x_key, 1.05, mark, ms=4, color=plot.color(role), transform=ax.transAxes, clip_on=False, **hollow)
    plot.note(ax, name, (x_key, 1.05), role, offset=(6, 0), xycoords="axes fraction")
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

for name, chances in [("model", p_test), ("baseline", p_same)]:
    right = np.sum((chances > 0.5) == y_test)
    surprise = metrics.log_loss(y_test, chances)
    print(f"{name:8} {right} of {len(y_test)} right", end=", ")
    print(f"log-loss {surprise:.3f}")

# %%
#| hide: true
gained, gained_error = mean_and_error(price(y_test, p_same) - price(y_test, p_test))
gained_cv, gained_cv_error = mean_and_error(price(y, np.full(n, y.mean())) - price(y, p_cv))

# %% [markdown]
# The log-loss falls by {{ gained:.2f }} nats per patient; the [accuracy](glossary:accuracy) hardly moves. One split of
# {{ len(y_test) }} proves little: the fall has a standard error of {{ gained_error:.2f }}. So we deal all patients into
# ten parts, [folds](glossary:fold), each with its share of deaths (for which `stratify` cared above), and predict every
# fold by a model fitted to the other nine: {{ gained_cv:.2f }}, with a standard error of
# {{ gained_cv_error:.2f }}.^[The rows are sorted by the length of the follow-up, so they are shuffled first.
# Unshuffled, the model would learn from the patients who died early and be tested on the others.]
#
# Accuracy asks only on which side of ½ a chance lies. A better question is [calibration](glossary:calibration): of
# those given about 20 %, did about 20 % die?
#
# | Fifth of the patients | Mean predicted chance | Share that died | Gap in standard errors |
# |:--|--:|--:|--:|
# | lowest | {{ 100 * fifths[0][0]:.0f }} % | {{ 100 * fifths[0][1]:.0f }} % | {{ off[0]:+.1f }} |
# | second | {{ 100 * fifths[1][0]:.0f }} % | {{ 100 * fifths[1][1]:.0f }} % | {{ off[1]:+.1f }} |
# | third | {{ 100 * fifths[2][0]:.0f }} % | {{ 100 * fifths[2][1]:.0f }} % | {{ off[2]:+.1f }} |
# | fourth | {{ 100 * fifths[3][0]:.0f }} % | {{ 100 * fifths[3][1]:.0f }} % | {{ off[3]:+.1f }} |
# | highest | {{ 100 * fifths[4][0]:.0f }} % | {{ 100 * fifths[4][1]:.0f }} % | {{ off[4]:+.1f }} |
#
# : Chances predicted for unseen patients, and what happened. The standard error is that of a share of patients with the predicted chance. One dealing of the folds; another moves the gaps a little. {#tbl-calibration}
#
# If the chances were right, about one gap in twenty would exceed two standard errors, in no order. Here
# {{ sum(abs(o) > 2 for o in off) }} of {{ len(off) }} do, and there is an order: more died than predicted at both ends,
# fewer between. Something bends here that our plane does not.
#
# ## Where it breaks {#where-it-breaks}
#
# ^^^
# **The sign: separation.** In a program that does not refuse, weights and standard errors explode together, and the
# loss falls to zero, or to what cases on the plane cost.
# ^^^
#
# **A line that separates.** Bill length and bill depth tell Gentoo from Adelie penguins without a single error. But
# if some plane puts every case on its right side, then doubling weights and intercept makes every price smaller. The
# loss has no minimum [@albert1984]. The library says so:

# %%
#| live: true
from textwrap import fill

from mle.datasets import load_penguins
from mle.exceptions import SeparationError

birds = load_penguins()
bills = birds.select(["bill_length_mm", "bill_depth_mm"])
measured = np.isfinite(bills).all(axis=1)
pair = measured & np.isin(birds.y, ["Adelie", "Gentoo"])
try:
    LogisticRegression(C=np.inf).fit(bills[pair], birds.y[pair])
except SeparationError as error:
    print(fill(f"SeparationError: {error}", 70))

# %% [markdown]
# How can it know, after finitely many steps? A case on the wrong side of the plane costs at least $\log 2$. Once the
# *mean* loss is below $\frac1n \log 2$ (below the share of the lightest row, if rows have weights), no case can be on
# the wrong side, and that is a proof. The second test is a rule of thumb for cases that lie on the plane itself: the
# loss then stays above zero, but Newton's promises shrink by a constant factor instead of being squared.
#
# ```quote
# mle.linear_model.logistic._refuse_separation
# ```
#
# A penalty brings the weights to rest, but it is then the penalty that decides where (@fig-separation, with both
# columns standardised). With the default $C = 1$ nobody would notice.

# %%
#| hide: true
exponents = np.arange(-2.0, 6.5, 0.5)


def lengths(other):
    chosen = measured & np.isin(birds.y, ["Adelie", other])
    table = StandardScaler().fit_transform(bills[chosen])
    return [float(np.linalg.norm(LogisticRegression(C=10**e).fit(table, birds.y[chosen]).coef_)) for e in exponents]


gentoo, chinstrap = lengths("Gentoo"), lengths("Chinstrap")

# %%
#| id: fig-separation
#| caption: As the penalty gets weaker, the weights of overlapping classes come to rest. Those of separated classes keep
#|   growing, and only the penalty holds them. (Bill length and bill depth, standardised.)
#| alt: Length of the weight vector of two standardised columns against C from 0.01 to a million on a logarithmic axis.
#|   The curve for Adelie and Chinstrap levels off near 13, the curve for Adelie and Gentoo keeps rising past 60.
fig, ax = plt.subplots()
ax.plot(10**exponents, gentoo, color=plot.color("error"))
ax.plot(10**exponents, chinstrap, color=plot.color("fit"))
plot.note(ax, "Adelie or Gentoo: separated", (10**5, gentoo[-3]), "error", offset=(-8, 2))
plot.note(ax, "Adelie or Chinstrap: overlapping", (10**6, 4.5), "fit", offset=(0, 0), ha="right")
ax.axvline(1, color=plot.color("rule"), lw=1)
plot.note(ax, "default", (1, 55), "muted", offset=(-5, 0))
ax.set(xscale="log", xlim=(0.01, 10**6), ylim=(0, None))
ax.set(xlabel="C (a larger C is a weaker penalty)", ylabel="length of w")

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
# **The sign: a bend.** The shares miss the predictions one way at the ends and the other way between.
# ^^^
#
# **A bend it cannot make.** In @fig-risk the patients below 25 % died more often than the curve says (by
# {{ band_off[0]:.1f }} standard errors), those from 35 to 44 % less often ({{ band_off[2]:.1f }}), and those above
# more often again ({{ band_off[3]:+.1f }}). A sigmoid of one column only rises or only falls. With a column for the
# square of the ejection fraction the log-likelihood rises by {{ bend_gain:.1f }}; a useless column would raise it by
# about half a unit, and by more than {{ useless:.1f }} in 5 of 100 samples.^[Twice the gain follows, for a useless
# column and many rows, a χ² distribution with one degree of freedom [@hosmer2013, section 1.3].]
#
# ^^^
# **The sign: a slip.** Leave out the row with a column's largest standardised value. If the weight jumps, one row
# decides.
# ^^^
#
# **A slip of units.** Suppose that the creatinine of one patient who survived had been entered in µmol/L:
# {{ X[slip, 1] * micromol:.0f }} instead of {{ X[slip, 1]:.1f }}. The odds ratio for one mg/dL falls from
# {{ np.exp(w2[1]):.2f }} to {{ np.exp(w_slip[1]):.3f }}. The log-loss pulls on a log-odds with a force of at most 1,
# but on the weight with that times the feature, which has no limit. The entry lies {{ slip_z:.0f }} standard
# deviations from the mean: an [outlier](glossary:outlier).
#
# ^^^
# **The sign: a threshold.** Most of the events are not foreseen.
# ^^^
#
# **A threshold nobody chose.** `predict` cuts at ½. Most of the {{ deaths }} patients who died are missed
# (@tbl-thresholds). A cut at ½ says that a missed death is as bad as a false alarm.
# If it is as bad as $c$ false alarms, an alarm is worth it when $c\,\hat p > 1 - \hat p$, so the
# [threshold](glossary:threshold) is $\tau = 1 / (1 + c)$.
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
# **Weighted least squares.** Statisticians reach Newton's step without a Hessian in sight. Take the present log-odds,
# add to each case its residual $y - \hat p$, divided by $q$ to turn it into log-odds (a small move of those moves the
# chance $q$ times as far), and fit the sum by least squares with weights $q$. Repeat. This is iteratively reweighted
# least squares, IRLS [@mccullagh1989, section 2.5; @hastie2009, section 4.4.1; @bishop2006, section 4.3.3]. The normal
# equations (@eq-normal-equations) with weights show that it is Newton's step:
#
# $$
# \begin{aligned}
# A^\top Q A\, v_{\text{new}} &= A^\top Q \bigl(A v + Q^{-1}(y - \hat p)\bigr) \\
# v_{\text{new}} &= v - (A^\top Q A)^{-1} A^\top (\hat p - y)
# \end{aligned}
# $$
#
# The second line is @eq-newton-step for a full step without a penalty. The machine agrees at each of five steps:

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
# **The [bootstrap](glossary:bootstrap)** checks the standard errors. It draws {{ n }} patients with replacement,
# fits, and repeats. The spread of the weights estimates their standard error, and the middle 95 % of the draws make an
# interval.

# %%
rng = np.random.default_rng(0)
draws = rng.integers(0, n, size=(400, n))
resampled = np.array([newton(X[rows], y[rows]).w for rows in draws])
for j, name in enumerate(["ejection fraction", "creatinine"]):
    spread = resampled[:, j].std(ddof=1)
    print(f"{name:17} Hessian {se2[j]:.4f}, bootstrap {spread:.4f}")
middle = np.exp(np.percentile(resampled[:, 1], [2.5, 97.5]))
print("odds ratio of creatinine: {:.2f} to {:.2f}".format(*middle))

# %%
#| hide: true
se_boot = resampled.std(axis=0, ddof=1)
logged = np.column_stack([ef, np.log2(creatinine)])
logged_boot = np.array([newton(logged[rows], y[rows]).w for rows in draws]).std(axis=0, ddof=1)
logged_ratio = float(logged_boot[1] / with_errors(logged)[2][1])
logged_rise = float(n * (newton(X, y).losses[-1] - newton(logged, y).losses[-1]))

bird_table = np.column_stack([StandardScaler().fit_transform(bills[pair]), np.ones(pair.sum())])
is_gentoo = (birds.y[pair] == "Gentoo").astype(float)
firth_w = np.zeros(3)
for _ in range(60):  # Firth's scores, for the note of the last exercise
    p_now = sigmoid(bird_table @ firth_w)
    F = bird_table.T @ ((p_now * (1 - p_now))[:, None] * bird_table)
    lever = p_now * (1 - p_now) * (bird_table @ np.linalg.inv(F) * bird_table).sum(axis=1)
    firth_w -= np.linalg.solve(F, bird_table.T @ (p_now - is_gentoo - lever * (0.5 - p_now)))
ridge_w = LogisticRegression().fit(bird_table[:, :2], is_gentoo).coef_[0]
bare_w = newton(X, y, penalty=1.0, fit_intercept=False).w
bare_gap = float(np.mean(sigmoid(X @ bare_w) - y))

# %% [markdown]
# For the ejection fraction the two agree roughly; for creatinine the bootstrap says {{ se_boot[1] / se2[1]:.1f }} times
# as much. Its draws are lopsided, with a long tail upwards, so we do not go 1.96 standard errors either way but take
# their middle: {{ middle[0]:.2f }} to {{ middle[1]:.2f }}, where the Hessian said {{ interval(1, 1, se2) }}. The lower
# end holds, the upper does not. The Hessian supposes that the model is true, the bootstrap only that other samples
# would look like this one, where a handful of patients with very high creatinine carries the weight. Do not believe the
# narrow interval, and see @ex-doublings for a better column.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn** takes sparse tables. Its default solver, `lbfgs` (`linear_model/_logistic.py`), never forms a
#   Hessian: it guesses the curvature from its last few gradients, and so survives 10,000 columns. (Ours turns to it
# only   where there are many.) Our algorithm is its `newton-cholesky` (`linear_model/_glm/_newton_solver.py`), which
# retreats   to `lbfgs` where the Hessian is nearly singular. `liblinear` penalises the intercept as well. None of the
# solvers   looks for separation, which the default `C=1.0` hides.
# - **statsmodels** has the model twice, `Logit` (`discrete/discrete_model.py`) by Newton's method and `GLM`
#   (`genmod/generalized_linear_model.py`) by IRLS, prints intervals and tests, and warns of perfect
#   separation.
# - **R**'s `glm.fit` is IRLS with a [QR decomposition](glossary:qr) at each step, and so never squares the condition
#   number as $X^\top Q X$ does. It warns that "fitted probabilities numerically 0 or 1 occurred".
#
# ## In five lines {#summary}
#
# 1. A straight line predicts the log-odds; the sigmoid turns them into a chance; a weight is the logarithm of an odds
#    ratio.
# 2. To maximise the likelihood is to minimise the mean surprise, the log-loss. It is convex, and it does not stop
#    pulling on a confident mistake.
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
#     - text: the same, since both are wrong
#       why: That is accuracy, which does not see how sure a model was. The log-loss does.
#     - text: twice as much
#       right: true
#       why: The second chance is the square of the first, so its logarithm is twice as large.
# - question: >-
#     You divide the ejection fraction by 100, so that it runs from 0 to 1, and fit again without a penalty. What
#     changes?
#   answers:
#     - text: Of the weights, only its own, which becomes 100 times as large
#       right: true
#       why: >-
#         The product of weight and feature stays, and with it every prediction. With a penalty, the larger weight
#         would cost more.
#     - text: Nothing at all
#       why: The predictions stay, but the weight must make up for the smaller numbers.
#     - text: All predictions, a little
#       why: That would be so with a penalty. Without one, only the product of weight and feature matters.
# - question: >-
#     A fit without a penalty raises `SeparationError`. A colleague standardises the columns and fits again, still
#     without a penalty. What comes out?
#   answers:
#     - text: finite weights, because the columns are now on one scale
#       why: >-
#         The scale of the weights changes. But doubling them still makes every price smaller, so there is still no
#         minimum.
#     - text: the same error
#       right: true
#       why: >-
#         A plane that separates the classes in one unit separates them in any other. Penalise, collect more rows, or
#         use Firth's correction (in the last exercise).
#     - text: finite weights, if max_iter is large enough
#       why: More steps lead to larger weights, not to an end. The loss falls for ever.
# - question: Why do the outcomes y not occur in the Hessian?
#   answers:
#     - text: Because y is either 0 or 1
#       why: Any other numbers would vanish as well. What counts is where y stands in the gradient.
#     - text: Because the Hessian is taken at the minimum
#       why: The formula holds everywhere. It depends on where we are through p.
#     - text: Because the gradient contains y only as a term without w, which the second derivative removes
#       right: true
#       why: The gradient is a sum of (p − y) x. Only p depends on the weights.
# ```
#
# ## Your turn {#your-turn}
#
# The minutes at the head are for reading. Allow as many again for the exercises.
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

same = odds_factor(0.0, 3.0) == 1.0
assert same, "a weight of zero leaves the odds as they are"
before, after = sigmoid(-0.4), sigmoid(-0.4 + 0.75 * 0.5)
ratio = float((after / (1 - after)) / (before / (1 - before)))
got = odds_factor(0.75, 0.5)
told = f"weight 0.75, change 0.5: {ratio:.4f}, yours {got:.4f}"
assert abs(got - ratio) < 1e-12, told

# %%
#| exercise: solution
#| note: The log-odds grow by weight times change. For half a mg/dL of creatinine the model of @tbl-two-features gives
#|   {{ np.exp(w2[1] / 2):.2f }}.
import numpy as np


def odds_factor(weight, change):
    return float(np.exp(weight * change))

# %% [markdown]
# ### Exercise: As many as came {#ex-balance level="warm-up"}
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
from mle.linear_model import newton, sigmoid

patients = load_heart_failure()
y_check = patients.y
X_check = patients.select(["ejection_fraction", "serum_creatinine"])
for C in (1e-4, 1.0, np.inf):
    gap = imbalance(X_check, y_check, C=C)
    told = f"C={C}: off by {gap:.3g}. Do you average chances or classes?"
    assert abs(gap) < 1e-6, told
bare = newton(X_check, y_check, penalty=1.0, fit_intercept=False)
owed = float(np.mean(sigmoid(X_check @ bare.w) - y_check))
gap = imbalance(X_check, y_check, fit_intercept=False)
told = f"without an intercept: {owed:+.4f}, yours {gap:+.4f}"
assert abs(gap - owed) < 1e-6, told

# %%
#| exercise: solution
#| note: The derivative in b is the mean of p − y and contains no λ, because b is not penalised. So it vanishes at the
#|   minimum for every C. Without an intercept there is no such equation, and for C = 1 the difference
#|   {{ bare_gap:.4f }} is small, but not rounding.
import numpy as np

from mle.linear_model import LogisticRegression


def imbalance(X, y, **settings):
    model = LogisticRegression(**settings).fit(X, y)
    return float(np.mean(model.predict_proba(X)[:, 1]) - np.mean(y))

# %% [markdown]
# ### Exercise: A logarithm that does not overflow {#ex-log1pexp level="core"}
#
# Write $\log(1 + e^{z})$ for arrays without `np.logaddexp`. It must be right to twelve digits from $z = -40$ to
# $z = 1000$, be 0 at $z = -1000$, and warn nowhere.
#
# ??? hint "A hint"
#
#     $\log(1 + e^{z}) = z + \log(1 + e^{-z})$. Which of the two is safe for which sign? `np.where` computes both of its
#     branches for every $z$, so look for one formula that serves both signs. And `np.log1p(a)` keeps the digits of a
#     small $a$ that `np.log(1 + a)` loses.

# %%
#| exercise: stub
import numpy as np


def log_one_plus_exp(z):
    z = np.asarray(z, dtype=float)
    return np.log(1 + np.exp(z))

# %%
#| exercise: check
import warnings

half = np.array([0.0, 1.0, 3.0, 10.0, 25.0, 40.0, 1000.0])
points = np.concatenate([-half[::-1], half])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    found = log_one_plus_exp(points)
told = "at z = 1000 the answer is 1000, not infinity"
assert np.isfinite(found).all(), told
expected = np.logaddexp(0, points)
for z, got, true in zip(points, found, expected):
    told = f"at z = {z:g} the answer is {true:.15g}, yours {got:.15g}"
    assert abs(got - true) <= 1e-12 * true, told
told = "the values are right, but NumPy warned: a power overflowed"
assert not caught, f"{told}; np.where computes both its branches"

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
# For one feature and no intercept, write the full Newton step from any $w$. Do not brake: one check starts at
# $w = 2$, as in @fig-parabola.

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
told = f"from 0 the step lands at 0.4, yours at {first:.15g}"
assert abs(first - 0.4) < 1e-12, told
far = newton_step(four_x, four_y, 2.0)
told = f"from 2 the full step lands at -2.809858, yours at {far:.15g}"
assert abs(far + 2.809858) < 1e-6, told
w_found = 0.0
for _ in range(8):
    w_found = newton_step(four_x + 0.5, four_y, w_found)
best = newton((four_x + 0.5)[:, None], four_y, fit_intercept=False).w[0]
told = f"eight steps end at {best:.15g}, yours at {w_found:.15g}"
assert abs(w_found - best) < 1e-10, told

# %%
#| exercise: solution
#| note: Far from 0 every p (1 − p) is small, and so is the curvature. Divided by it, even a modest slope makes a long
#|   step.
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
# A missed event costs `miss`, a false alarm costs `alarm`. A rightful alarm costs `care`, less than a miss; silence
# when nothing comes costs nothing. Return the threshold above which an alarm has the smaller expected cost.
#
# ??? hint "A hint"
#
#     At the threshold $\tau$ both expected costs are equal. Write each of them down for a chance of $\tau$.

# %%
#| exercise: stub
def best_threshold(miss, alarm, care):
    return alarm / (alarm + miss)  # right if care costs nothing

# %%
#| exercise: check
import numpy as np

for costs in ((1, 1, 0), (3, 1, 0.5), (1, 4, 0.3), (10, 2.5, 6)):
    miss, alarm, care = costs
    p = np.linspace(0.0005, 0.9995, 1000)
    cheaper = alarm * (1 - p) + care * p < miss * p
    wrong_for = ((p > best_threshold(*costs)) != cheaper).sum()
    told = f"miss={miss}, alarm={alarm}, care={care}"
    told = f"{told}: wrong for {wrong_for} of 1000 chances"
    assert wrong_for == 0, told

# %%
#| exercise: solution
#| note: Equal expected costs mean alarm (1 − τ) + care τ = miss τ. Care counts against the miss that it prevents. The
#|   features play no part; the threshold belongs to whoever bears the costs.
def best_threshold(miss, alarm, care):
    return alarm / (alarm + miss - care)

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
    logged = plain.copy()  # column 2 should be a logarithm to base 2
    before, after = newton(plain, patients.y), newton(logged, patients.y)
    rise = len(patients) * (before.losses[-1] - after.losses[-1])
    return float(np.exp(after.w[1])), float(rise)

# %%
#| exercise: check
ratio, rise = doublings()
told = f"the summed log-likelihood rises by 3.6825, yours by {rise:.4f}"
assert abs(rise - 3.6825) < 1e-3, told
told = f"a doubling multiplies the odds by 3.378, yours by {ratio:.3f}"
assert abs(ratio - 3.378) < 1e-3, told

# %%
#| exercise: solution
#| note: A better column costs no parameter, and the log-likelihood rises by {{ logged_rise:.2f }}. The bootstrap's
#|   standard error of its weight is {{ logged_ratio:.2f }} times the Hessian's, where that of creatinine itself was
#|   {{ se_boot[1] / se2[1]:.2f }} times as large.
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
# ### Exercise: Firth's correction {#ex-firth level="small research"}
#
# Firth's loss, to be minimised, is the sum of the prices *minus* $\frac12 \log \det A^\top Q A$ [@firth1993]. As the
# weights grow, the determinant vanishes and this loss rises without limit: it has a minimum even for separated classes.
# In its gradient $A^\top(\hat p - y)$ becomes $A^\top\bigl(\hat p - y - h\,(\tfrac12 - \hat p)\bigr)$, where
# $h_i = q_i\, a_i^\top (A^\top Q A)^{-1} a_i$ and $a_i$ is row $i$ of $A$; keep $A^\top Q A$ as Hessian.
#
# Write `firth(A, y)`; a column of ones is already in `A`. Then fit Adelie and Gentoo by their standardised bills.
# Which weights come out, and how do they compare with those of $C = 1$?
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
        slope = A.T @ (p - y)  # Firth's term is missing
        v = v - np.linalg.solve(F, slope)
    return v

# %%
#| exercise: check
from mle.datasets import load_penguins

ones = np.ones((7, 1))
b_found = firth(ones, np.array([1.0, 1, 0, 0, 0, 0, 0]))[0]
half = np.log(2.5 / 5.5)
told = f"intercept alone: {half:.4f}, yours {b_found:.4f}"
assert abs(b_found - half) < 1e-8, told
A_check = np.column_stack([[-2.0, -1.0, 0.5, 1.0, 2.0], np.ones(5)])
y_check = np.array([0.0, 0, 0, 1, 1])  # separated
v_found = firth(A_check, y_check)
told = "on separated classes the weights must stay finite"
assert np.abs(v_found).max() < 20, told


def firth_loss(v):
    z = A_check @ v
    p = sigmoid(z)
    F = A_check.T @ ((p * (1 - p))[:, None] * A_check)
    price = np.logaddexp(0, np.where(y_check == 1, -z, z)).sum()
    return price - 0.5 * np.linalg.slogdet(F)[1]


for move in 1e-3 * np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]):
    higher = firth_loss(v_found + move) > firth_loss(v_found)
    assert higher, "a small move lowers the loss: not at the minimum"

birds = load_penguins()
bills = birds.select(["bill_length_mm", "bill_depth_mm"])
bills_there = np.isfinite(bills).all(axis=1)
pair = bills_there & np.isin(birds.y, ["Adelie", "Gentoo"])
bills = bills[pair] - bills[pair].mean(axis=0)
A_birds = np.column_stack([bills / bills.std(axis=0), np.ones(len(bills))])
is_gentoo = (birds.y[pair] == "Gentoo").astype(float)
bill_weights = firth(A_birds, is_gentoo)[:2]
told = f"weights of the bills: 5.249 and -3.818, yours {bill_weights}"
assert np.abs(bill_weights - [5.249, -3.818]).max() < 1e-3, told

# %%
#| exercise: solution
#| note: For the bills Firth's weights are {{ firth_w[0]:.2f }} and {{ firth_w[1]:.2f }}; those of C = 1 are
#|   {{ ridge_w[0]:.2f }} and {{ ridge_w[1]:.2f }}, shorter and, but for the sign, nearly equal. Unlike λ, Firth's
#|   penalty has no strength to choose, and a change of units does not change its predictions.
import numpy as np

from mle.linear_model import sigmoid


def firth(A, y, steps=60):
    v = np.zeros(A.shape[1])
    for _ in range(steps):
        p = sigmoid(A @ v)
        q = p * (1 - p)
        F = A.T @ (q[:, None] * A)
        h = q * np.einsum("ij,jk,ik->i", A, np.linalg.inv(F), A)
        slope = A.T @ (p - y - h * (0.5 - p))
        v = v - np.linalg.solve(F, slope)
    return v
