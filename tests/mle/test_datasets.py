"""The data are what their index says they are, and a file that is not is refused."""

import csv
import gzip
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mle import datasets
from mle.compose import ColumnTransformer
from mle.datasets import (
    DatasetError,
    list_datasets,
    load,
    load_ames_housing,
    load_anscombe,
    load_bank_marketing,
    load_breast_cancer,
    load_concrete,
    load_credit_card,
    load_diabetes,
    load_digits,
    load_elecdemand,
    load_faithful,
    load_heart_failure,
    load_iris,
    load_mcycle,
    load_penguins,
    load_sacramento_housing,
    load_telco_churn,
    load_wine,
    store,
)
from mle.impute import SimpleImputer
from mle.linear_model import Ridge
from mle.metrics import roc_auc_score
from mle.model_selection import cross_validate
from mle.pipeline import make_pipeline
from mle.preprocessing import OneHotEncoder, StandardScaler

NAMES = sorted(name.removeprefix("load_") for name in datasets.__all__ if name.startswith("load_"))
KEYS = {
    *("name", "file", "sha256", "bytes", "rows", "description", "task", "target", "columns"),
    *("licence", "licence_basis", "citation", "source", "pitfalls"),
}


@pytest.fixture
def records():
    return store.read_index()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of data/ that a test may spoil."""
    copy = tmp_path / "data"
    shutil.copytree(store.data_folder(), copy)
    monkeypatch.setattr(store, "FOLDERS", (copy,))
    return copy


def text_of(record: dict) -> str:
    """What a set's file says, unpacked."""
    path = store.data_folder() / record["file"]
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as file:
        return file.read()


# --- the index against the files ---------------------------------------------------------------------------------


def test_index_names_every_file_and_no_other(records):
    assert list_datasets() == NAMES
    assert {record["file"] for record in records.values()} == {p.name for p in store.data_folder().glob("*.csv*")}


@pytest.mark.parametrize("name", NAMES)
def test_entry_describes_its_file(name, records):
    record = records[name]
    content = (store.data_folder() / record["file"]).read_bytes()
    header, *rows = csv.reader(text_of(record).splitlines())
    assert set(record) == KEYS
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert (record["bytes"], record["rows"]) == (len(content), len(rows))
    assert header == [column["name"] for column in record["columns"]]
    assert record["target"] is None or record["target"] in header
    assert record["task"] in ("classification", "regression")
    assert set(record["source"]) == {"package", "version", "path"}
    assert record["pitfalls"]


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_unit_kind_and_meaning(name, records):
    for column in records[name]["columns"]:
        assert set(column) == {"name", "unit", "kind", "description"}
        assert column["kind"] in ("number", "binary", "code", "category")
        assert column["description"]
        assert bool(column["unit"]) == (column["kind"] != "category")


@pytest.mark.parametrize("name", NAMES)
def test_pitfalls_are_sentences(name):
    for pitfall in load(name).pitfalls:
        assert pitfall.endswith(".")
        assert len(pitfall) > 20


# --- what load returns -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shape", "target", "kind"),
    [
        ("ames_housing", (2930, 35), "price", np.float64),
        ("bank_marketing", (4521, 7), "y", np.str_),
        ("breast_cancer", (569, 30), "target", np.int64),
        ("concrete", (1030, 8), "compressive_strength", np.float64),
        ("credit_card", (1319, 9), "card", np.str_),
        ("diabetes", (442, 10), "target", np.float64),
        ("digits", (1797, 64), "target", np.int64),
        ("elecdemand", (17520, 2), "Demand", np.float64),
        ("faithful", (272, 1), "waiting", np.float64),
        ("heart_failure", (299, 12), "DEATH_EVENT", np.int64),
        ("iris", (150, 4), "target", np.int64),
        ("mcycle", (133, 1), "accel", np.float64),
        ("penguins", (344, 5), "species", np.str_),
        ("sacramento_housing", (932, 5), "price", np.float64),
        ("telco_churn", (7043, 9), "churn", np.str_),
        ("wine", (178, 13), "target", np.int64),
    ],
)
def test_shapes_and_types(name, shape, target, kind):
    data = load(name)
    assert data.X.shape == shape
    assert data.X.dtype == np.float64
    assert data.y.shape == shape[:1]
    assert data.y.dtype.type is kind
    assert data.target_name == target
    assert target not in data.feature_names
    assert len(data) == shape[0]


