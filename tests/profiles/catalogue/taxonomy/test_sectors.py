"""The tree of sectors as curators change it: each change, its preview, its undo, and a file."""

import csv
import io
from collections import Counter

import pytest
from django.apps import apps

from matchmaker.models.ranking import RankingRun
from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.forms import NOBODY
from profiles.catalogue.taxonomy.selectors import sectors as selector
from profiles.catalogue.taxonomy.selectors.mentions import read
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.catalogue.taxonomy.selectors.tree_file import COLUMNS, read_tree, tree_file
from profiles.catalogue.taxonomy.uses import USES
from profiles.choices import SectorAct
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, Sector, SectorChange, SectorRelation, Startup
from profiles.platform.changes.services import ChangedMeanwhileError
from tests.factories import MOMENT, make_investor, make_startup
from tests.racing import at_once, kinds

ADD, RENAME, MOVE, MERGE, RETIRE, RELATE = SectorAct
PAGE = "/desk/taxonomy/"


def sector(code: str) -> Sector:
    return Sector.objects.get(code=code)


def rename(code: str, **names: str) -> Wanted:
    return Wanted(RENAME, code, values=names)


@pytest.fixture
def change(sana):
    """Change the tree as Sana, a curator."""
    return lambda *wanted, **named: taxonomy.change(Wanted(*wanted, **named), by=sana, at=MOMENT)


@pytest.fixture
def undo(sana):
    return lambda done: taxonomy.undo(done, by=sana, at=MOMENT)


def named_by(startup, investor):
    """Return everything in which the two name sectors, by code."""
    thesis = investor.theses.get()
    startup.refresh_from_db()
    codes = lambda found: sorted(found.values_list("code", flat=True))  # noqa: E731
    deal = investor.deals.select_related("sector").get()
    main = startup.primary_sector.code
    return (
        main,
        codes(startup.other_sectors),
        codes(thesis.sectors),
        codes(thesis.sectors_out),
        deal.sector.code,
    )


@pytest.fixture
def both(db):
    """A startup and an investor that name AGR01 everywhere, and ENE05 here and there as well."""
    old, new = sector("AGR01"), sector("ENE05")
    startup, investor = make_startup("Both", primary_sector=old), make_investor()
    startup.other_sectors.set([old, new])
    thesis = investor.theses.get()
    thesis.sectors.set([old, new])
    thesis.sectors_out.set([old])
    investor.deals.create(startup=startup, sector=old, closed_on=MOMENT.date())
    return startup, investor


# --- Each change --------------------------------------------------------------------------------------------


def test_a_rename_keeps_the_code_and_is_on_record(change):
    change(RENAME, "AGR01", values={"name_en": "Water-smart farming"})

    assert sector("AGR01").name_en == "Water-smart farming"
    assert AuditRecord.objects.get().details["after"] == {"name_en": "Water-smart farming"}
    assert not RankingRun.objects.exists()


def test_a_new_field_gets_the_next_code(change):
    made = change(ADD, other="AGR", values={"name_en": "Beekeeping"}).sector

    assert (made.code, made.parent) == ("AGR10", sector("AGR"))


def test_a_synonym_is_read_in_descriptions(change):
    assert read(["We breed silkworms in Hunza"]) == []
    change(RENAME, "AGR01", values={"aliases": "silkworms\n养蚕\nریشم کے کیڑے"})

    assert [each.codes for each in read(["We breed silkworms"])] == [("AGR01",)]
    assert [each.codes for each in read(["我们养蚕"])] == [("AGR01",)]


def test_a_merge_moves_everything_that_named_the_sector(both, change):
    done = change(MERGE, "AGR01", "ENE05")

    assert named_by(*both) == ("ENE05", ["ENE05"], ["ENE05"], ["ENE05"], "ENE05")
    assert done.profiles == 2
    assert (sector("AGR01").is_active, sector("AGR01").merged_into) == (False, sector("ENE05"))
    assert RankingRun.objects.get().reason == "The sectors have changed"


def test_a_merge_is_undone_as_if_it_had_never_been(both, change, undo):
    relations = set(SectorRelation.objects.values_list("first", "second", "similarity"))
    before, tree = named_by(*both), tree_file()
    undo(change(MERGE, "AGR01", "ENE05"))

    assert (named_by(*both), tree_file()) == (before, tree)
    assert set(SectorRelation.objects.values_list("first", "second", "similarity")) == relations


