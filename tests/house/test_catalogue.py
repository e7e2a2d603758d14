"""One catalogue declares every field: what shows, asks, checks or filters reads it and names none itself."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import ForeignKey, ManyToManyField, Model

from profiles.choices import Audience, Side
from profiles.companies.forms.investor import InvestorForm
from profiles.companies.forms.startup import STEP_FORMS
from profiles.models import SIDES
from profiles.visibility.fields import CATALOGUE, ROWS, investor, startup
from tests.house.tree import ROOT, files

DECLARED = [(side, name) for side, fields in CATALOGUE.items() for name in fields]
# What may name a field, because that field is treated there as no other one is; everything else is a copy of
# the catalogue that somebody would have to keep.
SPECIAL: dict[str, set[str]] = {
    "profiles/visibility/policy.py": {"name", "founders"},  # groups that a blind first look hides
    "profiles/visibility/facts.py": {
        "website", "ask", "place",  # a link; a note; a kind of word
        "needs", "offers", "traction", "partners", "theses", "deals", "sectors", "forms", "name", "capacity",
    },
    "profiles/visibility/preview.py": {"pitch"},  # in the reader's language
    "profiles/visibility/computed_fields.py": {
        "ask", "deals", "name", "needs", "offers", "partners", "place", "sectors", "theses", "traction",
    },
    "profiles/visibility/visible_profile.py": {"public_id", "summary_en", "name"},  # a title tells the name
    "profiles/visibility/forms.py": set(),
    "profiles/companies/services/own_rows.py": {"name", "theses", "deals"},
    "profiles/companies/selectors/completeness.py": {"ask", "needs", "registration_number", "registry_id"},
    "profiles/curation/selectors/reviews.py": {"ask", "place"},  # shown as a band; read for the queue
    "profiles/imports/columns.py": {"needs", "offers", "theses", "deals"},
    "matchmaker/lists/selectors/facets.py": set(),
    "matchmaker/lists/forms.py": {"name", "place", "stage"},  # an order; the labels of kinds of words
}  # fmt: skip


def stored(model: type[Model]) -> set[str]:
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)} - {"id"}


@pytest.mark.parametrize("side", Side)
def test_every_field_of_a_profile_is_declared(side: Side) -> None:
    assert stored(SIDES[side]) - set(CATALOGUE[side]) == set()
    kept_elsewhere = {name for name, field in CATALOGUE[side].items() if field.label}
    assert set(CATALOGUE[side]) - stored(SIDES[side]) == kept_elsewhere


@pytest.mark.parametrize("part", ROWS)
def test_every_field_of_a_row_is_declared(part: str) -> None:
    model = next(SIDES[side]._meta.get_field(part).related_model for side, name in DECLARED if name == part)
    assert isinstance(model, type)
    owners = {"investor"} if part == "deals" else {"startup", "investor"}
    computed = {name for name, field in ROWS[part].items() if field.label}
    assert stored(model) - owners == set(ROWS[part]) - computed


def test_no_field_is_declared_twice() -> None:
    assert len(startup.FIELDS) == len(CATALOGUE[Side.STARTUP])
    assert len(investor.FIELDS) == len(CATALOGUE[Side.INVESTOR])
    assert sum(len(fields) for fields in ROWS.values()) == sum(
        len(field.rows) for fields in CATALOGUE.values() for field in fields.values()
    )


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("place", ["shown", "reviewed", "useful", "exported"])
def test_no_two_fields_have_one_place(side: Side, place: str) -> None:
    places = [getattr(field, place) for field in CATALOGUE[side].values() if getattr(field, place)]
    assert sorted(set(places)) == sorted(places)


@pytest.mark.parametrize(("side", "name"), DECLARED)
def test_a_declaration_is_of_one_piece(side: Side, name: str) -> None:
    field = CATALOGUE[side][name]
    assert bool(field.useful) == bool(field.prompt)
    assert not field.useful or field.step, "a prompt leads to a step"
    assert not field.is_needed or field.useful, "who must state something is told what"
    assert not field.shown or field.seen, "what is shown has an audience"
    assert not field.check or field.is_editable
    assert not field.exported or not field.label


@pytest.mark.parametrize(("side", "name"), DECLARED)
def test_what_is_filtered_is_open_to_every_checked_member(side: Side, name: str) -> None:
    field = CATALOGUE[side][name]
    for inner in (field, *field.rows):
        if inner.filtered:
            assert (field.audience, inner.audience, field.group, inner.group) == (
                Audience.MATCHED, Audience.MATCHED, "", "",
            )  # fmt: skip
    if field.filtered:
        found = SIDES[side]._meta.get_field(name)
        is_word = isinstance(found, (ForeignKey, ManyToManyField))
        assert is_word or (bool(getattr(found, "choices", None)) and field.filtered == name)


def test_every_field_that_an_owner_sets_on_a_step_is_asked_for_there() -> None:
    asked = {name for form in (*STEP_FORMS.values(), InvestorForm) for name in form.base_fields}
    on_steps = {n for fields in CATALOGUE.values() for n, f in fields.items() if f.step and f.is_editable}
    assert on_steps - asked == set()


@pytest.mark.parametrize("consumer", SPECIAL)
def test_a_reader_of_the_catalogue_names_only_what_it_treats_specially(consumer: str) -> None:
    known = {name for fields in CATALOGUE.values() for name in fields}
    tree = ast.parse((ROOT / consumer).read_text(encoding="utf-8"))
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert texts & known == SPECIAL[consumer]


# --- Adding a field, in a copy of the project -----------------------------------------------------

NEW = "water_source"
MODEL = f'    {NEW} = models.CharField(_("water source"), max_length=12, choices=BusinessModel, blank=True)\n'
EDITS = {
    "profiles/models/startup.py": (
        '    women_led = models.BooleanField(_("led by women"), null=True, blank=True)\n',
        MODEL,
    ),
    "profiles/visibility/fields/startup.py": (
        '    Field("team_size", MATCHED, "product", shown=90, reviewed=210, useful=160,\n'
        '          prompt=_("the size of your team")),\n',
        f'    Field("{NEW}", MATCHED, "product", shown=95, reviewed=215, useful=165, filtered="{NEW}",\n'
        '          prompt=_("where your water comes from"), exported=130),\n',
    ),
    "profiles/companies/forms/startup.py": (
        '        group(gettext_lazy("Team"), side_by_side("team_size", "women_led"), "founders"',
        f', "{NEW}"',
    ),
}


def test_a_new_field_is_a_model_a_migration_a_declaration_and_a_layout(tmp_path: Path) -> None:
    """The two translations come on top; new_field.py sees that everything else follows."""
    for path in files():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for name, (after, new) in EDITS.items():
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert text.count(after) == 1
        (tmp_path / name).write_text(text.replace(after, after + new), encoding="utf-8")
    variables = {
        **os.environ,
        "CORRIDOR_VAR": str(tmp_path / "var"),
        "CORRIDOR_DEMO": "1",
        "PYTHONPATH": "scripts",
    }
    variables.pop("DATABASE_URL", None)

    def run(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-B", *command], cwd=tmp_path, env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    run("manage.py", "makemigrations", "profiles", "--name", NEW, "--verbosity", "0")
    touched = {
        str(path.relative_to(tmp_path))
        for path in tmp_path.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "var" not in path.relative_to(tmp_path).parts
        if before.get(path) != path.read_bytes()
    }
    migration = next(name for name in touched if "/migrations/" in name)
    assert touched == {*EDITS, migration}
    run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "tests/house/new_field.py",
    )  # fmt: skip
