"""What is saved comes back bit for bit, for every public estimator; a file that is not whole and ours is refused."""

import importlib
import inspect
import io
import json
import pickle
import pkgutil
import warnings
import zipfile

import numpy as np
import pytest

import mle
from mle._params import Parameters
from mle.calibration import CalibratedClassifierCV
from mle.compose import ColumnTransformer, make_column_selector
from mle.impute import SimpleImputer
from mle.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from mle.model_selection import GridSearchCV, KFold, RandomizedSearchCV
from mle.persist import ModelFileError, load, save
from mle.persist.archive import checksum
from mle.persist.decode import decode
from mle.persist.encode import encode
from mle.pipeline import Pipeline, make_pipeline
from mle.preprocessing import OneHotEncoder, StandardScaler

RNG = np.random.default_rng(0)
X = np.abs(RNG.normal(size=(60, 4))) + RNG.integers(0, 3, size=(60, 4))
Y = np.round(X @ [1.0, 2.0, 0.5, 0.1] + RNG.uniform(size=60), 3)
C = np.array(["low", "mid", "high"])[np.digitize(Y, np.quantile(Y, [0.3, 0.7]))]
BINARY = np.where(np.median(Y) < Y, "yes", "no")
METHODS = ("predict", "predict_proba", "decision_function", "transform")

# How to make and fit a class that cannot be made without arguments, or not be fitted to X and Y.
MAKE = {
    "ColumnTransformer": lambda cls: cls([("scale", StandardScaler(), [0, 1])], remainder="passthrough"),
    "GridSearchCV": lambda cls: cls(Ridge(), {"alpha": [0.1, 1.0]}, cv=KFold(3), scoring="r2"),
    "Pipeline": lambda cls: cls([("scale", StandardScaler()), ("line", Lasso(alpha=0.1))]),
    "RandomizedSearchCV": lambda cls: cls(Ridge(), {"alpha": [0.1, 1.0]}, n_iter=2, random_state=0),
}
DATA = {"IsotonicRegression": (X[:, 0], Y), "LabelEncoder": (C, None), "Perceptron": (X, BINARY)}


def public_estimators():
    for module in pkgutil.walk_packages(mle.__path__, "mle."):
        if not any(part.startswith("_") for part in module.name.split(".")):
            importlib.import_module(module.name)
    found, pending = [], [Parameters]
    while pending:
        pending += (subclasses := pending.pop().__subclasses__())
        found += [c for c in subclasses if c.__module__.startswith("mle.")]
    general = ("mle.base", "mle._")
    public = {c for c in found if not c.__module__.startswith(general) and not c.__name__.startswith("_")}
    return sorted((c for c in public if c.__name__ != "Search" and not inspect.isabstract(c)), key=str)


def assert_same(one, other):
    one, other = np.asarray(one), np.asarray(other)
    assert one.dtype == other.dtype
    if one.dtype.kind == "O":
        assert one.tolist() == other.tolist()
    else:
        assert one.tobytes() == other.tobytes()


def round_trip(model, tmp_path):
    save(model, tmp_path / "model.npz")
    return load(tmp_path / "model.npz")


def assert_predicts_the_same(model, twin, rows):
    asked = [name for name in METHODS if hasattr(model, name)]
    assert asked
    for name in asked:
        assert_same(getattr(model, name)(rows), getattr(twin, name)(rows))


@pytest.mark.parametrize("cls", public_estimators(), ids=lambda cls: cls.__name__)
def test_every_estimator_comes_back(cls, tmp_path):
    model = MAKE.get(cls.__name__, lambda cls: cls())(cls)
    assert repr(round_trip(model, tmp_path)) == repr(model)
    targets = C if getattr(model, "_kind", None) == "classifier" else Y
    rows, y = DATA.get(cls.__name__, (X, targets))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(rows) if y is None else model.fit(rows, y)
    twin = round_trip(model, tmp_path)
    assert type(twin) is type(model)
    assert set(vars(twin)) == set(vars(model))
    assert_predicts_the_same(model, twin, rows)


def test_the_walk_finds_them():
    names = {cls.__name__ for cls in public_estimators()}
    assert {"LinearRegression", "Pipeline", "ColumnTransformer", "GridSearchCV", "CalibratedClassifierCV"} <= names


def table():
    pandas = pytest.importorskip("pandas")
    sex = pandas.Series(["f", "m", None] * 20, dtype=object)
    return pandas.DataFrame({"age": X[:, 0], "sex": sex, "size": X[:, 1]}).mask(lambda t: t["age"] == X[3, 0])


