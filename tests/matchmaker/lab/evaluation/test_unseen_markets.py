"""Markets that no one has tuned for, in files of any order."""

import json
import random
from dataclasses import asdict, replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matchmaker.lab.evaluation import deals
from matchmaker.lab.evaluation.report import evaluate, stand_ins
from matchmaker.management.commands import evaluate as evaluate_command
from matchmaker.management.commands import evaluate_past
from tests.matchmaker.lab.evaluation import splits

OPTIONAL = (
    "round", "stage", "sector", "city", "description", "amount_usd", "declared_fields", "declared_stages",
    "in_pool",
)  # fmt: skip

MARKETS: dict[str, dict[str, Any]] = {
    "the usual": {},
    "five deals": {"deals": 5, "investors": 4, "queries": 3},
    "one deal": {"deals": 1, "investors": 1, "queries": 1},
    "needed columns only": {"without": OPTIONAL},
    "no sector": {"without": ("sector",)},
    "no round": {"without": ("round", "stage")},
    "no city": {"without": ("city",)},
    "no description": {"without": ("description",)},
    "queries without a stage": {"without": ("stage",)},
    "forty in a round": {"deals": 800, "investors": 60, "partners": 40},
    "ten sectors a startup": {"sectors": 10, "values": 40},
    "more words than there is room for": {"deals": 1500, "values": 1200},
    "investors without deals": {"idle": 100},
    "all on one day": {"days": 1},
    "no queries": {"queries": 0},
    "many investors": {"deals": 600, "investors": 900},
}


# What only --deep tries: other shapes have the same gaps.
LEFT = {"one deal", "no sector", "no round", "no city", "no description", "queries without a stage"}
LEFT |= {"all on one day", "forty in a round", "ten sectors a startup", "five deals", "many investors"}
LEFT |= {"more words than there is room for"}
SHAPES = [
    pytest.param(shape, id=name, marks=[pytest.mark.deep] if name in LEFT else [])
    for name, shape in MARKETS.items()
]


@pytest.mark.parametrize("shape", SHAPES)
def test_any_market_is_ranked_whole(tmp_path, shape):
    directory = splits.market(tmp_path, **shape)
    report, answer = evaluate(directory, ablation=True)
    wanted = min(report.investors, 64)
    assert (answer.ids >= 0).sum(axis=1).tolist() == [wanted] * report.queries
    assert all(len(set(row[row >= 0])) == wanted for row in answer.ids)
    assert (report.judged, report.violations) == (report.queries, 0)
    assert f"{report.queries} startups" in evaluate_command.as_text(report)
    call_command("tune_weights", directory, stdout=StringIO())


@pytest.fixture(scope="module")
def of_3000_deals(tmp_path_factory):
    report, _ = evaluate(
        splits.market(tmp_path_factory.mktemp("deals"), deals=3000, investors=200, queries=300)
    )
    return report


def test_habits_that_were_put_in_are_found(of_3000_deals):
    report = of_3000_deals
    gains = {line.name: line.engine_gain for line in report.lines[1:]}
    assert gains["popularity"][0].low > 0
    assert gains["log-linear blend"][0].high > 0


def test_chances_are_fitted_to_the_past_and_beat_the_base_rate(of_3000_deals):
    report = of_3000_deals
    assert report.chances
    assert report.chances.pairs == 300 * 50
    assert report.chances.gain.low > 0
    assert report.chances.gain.mean == pytest.approx(
        report.chances.base_rate.mean - report.chances.brier.mean
    )


def test_a_past_too_thin_to_fit_chances_to_gives_none(tmp_path):
    report, _ = evaluate(splits.market(tmp_path, deals=5, investors=4, queries=3))
    assert report.chances is None


def test_without_a_pool_everybody_with_a_deal_is_ranked(tmp_path):
    directory = splits.market(tmp_path, idle=5)
    (directory / "pool.csv").unlink()
    dealt = {row["investor_id"] for row in deals.read_files(directory).deals}
    report, _ = evaluate(directory)
    assert report.investors == len(dealt)


def test_who_is_said_not_to_be_in_the_pool_is_not_judged(tmp_path):
    directory = splits.market(tmp_path)
    truth = directory / "truth.csv"
    truth.write_text(
        truth.read_text(encoding="utf-8").replace(",1\n", ",0\n").replace(",1\r\n", ",0\r\n"), "utf-8"
    )
    assert evaluate(directory)[0].judged == 0


WRONG = [
    ("train_deals.csv", 3, "investor_id", "", "is empty"),
    ("train_deals.csv", 2, "startup_id", " ", "is empty"),
    ("train_deals.csv", 4, "date", "2019-02-30", "'2019-02-30' is not a date"),
    ("train_deals.csv", 4, "date", "2099-01-01", "'2099-01-01' is after the last query"),
    ("queries.csv", 3, "date", "soon", "'soon' is not a date"),
    ("pool.csv", 5, "id", "", "is empty"),
    ("queries.csv", 2, "query_id", "", "is empty"),
    ("queries.csv", 3, "query_id", "q0", "'q0' again, and different"),
    ("truth.csv", 2, "in_pool", "maybe", "'maybe' is neither 1 nor 0"),
]


