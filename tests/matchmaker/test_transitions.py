"""Every table of states: an act moves a record along its line for its mover; all else is refused."""

import re
from itertools import permutations, product
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.management.commands.document_states import with_tables
from matchmaker.models.introduction import IntroductionState
from matchmaker.transitions import (
    ChangedSinceReadError,
    TransitionRefusedError,
    WrongSideError,
    apply_transition,
)
from profiles.models import User
from profiles.people.accounts.services.accounts import DEMO, system_account
from tests.matchmaker.stateful import NOW, TABLES, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def a_mover(table, line, cast):
    return cast.people[sorted(table.movers[line.mover])[0]]


def tried(record, act, by, values):
    """Return the state after an act, which is undone; "refused" where it is."""
    try:
        with transaction.atomic():
            apply_transition(record, act, by=by, at=NOW, **values)
            transaction.set_rollback(True)
    except TransitionRefusedError:
        return "refused"
    return str(record.state)


def values_in(table, state, cast):
    """Return what the database asks of a record in a state, besides the state."""
    with transaction.atomic():
        example = table.make(cast, state)
        transaction.set_rollback(True)
    fields = (each for each in example._meta.concrete_fields if each.null and not each.is_relation)
    values = {each.name: getattr(example, each.name) for each in fields}
    words = {name: getattr(example, name) for name in ("reason", "objection") if hasattr(example, name)}
    return {**values, **words}


@pytest.mark.parametrize("name", TABLES)
def test_every_act_of_everyone_moves_along_its_line_or_is_refused(name, cast):
    table, wrong = TABLES[name], []
    values = {line.target: values_in(table, line.target, cast) for line in table.lines}
    for state in table.states:
        with transaction.atomic():
            record = table.make(cast, state)
            before = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
            for line, (who, by) in product(table.lines, cast.people.items()):
                is_mover = who in table.movers[line.mover]
                if state not in line.sources and not is_mover:
                    continue  # wrong in two ways
                may = state in line.sources and is_mover
                found = tried(type(record)(**before), line.act, by, values[line.target])
                if found != (line.target if may else "refused"):
                    wrong.append((state, line.act, who, found))
            transaction.set_rollback(True)
    assert wrong == []


@pytest.mark.parametrize("name", TABLES)
def test_who_comes_late_is_refused(name, cast):
    """The record in hand says what another worker has changed meanwhile."""
    table = TABLES[name]
    for state in table.states:
        with transaction.atomic():
            stored = table.make(cast, state)
            for line in table.lines:
                for source in set(line.sources) - {state}:
                    stored.state = source
                    assert tried(stored, line.act, a_mover(table, line, cast), {}) == "refused"
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", TABLES)
def test_an_act_on_what_has_changed_since_it_was_read_is_refused(name, cast):
    """The act's line leads from both states, so that only the version tells them apart."""
    table = TABLES[name]
    for line in table.lines:
        for was, now in permutations(line.sources, 2):
            with transaction.atomic():
                refuse_the_version_of_another_state(table, line, was, now, cast)
                transaction.set_rollback(True)


def refuse_the_version_of_another_state(table, line, was, now, cast):
    kwargs = {"by": a_mover(table, line, cast), "at": NOW, **values_in(table, line.target, cast)}
    stored = table.make(cast, now)
    model = type(stored)
    read = model(**{each.attname: getattr(stored, each.attname) for each in model._meta.concrete_fields})
    read.state = was
    with pytest.raises(ChangedSinceReadError), transaction.atomic():
        apply_transition(model.objects.get(pk=stored.pk), line.act, version_read=read.version, **kwargs)
    stored.refresh_from_db()
    assert stored.state == now
    fresh = model.objects.get(pk=stored.pk)
    apply_transition(fresh, line.act, version_read=fresh.version, **kwargs)
    assert fresh.state == line.target


def test_docs_have_the_tables():
    """`manage.py document_states` writes them."""
    pages = [page.read_text(encoding="utf-8") for page in (Path(settings.BASE_DIR) / "docs").glob("*.md")]
    assert [text for text in pages if with_tables(text) != text] == []
    named = re.findall(r"<!-- states: (\w+) -->", "".join(pages))
    assert sorted(named) == sorted({table.model.__name__ for table in TABLES.values()})