@pytest.mark.parametrize("name", NAMES)
def test_columns_hold_what_the_file_holds(name, records):
    record, data = records[name], load(name)
    rows = list(csv.DictReader(text_of(record).splitlines()))
    for column in record["columns"]:
        cells, values = [row[column["name"]] for row in rows], data.columns[column["name"]].tolist()
        if column["kind"] == "category":
            assert values == cells
        else:
            assert all(float(cell) == value if cell else math.isnan(value) for cell, value in zip(cells, values))
        if column["kind"] == "binary":
            assert set(values) == {0.0, 1.0}
        if column["kind"] == "code":
            assert all(value == int(value) for value in values)


def test_functions_load_the_set_of_their_name():
    for name in NAMES:
        function = getattr(datasets, f"load_{name}")
        data = function()
        assert data.name == name
        if data.target_name:
            X, y = function(return_X_y=True)
            np.testing.assert_array_equal(X, data.X)
            np.testing.assert_array_equal(y, data.y)


def test_nothing_is_shared_between_calls_or_with_X_and_y():
    for name in ("heart_failure", "sacramento_housing", "penguins"):
        data, again = load(name), load(name)
        data.X[:] = -1
        data.y[:] = data.y[0]
        np.testing.assert_array_equal(data.X, again.X)
        np.testing.assert_array_equal(data.y, again.y)
    data.columns["year"][:] = -1
    assert load_penguins().columns["year"].min() == 2007


def test_time_stays_in_X_until_it_is_left_out():
    heart = load_heart_failure()
    assert "time" in heart.feature_names
    names = [name for name in heart.feature_names if name != "time"]
    np.testing.assert_array_equal(heart.select(names), heart.X[:, :-1])


def test_select_keeps_the_order_asked_for():
    heart = load_heart_failure()
    two = heart.select(name for name in ["serum_creatinine", "age"])
    np.testing.assert_array_equal(two, np.column_stack([heart.columns["serum_creatinine"], heart.columns["age"]]))
    assert heart.select("age").shape == (299, 1)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda: load("titanic"), r"no data set 'titanic'; there are ames_housing, anscombe, "),
        (lambda: load_penguins().select(["mass"]), r"penguins has no column 'mass'; it has species, island, bill_len"),
        (lambda: load_penguins().select(["species"]), r"penguins: column 'species' is a category"),
        (lambda: load_penguins().select([]), r"at least one column name"),
        (lambda: load_penguins().table(["mass"]), r"penguins has no column 'mass'; it has species"),
        (lambda: load_penguins().table(drop=["mass"]), r"penguins has no column 'mass'; it has species"),
        (lambda: load_penguins().table("sex", drop="sex"), r"at least one column name"),
        (lambda: load_anscombe().y, r"anscombe has no single target"),
    ],
)
def test_bad_requests(do, message):
    with pytest.raises(DatasetError, match=message):
        do()


def test_repr_says_what_is_there():
    text = repr(load_heart_failure())
    for part in (
        "heart_failure: 299 rows, 13 columns",
        "serum_sodium (mEq/L)",
        "DEATH_EVENT",
        "CC BY 4.0",
        "pitfalls  7",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) <= 100
    assert "target_name" in repr(load_breast_cancer())


# --- tables of numbers and text ----------------------------------------------------------------------------------


