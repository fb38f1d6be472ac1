"""The page of speed says who is faster."""

import json

from weave.speed import speed

ROW = {"work": "ridge", "size": "1000 x 5", "reference": "SciPy", "threads": 1, "ours_s": 0.01, "reference_s": 1.5}
ROW |= {"ratio": 0.007, "cpu_ratio": 0.5, "agree": 2e-16, "ours_mb": 1.0, "reference_mb": 2000.0}


def table(root, *rows):
    (root / "bench").mkdir()
    found = {"machine": {"cores": 2}, "versions": {"numpy": "2.0"}, "rows": rows}
    (root / "bench/results.json").write_text(json.dumps(found))
    return speed(root)


def test_who_is_faster_stands_in_bold(tmp_path):
    made = table(tmp_path, ROW, ROW | {"ratio": 2.0, "threads": 2, "ours_s": 3.0})
    assert made.startswith("Measured on: cores 2, numpy 2.0.\n\n## Growth\n")
    assert "\n\n## Ridge, next to SciPy\n\n| Size |" in made
    assert "| 1,000 × 5 | 1 | **10.0 ms** | 1.50 s | 0.01 | 0.50 | 2e-16 | 1.0 MB, 2,000.0 MB |" in made
    assert "| 1,000 × 5 | 2 | 3.00 s | **1.50 s** | 2.00 |" in made


def test_growth_is_the_time_of_a_row_at_each_size_in_order(tmp_path):
    more = ROW | {"size": "20000 x 5", "ours_s": 0.1}
    other = ROW | {"work": "lasso", "size": "200 x 5", "ours_s": 0.001}
    made = table(tmp_path, more, ROW, ROW | {"reference": "another"}, other)
    assert "| Model | Threads | 200 × 5 | 1,000 × 5 | 20,000 × 5 |\n" in made
    assert "\n| Ridge | 1 | | 10,000 | 5,000 |\n" in made
    assert "\n| Lasso | 1 | 5,000 | | |\n" in made


def test_nothing_measured(tmp_path):
    assert "Nothing has been measured" in speed(tmp_path)