@pytest.mark.parametrize("name", TABLES)
def test_the_database_logs_the_lines_of_the_table_and_no_others(name, cast, tally):
    table = TABLES[name]
    record = table.make(cast, next(iter(table.states)))
    acts, states = type(table.lines[0].act), table.states.values
    lines = {(line.act, source, line.target) for line in table.lines for source in (line.sources or ("",))}
    kept = set()
    for act, source, target in product(acts.values, ("", *states), states):
        for by, side in ((cast.by, "startup"), (None, "")):
            tally.count()
            step = record.new_step(act=act, source=source, target=target, by=by)
            step.side = side
            try:
                with transaction.atomic():
                    step.save(force_insert=True)
                    transaction.set_rollback(True)
            except IntegrityError:
                continue
            kept.add((act, source, target))
    assert kept == lines


def rows_of(model):
    """Return what the database has of a model and of its log."""
    log = apps.get_model("matchmaker", model.step_model)
    return [list(each._default_manager.order_by("pk").values()) for each in (model, log)]


def unsaved(table, line, cast):
    """Return a record as it is before the first line of its table, and leave nothing of it."""
    made = table.make(cast, line.target)
    type(made)._default_manager.filter(pk=made.pk).delete()
    made.pk = None
    made._state.adding = True
    return made


def records_before(table, line, cast):
    if not line.sources:
        yield unsaved(table, line, cast)
    for source in line.sources:
        yield table.make(cast, source)


def first_let_in(record, line, asked):
    """Return the first wrong person whom an act is not refused, and the side named; None where all are."""
    for (who, by), side in asked:
        try:
            apply_transition(record, line.act, side=side, by=by, at=NOW)
        except WrongSideError:
            continue
        except Exception as error:
            return str(line.act), who, side, type(error).__name__
        return str(line.act), who, side, "done"
    return None


@pytest.mark.parametrize("name", TABLES)
def test_an_act_is_refused_to_everyone_but_the_mover_of_its_line(name, cast, tally, depth):
    """Whether they name no side or the one whose act it is; deep, any side."""
    table, let_in = TABLES[name], []
    for line in table.lines:
        movers = table.movers[line.mover]
        wrong = {who: by for who, by in cast.people.items() if who not in movers} | cast.outsiders
        sides = [None, *sorted({str(line.mover), *depth((), deep=("startup", "investor"))})]
        asked = list(product(wrong.items(), sides))
        tally.count(len(asked))
        with transaction.atomic():
            for record in records_before(table, line, cast):
                before = rows_of(table.model)
                if found := first_let_in(record, line, asked):
                    let_in.append(found)
                    break
                assert rows_of(table.model) == before
                if record.pk:
                    record.delete()
            transaction.set_rollback(True)
    assert let_in == []


def test_every_model_with_a_table_is_tried():
    with_table = {
        model for model in apps.get_app_config("matchmaker").get_models() if hasattr(model, "transitions")
    }
    assert {table.model for table in TABLES.values()} == with_table


def test_who_closed_the_account_acts_no_more(cast):
    record = TABLES["application of a person"].make(cast, "sent")
    User.objects.filter(pk=record.person_id).update(is_active=False)
    with pytest.raises(WrongSideError):
        apply_transition(record, "withdraw", by=cast.people["person"], at=NOW)


def test_the_account_of_the_demonstration_acts_only_while_no_one_can_sign_in_with_it(cast):
    record, by = TABLES["application"].make(cast, "sent"), system_account(DEMO, at=NOW, is_demo=True)
    by.is_active = True
    with pytest.raises(WrongSideError):
        apply_transition(record, "withdraw", by=by, at=NOW)
    by.is_active = False
    assert apply_transition(record, "withdraw", by=by, at=NOW, ended_at=NOW).target == "withdrawn"


def test_only_a_curator_acts_in_place_of_a_side(cast):
    record = TABLES["introduction"].make(cast, "mutual")
    others = {who: by for who, by in cast.people.items() if who != "curator"} | cast.outsiders
    for by in others.values():
        with pytest.raises(WrongSideError):
            apply_transition(record, "close", in_place_of="startup", by=by, at=NOW)
    by = cast.people["curator"]
    step = apply_transition(record, "close", in_place_of="startup", by=by, at=NOW, ended_at=NOW)
    assert (step.side, record.state) == ("startup", "closed")


def test_a_named_side_is_one_on_which_the_person_acts(cast):
    record = TABLES["mission meeting"].make(cast, "planned")
    with pytest.raises(TransitionRefusedError):
        apply_transition(record, "accept", side="investor", by=cast.people["startup"], at=NOW)


def test_who_asked_cannot_answer_for_the_other_side(cast):
    made = cast.introduction(IntroductionState.ASKED)
    with pytest.raises(WrongSideError):
        decisions.answer_later(
            cast.startup, cast.investor, side=Side.STARTUP, line="", by=cast.by, at=timezone.now()
        )
    made.refresh_from_db()
    assert made.state == IntroductionState.ASKED