def test_table_has_every_column_but_the_target_and_those_dropped():
    homes = load_ames_housing()
    table = homes.table()
    assert table.columns == [name for name in homes.columns if name != "price"]
    assert set(table.columns) == {*homes.feature_names, *homes.category_names}
    assert table.shape == (2930, 81)
    assert homes.table(drop=["PID", "Order"]).columns == table.columns[2:]
    assert homes.table(name for name in ["Street", "area"]).columns == ["Street", "area"]
    assert homes.table("Street").shape == (2930, 1)
    assert load_anscombe().table().shape == (11, 8)
    assert "duration" in load_bank_marketing().table().columns  # it leaks, and stays until it is dropped


def test_table_marks_what_is_missing_and_changes_nothing_else():
    homes = load_ames_housing()
    table, none, unknown = homes.table(), 0, 0
    for name in table.columns:
        column, cells = table[name].tolist(), homes.columns[name].tolist()
        if name in homes.feature_names:
            np.testing.assert_array_equal(column, cells)
            unknown += np.isnan(column).sum()
        else:
            assert column == [cell or None for cell in cells]
            none += column.count(None)
    assert (none, unknown) == (13315, 682)


def test_table_is_a_copy():
    homes = load_ames_housing()
    table = homes.table()
    table["Lot.Area"][:] = -1
    table["Street"][:] = "-"
    table["Alley"][:] = "-"
    assert homes.columns["Lot.Area"].min() == 1300
    assert set(homes.columns["Street"].tolist()) == {"Pave", "Grvl"}
    assert set(homes.columns["Alley"].tolist()) == {"Pave", "Grvl", ""}


def test_table_goes_through_a_pipeline():
    homes = load_ames_housing()
    X, y = homes.table(drop=["Order", "PID"]), np.log(homes.y)
    texts = [name for name in homes.category_names if name in X.columns]
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), OneHotEncoder(handle_unknown="ignore"))
    prepare = ColumnTransformer([("numbers", numbers, homes.feature_names), ("words", words, texts)])
    scores = cross_validate(make_pipeline(prepare, Ridge(alpha=10)), X, y, cv=3)["test_score"]
    assert scores.min() > 0.85


def test_frame_has_every_column_and_true_gaps():
    pytest.importorskip("pandas")
    frame = load_penguins().to_frame()
    assert list(frame.columns) == list(load_penguins().columns)
    assert int(frame.isna().sum().sum()) == 19
    assert frame["body_mass_g"].dtype == np.float64


# --- the pitfalls are true ---------------------------------------------------------------------------------------


def test_heart_failure_facts():
    c = load_heart_failure().columns
    assert c["DEATH_EVENT"].sum() == 96
    assert (c["sex"] == 1).sum() == 194
    assert (np.diff(c["time"]) >= 0).all()
    assert (c["platelets"] == 263358.03).sum() == 25
    assert (c["creatinine_phosphokinase"] == 582).sum() == 47
    assert np.corrcoef(c["time"], c["DEATH_EVENT"])[0, 1] < -0.5
    filled = c["ejection_fraction"] == 38
    assert filled.sum() == 40
    assert round(c["ejection_fraction"][~filled].mean(), 1) == 38.1
    assert c["DEATH_EVENT"][c["serum_creatinine"] == 1.18].tolist() == [0] * 11
    assert c["DEATH_EVENT"][c["serum_creatinine"] == 1.83].tolist() == [1] * 8


def test_sacramento_facts():
    data = load_sacramento_housing()
    rows = list(zip(*(column.tolist() for column in data.columns.values())))
    assert [i for i in range(1, len(rows)) if rows[i] in rows[:i]] == [341, 403]
    assert rows[341] == rows[340]
    assert rows[403] == rows[402]
    assert len(set(data.columns["zip"].tolist())) == 68
    assert len(set(data.columns["city"].tolist())) == 37


def test_anscombe_facts():
    c = load_anscombe().columns
    np.testing.assert_array_equal(c["x1"], c["x2"])
    np.testing.assert_array_equal(c["x1"], c["x3"])
    for i in "1234":
        assert np.polyfit(c[f"x{i}"], c[f"y{i}"], 1) == pytest.approx([0.5, 3.0], abs=0.003)