def test_who_chose_anew_since_a_merge_keeps_that(both, change, undo, as_user, sana):
    other = make_startup("Other", primary_sector=sector("AGR01"))
    done = change(MERGE, "AGR01", "ENE05")
    Startup.objects.filter(pk=other.pk).update(primary_sector=sector("FIN01"))

    page = as_user(sana).get(f"{PAGE}changes/{done.pk}/undo/")
    undo(done)

    other.refresh_from_db()
    assert page.context["returning"]["startup"] == (2, 1)
    assert (other.primary_sector.code, named_by(*both)[0]) == ("FIN01", "AGR01")


def test_touched_profiles_are_ranked_again(sana):
    startup = make_startup("Named", primary_sector=sector("AGR01"), changed_at=MOMENT)
    later = MOMENT.replace(hour=12)
    taxonomy.change(Wanted(MERGE, "AGR01", "AGR02"), by=sana, at=later)
    assert Startup.objects.get(pk=startup.pk).changed_at == later


def test_a_sector_moves_and_comes_back(change, undo):
    done = change(MOVE, "AGR01", "ENE")
    assert sector("AGR01").parent == sector("ENE")
    undo(done)
    assert sector("AGR01").parent == sector("AGR")


def test_a_retired_sector_stays_with_those_that_have_it(change, undo, as_user, sana):
    startup = make_startup("Named", primary_sector=sector("AGR01"))
    done = change(RETIRE, "AGR01")
    startup.refresh_from_db()
    assert (startup.primary_sector.code, selector.active().filter(code="AGR01").exists()) == ("AGR01", False)
    assert "AGR01" in as_user(sana).get(PAGE).content.decode()
    undo(done)
    assert sector("AGR01").is_active


def test_a_relation_is_set_changed_ended_and_undone(change, undo):
    first = change(RELATE, "AGR01", "EDU01", {"similarity": 0.5})
    second = change(RELATE, "EDU01", "AGR01", {"similarity": 0.9})
    assert selector.relations_of(sector("AGR01"))[0] == (sector("EDU01"), 0.9)
    with pytest.raises(taxonomy.ChangeRefusedError, match="A later change depends on it"):
        undo(first)
    undo(second)
    assert (sector("EDU01"), 0.5) in selector.relations_of(sector("AGR01"))
    undo(first)
    assert sector("EDU01") not in dict(selector.relations_of(sector("AGR01")))


def test_what_the_tree_does_not_allow_is_refused(sana):
    tree = tree_file()
    for wanted, words in (
        (Wanted(MERGE, "AGR01", "AGR01"), "Choose another"),
        (Wanted(MERGE, "AGR01", "AGR"), "a sub-sector into a sub-sector"),
        (Wanted(MERGE, "AGR", "AGR01"), "a sub-sector into a sub-sector"),
        (Wanted(MERGE, "AGR01", "nothing"), "other sector is no longer in use"),
        (Wanted(MOVE, "AGR01", "AGR"), "already has this parent"),
        (Wanted(MOVE, "AGR01", "FIN01"), "top-level"),
        (Wanted(MOVE, "AGR", "FIN"), "must stay at the top level"),
        (Wanted(RETIRE, "AGR"), "sub-sectors first"),
        (Wanted(RENAME, "nothing", values={"name_en": "x"}), "no longer in use"),
        (Wanted(ADD, other="AGR01", values={"name_en": "x"}), "top-level"),
        (Wanted(ADD, "AGR01", values={"name_en": "x"}), "with this code already exists"),
        (Wanted(ADD, values={"name_en": "Fintech"}), "already has this name"),
    ):
        with pytest.raises(taxonomy.ChangeRefusedError, match=words):
            taxonomy.change(wanted, by=sana, at=MOMENT)
        assert (tree_file(), SectorChange.objects.count()) == (tree, 0)


def test_a_retired_sector_takes_nothing_in(change):
    change(MERGE, "AGR01", "AGR02")
    with pytest.raises(taxonomy.ChangeRefusedError):
        change(MERGE, "AGR03", "AGR01")