def prepared(model):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    columns = ColumnTransformer([("numbers", numbers, ["age", "size"]), ("words", words, ["sex"])])
    return Pipeline([("prepare", columns), ("model", model)])


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_nested_with_names(method, tmp_path):
    model = prepared(CalibratedClassifierCV(LogisticRegression(), method=method, cv=3)).fit(table(), BINARY)
    twin = round_trip(model, tmp_path)
    assert_predicts_the_same(model, twin, table())
    assert twin.feature_names_in_.tolist() == ["age", "sex", "size"]
    assert twin["prepare"].get_feature_names_out().tolist() == model["prepare"].get_feature_names_out().tolist()


def test_a_missing_category_is_still_one_after_loading(tmp_path):
    table = [["a"], [float("nan")], ["b"], [None]]
    model = OneHotEncoder().fit(table)
    assert model.transform(table).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert_predicts_the_same(model, round_trip(model, tmp_path), table)
    # Pickle makes a new nan as well: processes of scikit-learn's searches get their copies so.
    assert_predicts_the_same(model, pickle.loads(pickle.dumps(model)), table)


@pytest.mark.parametrize("kinds", ["number", float, object, "category", np.float64, np.number, [np.integer, "object"]])
def test_a_selector_of_columns_comes_back(kinds, tmp_path):
    selector = make_column_selector("^[as]", dtype_exclude=kinds)
    model = ColumnTransformer([("a", OneHotEncoder(), selector)]).fit(table())
    twin = round_trip(model, tmp_path)
    assert twin.transformers[0][2] == selector
    assert_predicts_the_same(model, twin, table())
    assert_predicts_the_same(twin.fit(table()), model, table())


def test_searches_keep_their_table(tmp_path):
    grid = [{"model__alpha": [0.1, 1.0]}, {"model__fit_intercept": [False]}]
    model = GridSearchCV(prepared(Ridge()), grid, cv=3, scoring=["r2"], refit="r2").fit(table(), Y)
    twin = round_trip(model, tmp_path)
    assert twin.cv_results_["params"] == model.cv_results_["params"]
    assert twin.cv_results_["param_model__alpha"].tolist() == [0.1, 1.0, None]
    assert twin.score(table(), Y) == model.score(table(), Y)
    assert_predicts_the_same(model, twin, table())


def test_a_generator_goes_on_where_it_was(tmp_path):
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    twin = round_trip(RandomizedSearchCV(Ridge(), {"alpha": [1.0]}, random_state=rng), tmp_path)
    assert twin.random_state.normal() == rng.normal()


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, -0.0, float("inf"), 2**80, "ä", (1, (2, [])), {1: {"a": None}}, slice(1, None), range(3)),
        *(np.float32(0.1), np.int64(3), np.str_("x"), np.dtype("<f4"), np.float64, float, {1, 2}),
        *(
            np.array(["a", "b"]),
            np.asfortranarray(np.eye(3)[:, :2]),
            np.zeros((0, 2)),
            np.array([[1, "a"], [None, (2,)]], object),
        ),
    ],
    ids=repr,
)
def test_values_come_back(value):
    arrays = []
    coded = json.loads(json.dumps(encode(value, arrays, "value"), allow_nan=False))
    twin = decode(coded, arrays)
    assert type(twin) is type(value)
    assert repr(twin) == repr(value)
    if isinstance(value, np.ndarray):
        assert_same(twin, value)
        assert twin.flags.f_contiguous == value.flags.f_contiguous


def test_nan_comes_back():
    assert np.isnan(decode(encode(float("nan"), [], ""), []))
    assert np.isnan(decode(encode([np.nan], [], ""), [])[0])


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    save(LinearRegression().fit(X, Y), tmp_path / "line.npz")
    return tmp_path / "line.npz"


