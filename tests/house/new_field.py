"""What holds for a field that was only declared: test_catalogue.py runs this in a copy that has one more."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from matchmaker.choices import Side
from matchmaker.matches.forms import filters_of, search_query_of
from matchmaker.matches.selectors.listing import MatchesPage, matches_page
from matchmaker.matches.selectors.member import member_of
from profiles.admin.companies import StartupResource
from profiles.companies.forms.startup import ProductForm
from profiles.companies.selectors.status import completeness
from profiles.companies.services import companies
from profiles.curation.selectors.reviews import reviewed_fields
from profiles.imports.columns import columns_of
from profiles.models import Startup, User
from profiles.taxonomy.selectors.term_tree import all_terms
from profiles.visibility import preview
from profiles.visibility.access import Viewer, see
from profiles.visibility.facts import facts_of
from tests import factories
from tests.matchmaker import lists

NAME = "water_source"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stated(startup: Startup, ayesha: User) -> Startup:
    return companies.edit(startup, changes={NAME: "b2b"}, by=ayesha, at=factories.MOMENT)


def test_its_owner_is_asked_for_it(startup: Startup) -> None:
    form = ProductForm(instance=startup)
    assert str(form.fields[NAME].label) == "Water source"
    assert (NAME, "where your water comes from", "product") in {
        (item.field, str(item.label), item.step) for item in completeness(startup).missing
    }


def test_its_page_draws_it(as_user: object, ayesha: User, startup: Startup) -> None:
    client: Client = as_user(ayesha)  # type: ignore[operator]
    assert f'name="{NAME}"' in client.get(reverse("startup_edit", args=["product"])).content.decode()


def test_the_other_side_and_the_curator_read_it(stated: Startup) -> None:
    seen = see(stated, Viewer(user_id=1, role="investor", investor_id=10**6, is_checked=True))
    told = {fact.label: fact.value for fact in facts_of(seen, Side.STARTUP, all_terms())}
    shown = {row.label: row.value for row in preview.rows(stated, state=preview.PreviewState.CHECKED)}
    read = {field.name: field.value for field in reviewed_fields(stated)}
    assert (told["Water source"], shown["water source"], read[NAME]) == ("Sells to businesses",) * 3


def test_a_file_brings_it_and_an_export_takes_it(tmp_path: Path) -> None:
    assert NAME in {column.name for column in columns_of("startups")}
    path = tmp_path / "one.csv"
    path.write_text(f"name_en,{NAME}\nSpring Works,b2g\n", encoding="utf-8")
    call_command("import_profiles", "startups", str(path), verbosity=0)
    exported = list(csv.DictReader(io.StringIO(StartupResource().export().csv)))
    assert [(row["name_en"], row[NAME]) for row in exported] == [("Spring Works", "b2g")]


@pytest.mark.parametrize("view", ["", "plain"])
def test_lists_are_filtered_by_it(stated: Startup, li_wei: User, view: str) -> None:
    other = factories.make_startup("Other")
    investor = li_wei.membership.investor
    thesis = investor.theses.get().pk
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(row.pk, thesis) for row in (stated, other)])
    member = member_of(li_wei)
    assert member

    def page(query: str) -> MatchesPage:
        return matches_page(member, search_query_of(QueryDict(f"view={view}&{query}")))

    select = next(select for select in filters_of(page("")) if select.name == NAME)
    assert (select.label, [choice.code for choice in select.choices]) == (
        capfirst("water source"),
        ["", "b2b"],
    )
    assert [card.name for card in page(f"{NAME}=b2b").cards] == [stated.name]
    assert page(f"{NAME}=b2c").cards == ()