def test_penguin_facts():
    data = load_penguins()
    c = data.columns
    assert (c["sex"] == "").sum() == 11
    assert np.isnan(data.X).sum() == 8
    assert np.isnan(data.X[:, :4]).all(axis=1).sum() == 2
    assert set(c["island"][c["species"] == "Gentoo"].tolist()) == {"Biscoe"}
    assert set(c["island"][c["species"] == "Chinstrap"].tolist()) == {"Dream"}
    whole = ~np.isnan(c["bill_depth_mm"])
    for species, r in {"": -0.24, "Adelie": 0.39, "Chinstrap": 0.65, "Gentoo": 0.64}.items():
        rows = whole & ((c["species"] == species) | (species == ""))
        assert np.corrcoef(c["bill_length_mm"][rows], c["bill_depth_mm"][rows])[0, 1] == pytest.approx(r, abs=0.005)


def test_breast_cancer_facts():
    data = load_breast_cancer()
    assert (data.y == 0).sum() == 212
    assert set(data.columns["target_name"][data.y == 0].tolist()) == {"malignant"}
    radius, perimeter = data.columns["mean_radius"], data.columns["mean_perimeter"]
    assert np.corrcoef(radius, perimeter)[0, 1] == pytest.approx(0.998, abs=0.0005)


def test_breast_cancer_equals_the_copy_of_scikit_learn():
    X, y = pytest.importorskip("sklearn.datasets").load_breast_cancer(return_X_y=True)
    np.testing.assert_array_equal(load_breast_cancer().X, X)
    np.testing.assert_array_equal(load_breast_cancer().y, y)


def copies(data) -> int:
    """How many rows are exact copies of an earlier one."""
    rows = list(zip(*(column.tolist() for column in data.columns.values())))
    return len(rows) - len(set(rows))


def correlation(a, b, rows=slice(None)) -> float:
    return float(np.corrcoef(a[rows], b[rows])[0, 1])


def test_faithful_facts():
    data = load_faithful()
    length, wait = data.columns["eruptions"], data.columns["waiting"]
    short = length < 3
    assert (short.sum(), (~short).sum(), copies(data)) == (97, 175, 16)
    found = [correlation(length, wait, rows) for rows in (slice(None), short, ~short)]
    assert found == pytest.approx([0.90, 0.29, 0.37], abs=0.005)
    assert correlation(length[:-1], length[1:]) == pytest.approx(-0.55, abs=0.005)


def test_concrete_facts():
    data = load_concrete()
    parts, c = data.X[:, :7], data.columns
    _, mix, rows = np.unique(parts, axis=0, return_inverse=True, return_counts=True)
    assert (len(rows), (rows > 1).sum(), rows[rows > 1].sum(), copies(data)) == (427, 181, 784, 25)
    assert len(np.unique(data.X, axis=0)) == 992
    strengths = {}
    for key, strength in zip(map(tuple, data.X.tolist()), data.y.tolist()):
        strengths.setdefault(key, set()).add(strength)
    spreads = [max(s) - min(s) for s in strengths.values() if len(s) > 1]
    assert (len(spreads), max(spreads)) == (9, pytest.approx(33, abs=0.05))
    assert (mix[1:] == mix[:-1]).sum() == 302
    assert (c["age"].min(), c["age"].max(), len(set(c["age"].tolist()))) == (1, 365, 14)
    assert correlation(np.log(c["age"]), data.y) > correlation(c["age"], data.y) + 0.2


def test_diabetes_facts():
    data = load_diabetes()
    c = data.columns
    assert set(c["sex"].tolist()) == {1, 2}
    assert correlation(c["s1_tc"], c["s2_ldl"]) == pytest.approx(0.90, abs=0.005)
    assert np.abs(c["s4_tch"] - c["s1_tc"] / c["s3_hdl"]).max() < 0.65
    assert (c["s4_tch"] % 1 == 0).sum() == 380
    computed = np.abs(c["s2_ldl"] - (c["s1_tc"] - c["s3_hdl"] - np.exp(c["s5_ltg"]) / 5))
    assert ((computed < 0.05).sum(), computed.max()) == (438, pytest.approx(0.4, abs=0.005))
    A = np.column_stack([np.ones(442), data.X])
    residual = data.y - A @ np.linalg.lstsq(A, data.y)[0]
    assert 1 - residual.var() / data.y.var() == pytest.approx(0.52, abs=0.005)