def rewrite(file, change=lambda document, members: None, *, sign=True, compress=zipfile.ZIP_STORED):
    """Change a file on purpose, and make its checksum right again if `sign`."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(members.pop("model.json"))
    change(document, members)
    if sign:
        document.pop("sha256")
        document["sha256"] = checksum(document, list(members.values()))
    with zipfile.ZipFile(file, "w", compress) as archive:
        archive.writestr("model.json", json.dumps(document))
        for name, content in members.items():
            archive.writestr(name, content)


def pickled():
    stream = io.BytesIO()
    np.save(stream, np.array([{}], dtype=object), allow_pickle=True)
    return stream.getvalue()


def test_the_file_says_what_it_is(file):
    with np.load(file, allow_pickle=False) as content:
        document = json.loads(content["model.json"])
        assert content["0"].dtype == np.float64
    assert document["format_version"] == 1
    assert document["versions"]["mle"] == mle.__version__
    assert document["model"]["class"] == "mle.linear_model.ordinary:LinearRegression"
    assert document["model"]["params"]["fit_intercept"] is True
    assert "coef_" in document["model"]["learnt"]


def test_the_same_model_gives_the_same_file(file, tmp_path):
    save(load(file), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == file.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.npz", "line.npz"]


def test_every_truncation_and_many_flipped_bits_are_refused(file):
    whole, expected = file.read_bytes(), load(file).predict(X)
    for end in range(0, len(whole), 37):
        file.write_bytes(whole[:end])
        with pytest.raises(ModelFileError):
            load(file)
    for place in [*range(0, len(whole), 11), *range(len(whole) - 22, len(whole))]:
        broken = bytearray(whole)
        broken[place] ^= 0x51
        file.write_bytes(bytes(broken))
        try:
            twin = load(file)
        except ModelFileError:
            continue
        assert_same(twin.predict(X), expected)  # a bit of the archive that means nothing, such as a date


def set_class(name):
    return lambda document, members: document["model"].update({"class": name})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d, m: d.update(format_version=2), "is in format 2, written by mle .* update mle"),
        (lambda d, m: d.update(format="other"), "is not a model saved by mle"),
        (lambda d, m: d.update(format_version="1"), "is not a model saved by mle"),
        (lambda d, m: m.update({"extra.txt": b""}), "members that do not belong"),
        (lambda d, m: m.update({"0.npy": pickled()}), "Object arrays cannot be loaded"),
        (lambda d, m: d.update(model=[1]), "holds no estimator"),
        (lambda d, m: d.update(model={"type": "magic", "value": 1}), "magic"),
        (lambda d, m: d["model"]["learnt"].update(__class__=1), "'__class__' is no attribute of a model"),
        (lambda d, m: d["model"]["params"].pop("solver"), "parameters of LinearRegression are .* expected .*solver"),
        (lambda d, m: d["model"]["params"].update(speed=1), "parameters of LinearRegression are .*speed.* expected"),
        (lambda d, m: d["model"]["learnt"].update(coef_={"type": "array", "value": 9}), "out of range"),
        (set_class("os:system"), "names 'os:system', which is no class of this mle"),
        (set_class("builtins:eval"), "no class of this mle"),
        (set_class("sklearn.linear_model:Ridge"), "no class of this mle"),
        (set_class("mle._params:Parameters"), "no class of this mle"),
        (set_class("mle.pipeline:Parameters"), "no class of this mle"),
        (set_class("mle.linear_model.ridge:np"), "no class of this mle"),
        (set_class("mle.linear_model.ridge:Nothing"), "no class of this mle"),
        (set_class("mle.exercises.grade:Verdict"), "no class of this mle"),
        (set_class("mle.datasets.store:load"), "no class of this mle"),
        (set_class("mle.metrics.regression:r2_score"), "is no class"),
        (set_class("mle.calibration.sigmoid:Sigmoid"), "do not fit"),
        (set_class(7), "no class of this mle"),
    ],
)
def test_changed_on_purpose(file, change, message):
    rewrite(file, change)
    with pytest.raises(ModelFileError, match=message):
        load(file)


def test_changed_without_a_new_checksum(file):
    rewrite(file, lambda d, m: d["model"]["params"].update(fit_intercept=False), sign=False)
    with pytest.raises(ModelFileError, match="its checksum does not match"):
        load(file)
    rewrite(file, lambda d, m: m.update({"0.npy": m["0.npy"][:-1] + b"\x01"}), sign=False)
    with pytest.raises(ModelFileError, match="its checksum does not match"):
        load(file)


def test_foreign_files(file, tmp_path):
    np.savez(tmp_path / "arrays.npz", a=np.zeros(3))
    with pytest.raises(ModelFileError, match=r"arrays\.npz: has no model\.json"):
        load(tmp_path / "arrays.npz")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ModelFileError, match="no model saved by mle, or a damaged one"):
        load(tmp_path / "text")
    rewrite(file, compress=zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match="has compressed members"):
        load(file)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.npz")


class Own(Ridge):
    """Not of mle."""


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (3, "expected an estimator of mle, got int"),
        (Ridge, "expected an estimator of mle, got type"),
        (Own(), "Own is Own.* only data and objects of mle can be saved"),
        (Ridge(alpha=print), r"Ridge\.alpha is <built-in function print>"),
        (GridSearchCV(Ridge(), {}, scoring=lambda m, X, y: 1.0), r"GridSearchCV\.scoring is <function"),
        (
            ColumnTransformer([("a", "drop", lambda X: ["a"])]),
            r"ColumnTransformer\.transformers\[0\]\[2\] is",
        ),
        (make_pipeline(Own()), r"Pipeline\.steps\[0\]\[1\] is Own"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_saved(model, message, tmp_path):
    (tmp_path / "model.npz").write_text("kept")
    with pytest.raises(TypeError, match=message):
        save(model, tmp_path / "model.npz")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["kept"]