def test_only_curators_change_the_tree(ayesha, change):
    done = change(MOVE, "AGR01", "ENE")
    for act in (
        lambda: taxonomy.change(rename("AGR02", name_en="x"), by=ayesha, at=MOMENT),
        lambda: taxonomy.undo(done, by=ayesha, at=MOMENT),
    ):
        with pytest.raises(NotACuratorError):
            act()


# --- What builds on a change --------------------------------------------------------------------------------


def test_a_change_on_which_a_later_one_builds_is_undone_after_it(sana):
    for first, then in (
        (Wanted(MERGE, "AGR01", "ENE05"), Wanted(MERGE, "ENE05", "ENE06")),
        (Wanted(MERGE, "AGR01", "ENE05"), Wanted(RETIRE, "ENE05")),
        (Wanted(MERGE, "AGR01", "ENE05"), Wanted(MERGE, "AGR02", "ENE05")),
        (Wanted(MOVE, "AGR01", "ENE"), Wanted(MOVE, "AGR01", "FIN")),
        (Wanted(MOVE, "AGR01", "ENE"), Wanted(MERGE, "AGR", "FIN")),
        (Wanted(MOVE, "AGR01", ""), Wanted(MOVE, "AGR02", "AGR01")),
        (Wanted(RENAME, "AGR01", values={"name_en": "A"}), Wanted(RENAME, "AGR01", values={"name_en": "B"})),
        (Wanted(ADD, "NEW", values={"name_en": "New"}), Wanted(MOVE, "AGR01", "NEW")),
    ):
        tree = tree_file()
        early, late = (taxonomy.change(wanted, by=sana, at=MOMENT) for wanted in (first, then))

        with pytest.raises(taxonomy.ChangeRefusedError, match="A later change depends on it"):
            taxonomy.undo(early, by=sana, at=MOMENT)
        for done in (late, early):
            taxonomy.undo(done, by=sana, at=MOMENT)

        old = lambda text: [row for row in csv.DictReader(io.StringIO(text)) if row["code"] != "NEW"]  # noqa: E731
        assert old(tree_file()) == old(tree)


def test_a_change_beside_it_keeps_nothing_from_being_undone(sana):
    for first, then in (
        (Wanted(MERGE, "AGR01", "ENE05"), Wanted(RENAME, "ENE05", values={"name_en": "Sun"})),
        (Wanted(MOVE, "AGR01", "ENE"), Wanted(ADD, other="ENE", values={"name_en": "Fusion"})),
        (Wanted(MOVE, "AGR01", "ENE"), Wanted(RENAME, "AGR01", values={"name_ur": "پانی"})),
    ):
        early, _late = (taxonomy.change(wanted, by=sana, at=MOMENT) for wanted in (first, then))
        taxonomy.undo(early, by=sana, at=MOMENT)
        assert SectorChange.objects.get(pk=early.pk).undone_by == sana


def test_nothing_is_undone_twice(change, undo):
    done = change(MOVE, "AGR01", "ENE")
    undo(done)
    with pytest.raises(taxonomy.ChangeRefusedError, match="already been undone"):
        undo(done)


def test_a_new_sector_that_somebody_names_stays(change, undo):
    done = change(ADD, other="AGR", values={"name_en": "Beekeeping"})
    make_startup("Bees", primary_sector=done.sector)
    with pytest.raises(taxonomy.ChangeRefusedError, match="profiles, pilots or programmes use it"):
        undo(done)


# --- Whatever names a sector --------------------------------------------------------------------------------


# The tree itself, and what the ranking reads in descriptions, which it reads again.
NOT_USES = {
    "profiles.Sector", "profiles.SectorRelation", "profiles.SectorChange", "matchmaker.SectorVector",
    "matchmaker.InferredSector", "matchmaker.ThesisInferredSector",
}  # fmt: skip


def test_every_column_that_names_a_sector_is_known_to_a_merge():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.related_model is Sector and model._meta.label not in NOT_USES
    }
    assert {use.name for use in USES} == columns


# --- Pages --------------------------------------------------------------------------------------------------


