"""Evaluation on a small made-up market: eight investors, each true to one sector, stage and city."""

import json
import math
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from matchmaker.lab.evaluation import deals, ranking
from matchmaker.lab.evaluation.ranking import violations
from matchmaker.lab.evaluation.report import evaluate, tune, write_rankings
from matchmaker.matching.engine.affinity import axis_weights
from tests.engine.markets import market
from tests.matchmaker.lab.evaluation import splits

SIZE = {"deals": 480, "investors": 8, "queries": 24}


@pytest.fixture
def split(tmp_path):
    return splits.market(tmp_path, **SIZE)


def test_investors_that_are_true_to_their_habits_are_found_first(tmp_path):
    directory = splits.market(tmp_path, **SIZE, loyal=1.0)
    report, answer = evaluate(directory)
    engine, popularity = report.lines[0], report.lines[1]
    first = [answer.split.investor_ids[row[0]] for row in answer.ids]
    answered = dict(zip(answer.split.query_ids, first, strict=True))
    truth = splits.load(directory / "truth.csv")
    assert answered == {row["query_id"]: row["investor_id"] for row in truth}
    assert (report.judged, report.queries, report.investors, report.violations) == (24, 24, 8, 0)
    assert engine.scores[3].mean == 1.0
    assert popularity.engine_gain[3].low > 0
    assert [line.name for line in report.lines] == ["engine", *ranking.BASELINES]


def test_what_a_gate_refuses_and_is_listed_all_the_same_is_counted():
    """The same lists in a market without vetoes, and in one where two startups refuse everyone."""
    plain = market(3, 6, 4, theses=1, must=0.0)
    traits, refuses = np.ones_like(plain.theses.traits), np.zeros_like(plain.startups.refuses)
    open_ = replace(plain, theses=replace(plain.theses, traits=traits, refuses=0 * traits))
    open_ = replace(open_, startups=replace(plain.startups, refuses=refuses))
    refuses = refuses.copy()
    refuses[:2] = 1
    strict = replace(open_, startups=replace(open_.startups, refuses=refuses))
    ids = np.array([[0, 1, 2, 3], [3, 2, -1, -1], *[[0, -1, -1, -1]] * 4])
    assert (violations(open_, ids), violations(strict, ids)) == (0, 6)


def test_attention_goes_to_the_twenty_that_are_shown(tmp_path):
    """One list of forty: the first twenty get 1 / log₂(rank + 1) each, the other twenty nothing."""
    report, _ = evaluate(splits.market(tmp_path, investors=40, queries=1))
    got = [0.0] * 20 + [1 / math.log2(rank + 1) for rank in range(1, 21)]
    apart = sum(abs(one - other) for one in got for other in got)  # the mean distance over twice the mean
    assert report.gini == pytest.approx(apart / (2 * len(got) * sum(got)))
    assert report.never_shown == 0.5


def test_the_written_ranking_scores_as_the_report_says(split, tmp_path):
    report, answer = evaluate(split)
    out = tmp_path / "ranking.csv"
    assert write_rankings(answer, out) == 24 * 8
    rank = {(row["query_id"], row["investor_id"]): int(row["rank"]) for row in splits.load(out)}
    truth = splits.load(split / "truth.csv")
    reciprocal = [1 / rank[row["query_id"], row["investor_id"]] for row in truth]
    assert report.lines[0].scores[3].mean == pytest.approx(sum(reciprocal) / 24)


def test_the_raised_amount_is_never_looked_at(split):
    _, before = evaluate(split)
    for name, amount in (("train_deals.csv", ",1,"), ("queries.csv", ",5000,")):
        text = (split / name).read_text(encoding="utf-8")
        assert amount in text
        (split / name).write_text(text.replace(amount, ",77,"), encoding="utf-8")
    _, after = evaluate(split)
    assert np.array_equal(before.ids, after.ids)


def test_the_raised_amount_does_not_decide_which_of_two_rows_counts(split):
    """Of two equally full rows of one deal, which differ in sector, the same one counts for any amount."""
    rows = splits.load(split / "train_deals.csv")
    twins = [{**row, "sector": splits.WORDS[at % 8]} for at, row in enumerate(rows)]
    answers = []
    for amounts in ((1, 2), (2, 1)):
        doubled = [
            {**row, "amount_usd": amount}
            for table, amount in zip((rows, twins), amounts, strict=True)
            for row in table
        ]
        splits.save(split / "train_deals.csv", doubled)
        answers.append(evaluate(split)[1].ids)
    assert np.array_equal(*answers)


@pytest.mark.parametrize("column", ["startup_id", "query_id"])
def test_a_startup_that_is_not_new_is_refused(split, column):
    known = splits.load(split / "train_deals.csv")[0]["startup_id"]
    rows = splits.load(split / "queries.csv")
    splits.save(
        split / "queries.csv",
        [{**rows[0], column: known}, *({**row, column: row["query_id"]} for row in rows[1:])],
    )
    with pytest.raises(
        deals.BadDealsError, match=f"column {column}: '{known}' is a startup of train_deals.csv"
    ):
        deals.read_files(split)