@pytest.mark.parametrize(("name", "line", "column", "cell", "words"), WRONG)
def test_a_wrong_cell_is_named(tmp_path, name, line, column, cell, words):
    path = splits.market(tmp_path) / name
    rows = splits.load(path)
    rows[line - 2][column] = cell
    splits.save(path, rows)
    with pytest.raises(CommandError) as refused:
        call_command("evaluate", tmp_path)
    assert str(refused.value).startswith(f"{name}, line {line}, column {column}: {words}")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("train_deals.csv", b"", "train_deals.csv has no column date, startup_id, investor_id"),
        ("train_deals.csv", b"date,startup_id,investor_id\n", "train_deals.csv holds no rows"),
        ("pool.csv", b"id\n", "pool.csv holds no rows"),
        ("pool.csv", b"id\nv1,v2\n", "pool.csv, line 2: has more cells than there are columns"),
        ("pool.csv", "id\nv1\n投资人\n".encode("gb18030"), "pool.csv, line 3: this is not UTF-8"),
        ("queries.csv", b"", "queries.csv has no column query_id"),
        (
            "pool.csv",
            b"id\n" + b"v" * 200_000,
            "pool.csv, after line 1: field larger than field limit (131072)",
        ),
    ],
)
def test_a_wrong_file_is_named(tmp_path, name, content, words):
    (splits.market(tmp_path) / name).write_bytes(content)
    for command in ("evaluate", "tune_weights"):
        with pytest.raises(CommandError) as refused:
            call_command(command, tmp_path)
        assert str(refused.value).endswith(words)


def test_a_half_empty_directory_is_refused_and_an_absent_one_skipped(tmp_path):
    directory = splits.market(tmp_path)
    (directory / "queries.csv").unlink()
    with pytest.raises(CommandError) as refused:
        call_command("evaluate", directory)
    assert str(refused.value) == f"{directory} holds no queries.csv"
    out = StringIO()
    call_command("evaluate", tmp_path / "nowhere", stdout=out)
    assert out.getvalue().startswith("Skipped: ")


@pytest.mark.deep
def test_stand_ins_are_made_of_the_past_alone(tmp_path, depth):
    directory = splits.market(tmp_path, deals=depth(500, deep=1500), investors=60)
    out = StringIO()
    call_command("evaluate_past", directory, json=True, stdout=out)
    (directory / "truth.csv").unlink()
    splits.save(directory / "queries.csv", [], ["query_id"])

    found = stand_ins(directory)

    assert json.loads(out.getvalue()) == json.loads(json.dumps([asdict(one) for one in found]))
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    assert {"no city", "1 startup of 5", "begun 90 days before"} <= set(names)
    usual, nameless = (next(one for one in found if one.name == name) for name in (names[4], "no sector"))
    assert usual.engine[0].mean > nameless.engine[0].mean  # of sixty investors fifty are nearly all
    assert evaluate_past.as_text(found).count("\n") == len(found)


def shuffle(directory, seed):
    """Put the rows of every file, and its columns, in another order."""
    chance = random.Random(seed)  # noqa: S311  the same orders in every run
    for path in sorted(directory.glob("*.csv")):
        rows = splits.load(path)
        columns = list(rows[0])
        chance.shuffle(rows)
        chance.shuffle(columns)
        splits.save(path, [{name: row[name] for name in columns} for row in rows])


def double(directory):
    """Note every fifth deal twice, in other words; and every fifth of these once more, saying less."""
    path = directory / "train_deals.csv"
    rows = splits.load(path)
    again = [{**row, "city": splits.WORDS[0], "sector": splits.WORDS[1]} for row in rows[::5]]
    less = [{**row, "city": "", "description": ""} for row in again[::5]]
    splits.save(path, [*rows, *again, *less])


def found(directory):
    """Return the report, the time it took left out, and everyone's list by ids."""
    report, answer = evaluate(directory, ablation=True)
    ids = answer.split.investor_ids
    lists = zip(answer.split.query_ids, answer.ids, strict=True)
    return asdict(replace(report, seconds=0.0)), {q: [ids[j] for j in row if j >= 0] for q, row in lists}


@pytest.mark.parametrize(
    "without",
    [pytest.param((), id="a pool"), pytest.param(("pool.csv",), id="no pool", marks=pytest.mark.deep)],
)
def test_shuffled_files_give_the_same_report_and_rankings(tmp_path, without):
    """Half of the pool has no deal and the others few: most places are settled between equals."""
    splits.market(tmp_path, deals=400, investors=40, queries=20, partners=2, sectors=2, idle=40)
    double(tmp_path)
    for name in without:
        (tmp_path / name).unlink()
    before = found(tmp_path)
    for seed in range(3):
        shuffle(tmp_path, seed)
        assert found(tmp_path) == before


def test_of_two_rows_for_one_deal_the_fuller_counts(tmp_path):
    splits.market(tmp_path, deals=30, investors=3)
    path = tmp_path / "train_deals.csv"
    rows = splits.load(path)
    emptier = {**rows[0], "city": ""}
    for order in ([emptier, *rows], [*rows, emptier]):
        splits.save(path, order)
        known = deals.read_files(tmp_path).deals
        assert (len(known), [row["city"] for row in known].count("")) == (30, 0)