def test_digits_facts():
    data = load_digits()
    assert np.bincount(data.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (data.X.min(), data.X.max(), copies(data)) == (0, 16, 0)
    empty = [name for name in data.feature_names if not data.columns[name].any()]
    assert empty == ["pixel_0_0", "pixel_4_0", "pixel_4_7"]
    assert (data.X == 0).mean() == pytest.approx(0.49, abs=0.005)


def test_digits_are_fourteen_sheets():
    line = "".join(map(str, load_digits().y.tolist()))
    sheets = re.findall(r".*?4908(?:9[83])?", line)
    assert "".join(sheets) == line
    assert [len(sheet) for sheet in sheets] == [130, 126, 130, 130, 130, 130, 130, 123, 128, 130, 128, 130, 122, 130]
    assert sum(sheet.endswith("490898") for sheet in sheets) == 12
    assert max(map(sheets.count, sheets)) == 8


@pytest.mark.parametrize(
    ("name", "options"), [("digits", {}), ("diabetes", {"scaled": False}), ("wine", {}), ("iris", {})]
)
def test_equal_to_the_copy_of_scikit_learn(name, options):
    X, y = getattr(pytest.importorskip("sklearn.datasets"), f"load_{name}")(return_X_y=True, **options)
    np.testing.assert_array_equal(load(name).X, X)
    np.testing.assert_array_equal(load(name).y, y)


def test_credit_card_facts():
    data = load_credit_card()
    c, refused = data.columns, data.y == "no"
    assert ((~refused).sum(), refused.sum()) == (1023, 296)
    assert (c["expenditure"][refused] == 0).all()
    assert (c["expenditure"][~refused] == 0).sum() == 21
    dollars = c["share"] * c["income"] * 10_000
    idle = c["expenditure"] == 0
    np.testing.assert_allclose(dollars[idle], 12, atol=1e-4)
    np.testing.assert_allclose(dollars[~idle] / 12, c["expenditure"][~idle], atol=1)
    young = c["age"] < 1
    assert (young.sum(), round(c["age"][young].min(), 2), c["age"][young].max()) == (7, 0.17, 0.75)
    assert ((c["months"] / 12 > c["age"]) == (young & (c["months"] > 12 * c["age"]))).all()
    assert (c["months"] / 12 > c["age"]).sum() == 6
    assert (c["reports"] == 0).mean() == pytest.approx(0.8, abs=0.01)
    assert [(c["reports"][rows] > 0).mean() for rows in (refused, ~refused)] == pytest.approx([0.51, 0.11], abs=0.005)


def test_mcycle_facts():
    data = load_mcycle()
    times, accel = data.columns["times"], data.columns["accel"]
    assert (np.diff(times) >= 0).all()
    values, counts = np.unique(times, return_counts=True)
    assert (len(values), counts.max(), copies(data)) == (94, 6, 1)
    assert (times[22], accel[22]) == (times[23], accel[23])
    assert accel[(times > 13) & (times < 40)].std() > 20 * accel[times < 13].std()


def test_ames_facts():
    data = load_ames_housing()
    c, n = data.columns, len(data)
    empty = {name: np.isnan(v) if v.dtype.kind == "f" else v == "" for name, v in c.items()}
    gaps = {name: int(mask.sum()) for name, mask in empty.items() if mask.any()}
    none = [r["name"] for r in store.read_index()["ames_housing"]["columns"] if "; empty: no" in r["description"]]
    none = [name for name in none if name in data.category_names and name not in ("Mas.Vnr.Type", "Electrical")]
    assert (sum(gaps.values()), len(gaps), len(none), sum(gaps[name] for name in none)) == (13997, 27, 14, 13291)
    assert (gaps["Lot.Frontage"], gaps["Garage.Yr.Blt"], gaps["Mas.Vnr.Area"]) == (490, 159, 23)
    assert np.any(list(empty.values()), axis=0).all()  # no row is whole
    # "there is none", but for ten cells
    assert (empty["Fireplace.Qu"] == (c["Fireplaces"] == 0)).all()
    assert (empty["Pool.QC"] == (c["Pool.Area"] == 0)).all()
    bare = ~(c["Total.Bsmt.SF"] > 0)  # 0, and nan once
    in_doubt = sum(int((empty[name] & ~bare).sum()) for name in none if name.startswith("Bsmt"))
    in_doubt += sum(int((empty[name] & ~empty["Garage.Type"]).sum()) for name in none if name.startswith("Garage"))
    assert in_doubt == 10
    cul, inside = (empty["Lot.Frontage"][c["Lot.Config"] == place].mean() for place in ("CulDSac", "Inside"))
    assert [cul, inside] == pytest.approx([0.49, 0.13], abs=0.005)
    # identifiers, errors, order
    assert len(set(c["Order"].tolist())) == len(set(c["PID"].tolist())) == n
    late = c["Garage.Yr.Blt"] > 2010
    assert (c["Garage.Yr.Blt"][late].tolist(), c["Order"][late].tolist()) == ([2207], ["2261"])
    large = c["area"] > 4000
    assert (large.sum(), (c["Sale.Condition"][large] == "Partial").sum()) == (5, 3)
    assert data.y[large & (c["Sale.Condition"] == "Partial")].max() < 200_000
    assert (np.diff(c["Yr.Sold"]) <= 0).all()
    np.testing.assert_array_equal(c["area"], c["First.Flr.SF"] + c["Second.Flr.SF"] + c["Low.Qual.Fin.SF"])
    basement = c["BsmtFin.SF.1"] + c["BsmtFin.SF.2"] + c["Bsmt.Unf.SF"]
    np.testing.assert_array_equal(c["Total.Bsmt.SF"], basement)
    once = {
        name: np.unique(c[name], return_counts=True) for name in data.category_names if name not in ("Order", "PID")
    }
    once = {name: values[(counts == 1) & (values != "")].tolist() for name, (values, counts) in once.items()}
    once["MS.SubClass"].remove("150")
    assert sum(map(len, once.values())) == 19
    assert once["Neighborhood"] == ["Landmrk"]
    assert len(set(c["Neighborhood"].tolist())) == 28
    assert "WD " in c["Sale.Type"]
    assert (c["Mas.Vnr.Type"] == "None").sum() == 1752
    skewness = [((z - z.mean()) ** 3).mean() / z.std() ** 3 for z in (data.y, np.log(data.y))]
    assert skewness == pytest.approx([1.74, -0.01], abs=0.01)


def test_bank_facts():
    data = load_bank_marketing()
    c, yes = data.columns, data.y == "yes"
    assert (yes.sum(), len(data), copies(data)) == (521, 4521, 0)
    assert roc_auc_score(yes.astype(np.int64), c["duration"]) == pytest.approx(0.815, abs=0.001)
    assert ((c["duration"] < 60).sum(), yes[c["duration"] < 60].sum()) == (480, 1)
    assert (c["pdays"] == -1).sum() == 3705
    assert ((c["pdays"] == -1) == (c["poutcome"] == "unknown")).all()
    assert ((c["pdays"] == -1) == (c["previous"] == 0)).all()
    unknown = {name: int((c[name] == "unknown").sum()) for name in data.category_names}
    assert {k: v for k, v in unknown.items() if v} == {"job": 38, "education": 187, "contact": 1324, "poutcome": 3705}
    rates = {month: yes[c["month"] == month].mean() for month in ("mar", "sep", "oct", "dec", "may")}
    assert (min(list(rates.values())[:4]), max(rates.values())) == pytest.approx((0.33, 0.46), abs=0.005)
    assert rates["may"] == pytest.approx(0.07, abs=0.005)
    assert np.isin(c["month"], ["mar", "sep", "oct", "dec"]).sum() == 201
    assert (c["month"] == "may").sum() == 1398


def test_churn_facts():
    data = load_telco_churn()
    c, left = data.columns, data.y == "Yes"
    assert (left.sum(), len(data), copies(data)) == (1869, 7043, 22)
    gaps = np.isnan(c["total_charges"])
    assert gaps.sum() == 11
    assert (gaps == (c["tenure"] == 0)).all()
    assert not left[gaps].any()
    assert np.isnan(data.X).sum() == 11
    assert correlation(c["total_charges"], c["tenure"] * c["monthly_charges"], ~gaps) == pytest.approx(0.9996, abs=5e-5)
    offline = c["internet_service"] == "No"
    assert offline.sum() == 1526
    same = [name for name in data.category_names if ((c[name] == "No internet service") == offline).all()]
    assert len(same) == 6
    rows = list(zip(*(column.tolist() for column in c.values())))
    first = {row: i for i, row in reversed(list(enumerate(rows)))}
    assert {c["tenure"][i] for i, row in enumerate(rows) if first[row] < i} == {1}
    charged = [tuple(cells) for cells in zip(*(c[name].tolist() for name in c if name != "churn"))]
    assert len(charged) - len(set(charged)) == 22 + 18
    new, old = c["tenure"] == 1, c["tenure"] > 48
    assert [left[new].mean(), left[old].mean()] == pytest.approx([0.62, 0.10], abs=0.005)


def test_elecdemand_facts():
    data = load_elecdemand()
    c, demand = data.columns, data.y
    time = c["time"].astype("datetime64[m]")
    assert (np.diff(time) == np.timedelta64(30, "m")).all()
    assert (str(time[0]), str(time[-1])) == ("2014-01-01T00:00", "2014-12-31T23:30")
    found = [correlation(demand[:-k], demand[k:]) for k in (1, 48, 336)]
    assert found == pytest.approx([0.985, 0.79, 0.75], abs=0.005)
    assert correlation(demand, c["Temperature"]) == pytest.approx(0.28, abs=0.005)
    cold, mild, hot = (
        demand[(c["Temperature"] > low) & (c["Temperature"] <= high)].mean()
        for low, high in ((0, 5), (15, 20), (35, 45))
    )
    assert mild < cold < hot
    day = time.astype("datetime64[D]")
    weekday = (day.astype(np.int64) + 3) % 7 < 5  # 1 January 1970 was a Thursday
    free = np.unique(day[weekday & (c["WorkDay"] == 0)]).astype(str).tolist()
    assert len(free) == 10
    assert "2014-11-04" in free
    assert not c["WorkDay"][~weekday].any()


def test_wine_and_iris_facts():
    wine, iris = load_wine(), load_iris()
    assert wine.columns["proline"].std(ddof=1) == pytest.approx(315, abs=0.5)
    assert wine.columns["nonflavanoid_phenols"].std(ddof=1) == pytest.approx(0.12, abs=0.005)
    for data in (wine, iris):
        assert (np.diff(data.y) >= 0).all()
        assert len(set(zip(data.y.tolist(), data.columns["target_name"].tolist()))) == 3
    c = iris.columns
    assert c["petal_length_cm"][iris.y == 0].max() < c["petal_length_cm"][iris.y > 0].min()
    assert correlation(c["sepal_length_cm"], c["sepal_width_cm"]) == pytest.approx(-0.12, abs=0.005)
    within = [correlation(c["sepal_length_cm"], c["sepal_width_cm"], iris.y == k) for k in range(3)]
    assert (min(within), max(within)) == pytest.approx((0.46, 0.74), abs=0.005)
    assert copies(iris) == 1
    np.testing.assert_array_equal(iris.X[101], iris.X[142])


# --- damaged files -----------------------------------------------------------------------------------------------


def altered(content: bytes) -> bytes:
    return content.replace(b"8.04", b"8.05", 1)


@pytest.mark.parametrize(
    ("spoil", "word", "size"),
    [
        (altered, "altered", 348),
        (lambda content: content[:-10], "truncated", 338),
        (lambda content: b"", "truncated", 0),
        (lambda content: content + b"\n", "altered", 349),
        (lambda content: content.replace(b"\n", b"\r\n"), "altered", 360),
    ],
)
def test_altered_file_is_refused(folder, spoil, word, size):
    path = folder / "anscombe.csv"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(DatasetError) as caught:
        load("anscombe")
    message = str(caught.value)
    assert f"anscombe.csv is {word}: expected 348 bytes with sha256 ba9853ed" in message
    assert f"found {size} bytes with sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in message
    assert load("penguins").name == "penguins"


def test_altered_compressed_file_is_refused_before_it_is_unpacked(folder):
    path = folder / "digits_8x8.csv.gz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DatasetError, match=r"digits_8x8\.csv\.gz is truncated: expected 53595 bytes"):
        load("digits")


def test_missing_file_is_named(folder):
    (folder / "penguins.csv").unlink()
    with pytest.raises(
        DatasetError, match=r"penguins\.csv: expected 15367 bytes with sha256 7d8686e.*found no such file"
    ):
        load("penguins")


@pytest.mark.parametrize("text", ["", "[1, 2]", "{}", '{"datasets": [{}]}', "{'datasets': []}"])
def test_damaged_index_is_named(folder, text):
    (folder / "index.json").write_text(text)
    with pytest.raises(DatasetError, match=r"index\.json is damaged: expected JSON with a list 'datasets'"):
        load("penguins")


def test_no_folder_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FOLDERS", (tmp_path / "_data", tmp_path / "data"))
    with pytest.raises(DatasetError, match=r"no index\.json in any of .*_data, .*data"):
        list_datasets()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,c\n1,x\n2,y\n", r"toy\.csv: expected 2 rows of a, b, found 2 rows of a, c"),
        (b"a,b\n1,x\n", r"expected 2 rows of a, b, found 1 rows"),
        (b"a,b\n1,x\n2\n", r"expected 2 rows of a, b"),
        (b"a,b\n1,x\ntwo,y\n", r"toy\.csv, column a: expected numbers, found .*'two'"),
    ],
)
def test_file_that_does_not_fit_its_entry(content, message):
    columns = [{"name": "a", "kind": "number"}, {"name": "b", "kind": "category"}]
    with pytest.raises(DatasetError, match=message):
        store.parse(content, {"file": "toy.csv", "rows": 2, "columns": columns})


