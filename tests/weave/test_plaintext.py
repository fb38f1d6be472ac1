"""Text for a terminal: formulas in Unicode, code as it is."""

import pytest

from weave.plaintext import WIDTH, plain_tex, plain_text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x \in \mathbb{R}^n", "x ∈ ℝ^n"),
        (r"\mathbb R^{2}", "ℝ²"),
        (r"\mathbb{E}[x]", "𝔼[x]"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[1, 2; 3, 4]"),
        (r"\begin{bmatrix} a \\ b \\ \end{bmatrix}^\top", "[a; b]ᵀ"),
        (r"\begin{vmatrix} a_1 & -b \end{vmatrix}", "|a₁, −b|"),
        (r"A = \begin{pmatrix} \frac12 & 0 \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix}", "A = [½, 0] [x; y]"),
        (r"\lVert x \rVert_2^2", "‖ x ‖₂²"),
        (r"\left\| w \right\|", "‖ w ‖"),
        (r"\|w\| + \lvert b \rvert", "‖w‖ + | b |"),
        (r"\mathcal{L}(w) = \langle x, w \rangle", "L(w) = ⟨ x, w ⟩"),
        (r"\operatorname{rank} A \le \dim V", "rank A ≤ dim V"),
        (r"\cos\theta", "cosθ"),
    ],
)
def test_formulas_of_linear_algebra(tex, text):
    assert plain_tex(tex) == text


@pytest.mark.parametrize("code", ["`a**b`", "`2 ** 3 ** 4`", "``a ` b**c``", "`f(**options)`"])
def test_code_keeps_its_stars(code):
    assert plain_text(f"**Not** {code}, but **so**.") == f"*Not* {code}, but *so*."


def test_code_in_bold_words():
    assert plain_text("**The `a**2` of $x^2$**") == "*The `a**2` of x²*"


def test_a_formula_on_lines_of_its_own_stays_apart():
    assert plain_text("Here\n$$\nx^2\n$$\nit is.") == "Here\n\n    x²\n\nit is."


def test_code_is_not_broken_over_lines():
    text = plain_text("word " * 14 + "`np.linalg.solve(A, b)` after")
    assert "`np.linalg.solve(A, b)`" in text
    assert max(map(len, text.split("\n"))) <= WIDTH
