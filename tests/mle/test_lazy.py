"""Importing one name loads its module and what that needs, nothing more; and nothing but NumPy."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import mle
from mle._lazy import read_stub

MODULES = [module.name for module in pkgutil.walk_packages(mle.__path__, "mle.")]
PACKAGES = ["mle", *(module.name for module in pkgutil.walk_packages(mle.__path__, "mle.") if module.ispkg)]


def loaded_by(code):
    """Names of the modules that a new interpreter holds after running `code`."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    env = {**os.environ, "PYTHONPATH": str(Path(mle.__file__).parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return set(done.stdout.split())


def test_import_mle_loads_nothing_heavy():
    assert not {"numpy", "mle.base", "mle.linear_model"} & loaded_by("import mle")


def test_one_model_does_not_load_another():
    loaded = loaded_by("from mle.linear_model import LinearRegression")
    assert "mle.linear_model.ordinary" in loaded
    assert not {"mle.linear_model.logistic", "mle.preprocessing.scale", "mle.datasets", "mle.metrics"} & loaded


def test_everything_together_needs_numpy_alone():
    before = loaded_by("import numpy, numpy.linalg, numpy.ma, numpy.random")
    after = loaded_by("\n".join(f"import {name}" for name in MODULES))
    strangers = {name.partition(".")[0] for name in after - before} - set(sys.stdlib_module_names) - {"numpy", "mle"}
    assert not strangers


@pytest.mark.parametrize("package", PACKAGES)
def test_stub_and_package_agree(package):
    module = importlib.import_module(package)
    names = read_stub(Path(module.__file__).with_suffix(".pyi"))
    assert module.__all__ == sorted(names)
    for name, home in names.items():
        value = getattr(module, name)
        expected = getattr(importlib.import_module(f"{package}.{home}"), name) if home else value
        assert value is expected
        assert vars(module)[name] is expected  # kept, so that it is looked up once
        assert name in dir(module)


def test_modules_are_attributes():
    assert mle.linear_model.ordinary.normal_equations is mle.linear_model.normal_equations


def test_star_import_gives_the_public_names():
    space = {}
    exec("from mle.optimize import *", space)
    assert {"gradient_descent", "Descent", "backtracking"} <= set(space)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'mle\.linear_model' has no attribute 'Magic'"):
        mle.linear_model.Magic  # noqa: B018