def test_a_preview_says_what_a_change_touches_and_writes_nothing(both, desk):
    tree = tree_file()
    response = desk.post(f"{PAGE}AGR01/merge/", {"other": "ENE05", "preview": "1"})

    assert response.context["preview"].rows == {"startup": 1, "thesis": 1, "deal": 1} | dict.fromkeys(
        ("pilot", "programme", "card"), 0
    )
    response = desk.post(f"{PAGE}MED01/move/", {"other": "ENE", "preview": "1"})
    assert [check.code for check in response.context["preview"].checks] == ["GOV-CN-04", "GOV-PK-07"]
    assert (tree_file(), SectorChange.objects.count()) == (tree, 0)


def test_lines_that_end_as_a_browser_ends_them_are_no_change(as_user, sana):
    Sector.objects.filter(code="AGR01").update(aliases="drip\nsprinkler")
    stored = sector("AGR01")
    names = {name: getattr(stored, name) for name in ("name_ur", "name_zh")}
    sent = names | {"name_en": "Water-smart farming", "aliases": "drip\r\nsprinkler"}
    as_user(sana).post(f"{PAGE}AGR01/", sent)
    assert SectorChange.objects.get().after == {"name_en": "Water-smart farming"}
    assert sector("AGR01").aliases == "drip\nsprinkler"


def test_a_preview_stands_where_its_address_leads_and_a_merge_only_after_it(desk):
    for act, other, button in (
        ("move", "ENE", "Move"),
        ("merge", "ENE05", "Merge and retire"),
        ("merge", NOBODY, "Retire"),
    ):
        looked_at = desk.get(f"{PAGE}AGR01/").text
        assert "Merge and retire\n" not in looked_at
        assert f'action="{PAGE}AGR01/{act}/#{act}"' in looked_at
        page = desk.post(f"{PAGE}AGR01/{act}/", {"other": other, "preview": "1"}).text
        part = page[page.index(f'id="{act}"') :]
        after = part[part.index('id="preview"') :] if act == "merge" else part
        assert (page.count('id="preview"'), button in after) == (1, True)


@pytest.mark.parametrize(
    ("act", "sent", "then"),
    [
        ("move", {"other": "ENE"}, lambda found: found.parent.code == "ENE"),
        ("move", {"other": NOBODY}, lambda found: found.parent is None),
        ("merge", {"other": "ENE05"}, lambda found: found.merged_into.code == "ENE05"),
        ("merge", {"other": NOBODY}, lambda found: not found.is_active and found.merged_into is None),
        (
            "relate",
            {"other": "ENE05", "similarity": "0.9"},
            lambda found: selector.relations_of(found)[0][1] == 0.9,
        ),
    ],
)
def test_a_curator_changes_a_sector_and_undoes_it_by_hand(act, sent, then, as_user, sana):
    client, tree = as_user(sana), tree_file()
    response = client.post(f"{PAGE}AGR01/{act}/", sent, follow=True)

    assert (response.redirect_chain, then(sector("AGR01"))) == ([(f"{PAGE}changes/", 302)], True)
    done = SectorChange.objects.get()
    assert f'href="{PAGE}changes/{done.pk}/undo/"' in response.content.decode()
    assert client.post(f"{PAGE}changes/{done.pk}/undo/").status_code == 302
    assert tree_file() == tree
    assert client.post(f"{PAGE}changes/{done.pk}/undo/").status_code == 422


def test_what_the_tree_refuses_is_said_beside_the_form(as_user, sana):
    response = as_user(sana).post(f"{PAGE}AGR/merge/", {"other": NOBODY})
    assert (response.status_code, response.context["merge_form"].non_field_errors()) == (
        422, ["Move, merge or retire its sub-sectors first."],
    )  # fmt: skip


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}changes/", f"{PAGE}AGR/"])
def test_pages_take_the_same_queries_for_one_change_and_three(page, desk, change, same_queries):
    for number in range(3):
        change(ADD, other="AGR", values={"name_en": f"New {number}"})
        change(RENAME, "AGR", values={"name_ur": f"نام {number}"})
        with same_queries():
            assert desk.get(page).status_code == 200


# --- A file of the whole tree -------------------------------------------------------------------------------