# --- where the files are -----------------------------------------------------------------------------------------


def run_python(code: str, path: Path) -> str:
    """Output of a fresh interpreter that finds modules at `path` first."""
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, env=environment, cwd=path, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("places", [["mle/_data"], ["data"], ["mle/_data", "data"]])
def test_installed_wheel_and_checkout_find_their_data(tmp_path, places):
    shutil.copytree(store.PACKAGE, tmp_path / "mle", ignore=shutil.ignore_patterns("_data", "__pycache__"))
    for place in places:
        shutil.copytree(store.data_folder(), tmp_path / place)
    if len(places) == 2:  # what is installed wins over a folder that happens to lie next to it
        (tmp_path / "data" / "index.json").write_text("{}")
    code = "from mle.datasets import load, store; print(len(load('penguins')), store.data_folder())"
    rows, found = run_python(code, tmp_path).split(maxsplit=1)
    assert rows == "344"
    assert Path(found.strip()) == (tmp_path / places[0]).resolve()


def test_loading_needs_numpy_alone(tmp_path):
    code = (
        "import json, sys, mle.datasets as d; d.load_penguins().X; "
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    loaded = json.loads(run_python(code, store.PACKAGE.parent))
    assert "numpy" in loaded
    assert not {"pandas", "scipy", "sklearn", "matplotlib"} & set(loaded)