def test_names_of_startups_and_investors_move_no_more_than_ties(tmp_path, monkeypatch):
    """Also where the market is too big to look at every startup of its past."""
    monkeypatch.setattr(axis_weights, "MOST", 400)
    directory = splits.market(tmp_path, deals=900, investors=12, queries=40, values=6)
    _, before = evaluate(directory)
    for name in ("train_deals.csv", "pool.csv", "truth.csv"):
        rows = splits.load(directory / name)
        for row in rows:
            for column in {"startup_id", "investor_id", "id"} & row.keys():
                row[column] = blake2b(row[column].encode(), digest_size=8).hexdigest()
        splits.save(directory / name, rows)
    _, after = evaluate(directory)

    def best(answer):
        names = [blake2b(name.encode(), digest_size=8).hexdigest() for name in before.split.investor_ids]
        names = names if answer is before else answer.split.investor_ids
        found = zip(answer.split.query_ids, answer.ids, strict=True)
        return {query: [names[i] for i in ids[:5]] for query, ids in found}

    old, new = best(before), best(after)
    assert sum(set(old[query]) != set(new[query]) for query in old) <= 2  # ties


@pytest.mark.parametrize("kind", ["sector", "city", "round"])
def test_another_name_for_a_sector_city_or_round_changes_no_list(tmp_path, kind):
    """In a market where most investors have one deal, so that many are alike."""
    directory = splits.market(tmp_path, deals=90, investors=60, idle=20, queries=12, values=4)
    _, before = evaluate(directory)
    columns = {kind, *{"sector": ("declared_fields",), "round": ("stage", "declared_stages")}.get(kind, ())}
    for name in ("train_deals.csv", "pool.csv", "queries.csv"):
        rows = splits.load(directory / name)
        for row in rows:
            for column in columns & row.keys():
                words = filter(None, row[column].split("|"))
                row[column] = "|".join(blake2b(word.encode(), digest_size=8).hexdigest() for word in words)
        splits.save(directory / name, rows)
    _, after = evaluate(directory)

    def best(answer):
        return [[answer.split.investor_ids[i] for i in ids[:10]] for ids in answer.ids]

    assert best(after) == best(before)


def test_the_right_answers_do_not_change_the_ranking(split):
    _, before = evaluate(split)
    (split / "truth.csv").unlink()
    report, after = evaluate(split)
    assert np.array_equal(before.ids, after.ids)
    assert (report.judged, report.lines[0].scores) == (0, [])


def test_a_look_from_the_past_knows_nothing_of_what_came_after(split):
    rows = deals.read_files(split)
    cut = date(2020, 3, 1).toordinal()
    fold = deals.earlier(rows, cut, 100)
    assert fold.queries
    assert max(row["date"] for row in fold.deals) < "2020-03-01"
    assert {row["startup_id"] for row in fold.deals}.isdisjoint(row["query_id"] for row in fold.queries)
    assert all(row["query_id"].startswith("s") for row in fold.queries)


def test_ablation_shows_what_each_factor_adds(split):
    report, _ = evaluate(split, ablation=True)
    assert [line.name for line in report.ablation] == [
        "without sector", "without stage", "without place", "without activity",
    ]  # fmt: skip
    assert report.ablation[0].engine_gain[3].mean > 0


def test_tuning_gives_points_and_reads_no_query(split):
    tuning = tune(split)
    assert sum(tuning.tuned.values()) == sum(tuning.in_force.values()) == 1000
    (split / "truth.csv").unlink()
    assert tune(split) == tuning


def test_the_command_prints_a_table_or_json_and_skips_what_is_not_there(split, tmp_path):
    out = StringIO()
    call_command("evaluate", split, json=True, stdout=out, ties=3)
    found = json.loads(out.getvalue())
    assert (found["violations"], len(found["ties"])) == (0, 4)
    assert all(least <= mean <= most for mean, least, most in found["ties"])
    out = StringIO()
    call_command("evaluate", split, stdout=out, out=tmp_path / "r.csv", ties=1)
    assert "gate violations 0" in out.getvalue()
    assert "with other orders of ties:\nmean [least, greatest]" in out.getvalue()
    assert (tmp_path / "r.csv").is_file()
    out = StringIO()
    call_command("evaluate", tmp_path / "nowhere", stdout=out)
    assert (
        out.getvalue()
        == f"Skipped: {tmp_path / 'nowhere'} holds no train_deals.csv, pool.csv, queries.csv.\n"
    )
    out = StringIO()
    call_command("tune_weights", split, stdout=out)
    assert "tuned on all looks: sector" in out.getvalue()


def test_words_that_no_deal_has_and_empty_fields_are_not_stated(split):
    rows = deals.read_files(split)
    strange = {"query_id": "q0", "sector": f"hats|{splits.WORDS[1]}", "stage": "", "city": "Atlantis"}
    made = deals.split_of(deals.DealRows("x", rows.deals, rows.pool, [strange], {}, rows.today))
    assert (made.sectors[0] >= 0).sum() == 1
    assert (made.stage[0], made.place[0]) == (-1, -1)