def edited(**rows):
    """Return the tree as a file in which some rows differ; None takes a row out, a new code adds one."""
    found = {row["code"]: row for row in csv.DictReader(io.StringIO(tree_file()))}
    for code, cells in rows.items():
        blank = dict.fromkeys(COLUMNS, "") | {"code": code}
        found[code] = None if cells is None else found.get(code, blank) | cells
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(row for row in found.values() if row)
    return out.getvalue()


@pytest.mark.django_db
def test_a_file_that_was_not_changed_changes_nothing():
    assert read_tree(tree_file()) == ([], [])


def test_a_file_adds_moves_renames_merges_and_retires_all_at_once(desk, change):
    text = edited(
        SPC01={"name_en": "Satellites", "parent": "SPC"}, SPC={"name_en": "Space"}, AGR02={"parent": "SPC"},
        AGR03={"name_ur": "نیا", "aliases": "one|two"}, AGR01={"successor": "SPC01"},
        AGR04={"successor": "-"},
    )  # fmt: skip
    shown = desk.post(f"{PAGE}import/", {"text": text})
    assert (len(shown.context["told"]), SectorChange.objects.count()) == (6, 0)

    assert desk.post(f"{PAGE}import/", {"text": text, "apply": "1"}).status_code == 302
    acts = Counter(SectorChange.objects.values_list("act", flat=True))
    assert acts == {"add": 2, "move": 1, "rename": 1, "merge": 1, "retire": 1}
    assert (sector("AGR01").merged_into.code, sector("AGR03").aliases) == ("SPC01", "one\ntwo")
    assert read_tree(tree_file()) == ([], [])


def test_a_file_that_is_wrong_changes_nothing_and_says_where(as_user, sana, change):
    change(MERGE, "AGR02", "AGR03")
    for rows, words in (
        ({"AGR01": None}, "AGR01 is in use but missing from the file"),
        ({"AGR01": {"successor": "XYZ"}}, "The successor XYZ is not an active sector"),
        ({"AGR01": {"successor": "AGR09"}, "AGR09": {"successor": "AGR01"}}, "The successor AGR09"),
        ({"AGR02": {"successor": ""}}, "AGR02 is retired, and its successor is AGR03"),
        ({"AGR01": {"parent": "FIN01"}}, "FIN01 is not a top-level"),
        ({"AGR01": {"name_en": ""}}, "Enter an English name"),
        ({"XYZ": {"name_en": "X", "successor": "AGR01"}}, "XYZ is not known here"),
        ({"bad code": {"name_en": "X"}}, "letters, digits and hyphens"),
    ):
        text = edited(**rows)
        response = as_user(sana).post(f"{PAGE}import/", {"text": text, "apply": "1"})

        assert response.status_code == 422
        assert any(words in problem.text for problem in response.context["read"].problems)
        assert SectorChange.objects.count() == 1


def test_what_is_no_table_is_refused(as_user, sana):
    for text in ("code\n", 'a,"b\n', "code,name_en\nAGR01,x\n"):
        assert as_user(sana).post(f"{PAGE}import/", {"text": text}).status_code == 422


# --- Two curators at once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.vendor("postgresql")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Wanted(MERGE, "AGR01", "AGR02"), Wanted(MERGE, "AGR02", "AGR01")),
        (Wanted(MERGE, "AGR01", "AGR02"), Wanted(RETIRE, "AGR01")),
        (
            Wanted(MOVE, "AGR01", "ENE", seen={"parent": "AGR"}),
            Wanted(MOVE, "AGR01", "FIN", seen={"parent": "AGR"}),
        ),
        (
            Wanted(
                RENAME,
                "AGR01",
                values={"name_en": "A"},
                seen={"name_en": "Smart irrigation and water management"},
            ),
            Wanted(
                RENAME,
                "AGR01",
                values={"name_en": "B"},
                seen={"name_en": "Smart irrigation and water management"},
            ),
        ),
    ],
)
def test_of_two_curators_who_change_one_sector_one_is_refused(one, other, sana, both):
    acts = [lambda each=each: taxonomy.change(each, by=sana, at=MOMENT) for each in (one, other)]
    refused = {taxonomy.ChangeRefusedError.__name__, ChangedMeanwhileError.__name__}

    found = kinds(at_once(*acts))

    assert found[0] == ""
    assert found[1] in refused
    assert SectorChange.objects.count() == 1
