"""One catalogue declares every field of a profile, completely and once."""

import pytest
from django.db.models import ForeignKey, ManyToManyField, Model

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, investor, startup
from profiles.choices import Audience, Purpose, Side
from profiles.companies.steps.forms.investor import InvestorForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.models import SIDES

DECLARED = [(side, name) for side, fields in CATALOGUE.items() for name in fields]


def stored(model: type[Model]) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)} - {"id"}


@pytest.mark.parametrize("side", Side)
def test_every_field_of_a_profile_is_declared(side):
    assert stored(SIDES[side]) - set(CATALOGUE[side]) == set()
    kept_elsewhere = {name for name, field in CATALOGUE[side].items() if field.label}
    assert set(CATALOGUE[side]) - stored(SIDES[side]) == kept_elsewhere


@pytest.mark.parametrize("part", ROWS)
def test_every_field_of_a_row_is_declared(part):
    model = next(SIDES[side]._meta.get_field(part).related_model for side, name in DECLARED if name == part)
    assert isinstance(model, type)
    owners = {"investor"} if part == "deals" else {"startup", "investor"}
    computed = {name for name, field in ROWS[part].items() if field.label}
    assert stored(model) - owners == set(ROWS[part]) - computed


def test_no_field_is_declared_twice():
    assert len(startup.FIELDS) == len(CATALOGUE[Side.STARTUP])
    assert len(investor.FIELDS) == len(CATALOGUE[Side.INVESTOR])
    assert sum(len(fields) for fields in ROWS.values()) == sum(
        len(field.rows) for fields in CATALOGUE.values() for field in fields.values()
    )


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("place", ["shown", "reviewed", "useful", "exported"])
def test_no_two_fields_have_one_place(side, place):
    places = [getattr(field, place) for field in CATALOGUE[side].values() if getattr(field, place)]
    assert sorted(set(places)) == sorted(places)


def test_a_declaration_is_of_one_piece():
    for side, name in DECLARED:
        field = CATALOGUE[side][name]
        assert bool(field.useful) == bool(field.prompt), (side, name)
        assert not field.useful or field.step or name in Purpose.values, f"{name}: a prompt leads to a step"
        assert not field.is_needed or field.useful, f"{name}: who must state something is told what"
        assert not field.shown or field.seen, f"{name}: what is shown has an audience"
        assert not field.check or field.is_editable, (side, name)
        assert not field.exported or not field.label, (side, name)


def test_what_is_filtered_is_open_to_every_checked_member():
    for side, name in DECLARED:
        field = CATALOGUE[side][name]
        filtered = [inner for inner in (field, *field.rows) if inner.filtered]
        seen = {each for inner in filtered for each in (field.audience, inner.audience)}
        assert seen <= {Audience.MATCHED}, (side, name)
        assert not any(field.group or inner.group for inner in filtered), (side, name)
        if field.filtered:
            found = SIDES[side]._meta.get_field(name)
            is_word = isinstance(found, (ForeignKey, ManyToManyField))
            assert is_word or (getattr(found, "choices", None) and field.filtered == name), (side, name)


def test_every_field_that_an_owner_sets_on_a_step_is_asked_for_there():
    asked = {name for form in (*STEP_FORMS.values(), InvestorForm) for name in form.base_fields}
    on_steps = {n for fields in CATALOGUE.values() for n, f in fields.items() if f.step and f.is_editable}
    assert on_steps - asked == set()
