"""Search finds what the reader may see, in any script, and nothing else."""

import csv
import time
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import MessageState, OverrideKind, PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.lab.demo.companies import load, table_rows
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.search import SearchAudience, SearchEntry, SearchTerm, SearchWord
from matchmaker.portal.own_data import services as own_data
from matchmaker.portal.search import services as search
from matchmaker.portal.search.kinds import SEARCH_LIMIT
from matchmaker.portal.search.selectors import query, results, rows
from matchmaker.portal.search.selectors.results import Asked, Search, search_reader
from matchmaker.portal.search.selectors.rows import Piece, marked
from matchmaker.portal.search.words import sound
from profiles import models
from profiles.catalogue.consents import services as consents
from profiles.catalogue.visibility.fields import GROUPS
from profiles.choices import Audience, Purpose, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as curation
from profiles.models.profile import public_id_of
from profiles.platform.limits.services import LIMITS, Kind, Limit
from tests import factories
from tests.factories import any_curator
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.introduced import make_introduction, make_message

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUERIES = Path(__file__).with_name("queries.csv")
HARDWARE = "Hardware and devices"
BREATH = 2.0  # seconds of the processor


@pytest.fixture
def karez(ayesha):
    """Ayesha's startup with names in three scripts, a need, and everything indexed."""
    startup = ayesha.membership.startup
    startup.name_en, startup.name_ur, startup.name_zh = "Paani Paimana", "پانی پیمانہ", "水尺灌溉"
    startup.pitch = "Soil sensors for mango orchards"
    startup.place = models.Place.objects.get(code="PK-PEW")
    startup.save()
    startup.needs.create(type=need_type("hardware"), description="Low-power probes")
    search.index_everything(at=NOW)
    return startup


def need_type(code):
    return models.NeedType.objects.get(code=code)


def found(client, text, **filters):
    """Return the titles of all results, and of conversations after them."""
    context = client.get("/search/", {"q": text, **filters}).context
    return [row.name for row in (*context["rows"], *context["talks"])]


def test_a_company_is_found_by_names_places_and_sectors_in_any_script(li_wei, karez):
    typed = (
        "Paani Paimana", "پانی پیمانہ", "پاني پيمانه", "pani pemana", "PAIMANA", "paymana", "水尺",
        "水尺灌溉",
        "shuichi", "shuichiguangai", "Paani Paimnaa", "mangos", "mengo", "Peshawar", "پشاور", "白沙瓦",
        "Khyber Pakhtunkhwa", "smart irrigation", "智慧灌溉", "drip irigation", "grip irrigation",
    )  # fmt: skip
    for text in typed:
        results = Search(search_reader(li_wei), Asked(text=text)).everything
        assert (text, [result.pk for result in results][:1]) == (text, [karez.pk])


def test_one_word_of_a_chinese_name_finds_what_its_english_name_finds(li_wei, karez):
    """Sectors, needs and synonyms: 智能灌溉与用水管理, 畜牧、乳业与家禽科技."""
    for name, sector in (("Chenab Canals", "AGR01"), ("Sahiwal Milk", "AGR06"), ("Lahore Pay", "FIN01")):
        factories.make_startup(name, primary_sector=models.Sector.objects.get(code=sector))
    search.index_everything(at=NOW)

    def names(text, kind="startup"):
        found = Search(search_reader(li_wei), Asked(text=text)).everything
        return {result.pk for result in found if result.kind == kind}

    assert names("灌溉") == names("智能灌溉") == names("irrigation") != set()
    assert names("乳制品") == names("dairy") != set()
    assert not names("灌溉") & names("乳制品")
    assert names("设备", "need") == names("hardware", "need") == {need.pk for need in karez.needs.all()}


def test_needs_offers_and_pilots_are_found_and_narrowed_by_kind(as_user, li_wei, ayesha, karez):
    investor, hardware = li_wei.membership.investor, need_type("hardware")
    models.Offer.objects.create(investor=investor, type=hardware, description="Cheap probes")
    make_pilot(investor, by=li_wei, title_en="Probes on canals")
    search.index_everything(at=NOW)
    assert found(as_user(li_wei), "probes") == ["Probes on canals", HARDWARE, HARDWARE]  # the own offer too
    assert found(as_user(li_wei), "probes", kind="need") == [HARDWARE]
    assert found(as_user(ayesha), "probes", kind="offer") == [HARDWARE]
    assert found(as_user(ayesha), "probes", kind="pilot") == ["Probes on canals"]
    assert found(as_user(ayesha), "probes", kind="nonsense") == found(as_user(ayesha), "probes")


def test_results_are_narrowed_by_sector_place_and_stage(as_user, li_wei, karez):
    factories.make_startup("Paani Bank", primary_sector=models.Sector.objects.get(code="FIN01"))
    search.index_everything(at=NOW)
    client = as_user(li_wei)
    assert set(found(client, "paani")) == {"Paani Bank", "Paani Paimana"}
    assert found(client, "paani", sector="FIN") == ["Paani Bank"]
    assert found(client, "paani", place="PK-KP") == ["Paani Paimana"]
    assert found(client, "paani", sector="FIN", place="PK-KP") == []
    nothing = client.get("/search/?q=paani&sector=FIN&place=PK-KP").content.decode()
    assert "No results match these filters" in nothing
    assert len(found(client, "paani", stage="seed", sector="no-such")) == 2


def test_an_edit_is_found_at_once_and_what_it_replaced_no_more(as_user, li_wei, ayesha, karez):
    client = as_user(li_wei)
    companies.edit(karez, changes={"pitch": "Satellites for zaitoon groves"}, by=any_curator(), at=NOW)
    assert found(client, "satellites") == found(client, "zaiton") == ["Paani Paimana"]
    assert found(client, "orchards") == []


def test_curators_find_every_state_by_number_and_mail_and_members_do_not(as_user, sana, li_wei, karez):
    models.Startup.objects.filter(pk=karez.pk).update(
        registration_number="SECP-445566", contact_email="kontakt@qanat.example", status=Status.SUSPENDED
    )
    search.index_everything(at=NOW)
    for text in ("SECP-445566", "445566", "kontakt@qanat.example"):
        assert found(as_user(sana), text) == ["Paani Paimana"]
        assert found(as_user(li_wei), text) == []
    page = as_user(sana).get("/search/?q=445566").content.decode()
    assert all(words in page for words in ("Suspended", "SECP-445566"))


def test_an_edit_writes_what_differs_and_no_more(ayesha, karez):
    before = set(SearchTerm.objects.values_list("pk", flat=True))
    search.index_profile(side=Side.STARTUP, pk=karez.pk, at=NOW)
    assert set(SearchTerm.objects.values_list("pk", flat=True)) == before
    companies.edit(karez, changes={"pitch": "Soil sensors for zaitoon orchards"}, by=any_curator(), at=NOW)
    after = set(SearchTerm.objects.values_list("pk", flat=True))
    assert set(SearchTerm.objects.filter(pk__in=after - before).values_list("term", flat=True)) == {"zaitoon"}
    assert len(before - after) == 1
    assert not SearchWord.objects.filter(term="mango").exists()


def test_what_an_import_still_writes_is_indexed_by_the_worker_once_all_is_in(as_user, sana):
    run = models.ImportRun.objects.create(kind="startups", name="list.csv", by=sana, at=NOW)
    staged = {"name_en": "Nehr Nigraan", "registration_number": "0098-77/21", "changed_at": NOW}
    models.Startup.everything.bulk_create([models.Startup(**staged, staged_in=run)])
    later = NOW + timedelta(minutes=1)
    search.index_everything(at=NOW)
    search.index_profile(side=Side.STARTUP, pk=models.Startup.everything.get().pk, at=NOW)
    assert (search.index_missing(at=later), SearchEntry.objects.count()) == (0, 0)
    models.Startup.everything.update(staged_in=None)
    assert (search.index_missing(at=later), search.index_missing(at=later)) == (1, 0)
    for text in ("nehr nigran", "0098-77/21", "00987721"):
        assert (text, found(as_user(sana), text)) == (text, ["Nehr Nigraan"])
    models.Startup.objects.all().delete()  # as the undo of an import does
    search.count_words(at=later)
    assert not SearchEntry.objects.exists()
    assert not SearchWord.objects.filter(term="nigraan").exists()


def test_of_a_draft_curators_find_names_and_numbers_and_read_no_text(as_user, sana, karez):
    models.Startup.objects.filter(pk=karez.pk).update(
        status=Status.DRAFT, registration_number="SECP-445566", contact_name="Gul Makai", founders="Zarghoona"
    )
    search.index_everything(at=NOW)
    client = as_user(sana)
    for text in ("Paimana", "پانی پیمانہ", "445566", "Gul Makai"):
        assert (text, found(client, text)) == (text, ["Paani Paimana"])
    for text in ("orchards", "probes", "Peshawar", "Zarghoona"):
        assert (text, found(client, text)) == (text, [])
    (row,) = client.get("/search/?q=paimana").context["rows"]
    assert row.words == ""
    assert "Paani Paimana" in client.get(row.url).content.decode()


# --- What is hidden is not found ----------------------------------------------------------------------------

GONE = {
    "draft": {"status": Status.DRAFT},
    "suspended": {"status": Status.SUSPENDED},
    "without consent": {"matching_consent": False},
    "stale": {"stale_at": NOW},
}


def test_who_is_off_the_lists_or_without_a_name_is_not_found(as_user, li_wei, ayesha, karez):
    client, before = as_user(li_wei), {name: getattr(karez, name) for each in GONE.values() for name in each}
    for why, fields in GONE.items():
        assert found(client, "paimana")
        models.Startup.objects.filter(pk=karez.pk).update(**fields)
        assert (why, found(client, "paimana"), found(client, "probes")) == (why, [], [])
        models.Startup.objects.filter(pk=karez.pk).update(**before)
    models.User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    assert (found(client, "paimana"), len(found(client, "orchards"))) == ([], 1)
    own_data.erase_company(karez, by=ayesha, at=NOW)
    assert not SearchEntry.objects.filter(startup__isnull=False).exists()
    assert not SearchWord.objects.filter(term__in=["paimana", "水尺", "shuichi"]).exists()


def open_words():
    """Return every word by which others than curators find something, or are corrected."""
    to_all = {"audience__lt": SearchAudience.CURATORS}
    stored = (model.objects.filter(**to_all) for model in (SearchTerm, SearchWord))
    return {term for rows in stored for term in rows.values_list("term", flat=True)}


def test_words_of_who_leaves_the_lists_are_the_curators_at_once(as_user, li_wei, ayesha, sana, karez):
    make_pilot(karez, by=ayesha, title_en="Wells of Paimana")
    search.index_everything(at=NOW)
    gone = {"paimana", "水尺", "shuichi", "orchard", "probe", "well"}
    assert gone <= open_words()
    curation.suspend(karez, message="x", by=sana, at=NOW)
    assert gone.isdisjoint(open_words())
    assert found(as_user(sana), "paimana")[0] == found(as_user(ayesha), "paimana")[0] == "Paani Paimana"
    curation.restore(karez, message="x", by=sana, at=NOW)
    consents.give(karez, purpose=Purpose.MATCHING, by=ayesha, at=NOW)
    assert gone <= open_words()
    consents.withdraw(karez, purpose=Purpose.MATCHING, by=ayesha, at=NOW)
    assert gone.isdisjoint(open_words())


@pytest.mark.parametrize("why", ["suspended", "hidden"])
def test_who_is_off_the_lists_changes_nothing_that_others_find(
    why, as_user, li_wei, sana, karez, monkeypatch
):
    """Its name completes nothing, is no correction, and is not the only word that tells anything."""
    monkeypatch.setattr(query, "SMALL", 5)
    models.Startup.objects.filter(pk=karez.pk).update(summary_en="Canals")
    for at in range(12):
        factories.make_startup(f"Filler {at}", pitch="Common words")
    other = factories.make_startup("Harmless", **GONE.get(why, {}))
    if why == "hidden":
        pair = {"startup": other, "investor": li_wei.membership.investor}
        CuratorOverride.objects.create(**pair, kind=OverrideKind.HIDE, note="x", by=sana)
    client, typed = as_user(li_wei), ("camals", "zyqqotronix canals", "common zyqqotronix", "cam")
    search.index_everything(at=NOW)
    before = [found(client, text) for text in typed]
    assert before[0] == ["Paani Paimana"]
    models.Startup.objects.filter(pk=other.pk).update(name_en="Zyqqotronix Camals")
    search.index_everything(at=NOW)
    assert [found(client, text) for text in typed] == before


def test_who_is_not_seen_pushes_nobody_out(as_user, li_wei, karez, monkeypatch):
    monkeypatch.setattr(results, "MOST_CANDIDATES", 2)
    models.Startup.objects.filter(pk=karez.pk).update(summary_en="Wells in Kalat")
    for _at in range(3):
        passed = factories.make_startup("Kalat Deep Drills")
        pair = (passed, li_wei.membership.investor)
        decisions.pass_on(*pair, side=Side.INVESTOR, reason=PassReason.TEAM, by=li_wei, at=NOW, note="")
    search.index_everything(at=NOW)
    assert found(as_user(li_wei), "kalat deep drills") == ["Paani Paimana"]


def test_a_pair_that_was_passed_or_is_hidden_is_not_found(as_user, li_wei, sana, karez):
    pair = {"startup": karez, "investor": li_wei.membership.investor}
    decisions.pass_on(*pair.values(), side=Side.INVESTOR, reason=PassReason.TEAM, by=li_wei, at=NOW, note="")
    assert found(as_user(li_wei), "paimana") == []
    decisions.undo_pass(*pair.values(), side=Side.INVESTOR, by=li_wei, at=NOW)
    assert found(as_user(li_wei), "paimana")
    CuratorOverride.objects.create(**pair, kind=OverrideKind.HIDE, note="x", by=sana)
    assert found(as_user(li_wei), "paimana") == []


def test_nobody_finds_the_own_side_and_an_unchecked_company_finds_itself_only(as_user, ayesha, li_wei, karez):
    rival = factories.make_founder("rival@example.com", factories.make_startup("Paani Rival"))
    search.index_everything(at=NOW)
    assert found(as_user(rival), "paani") == ["Paani Rival"]
    models.Investor.objects.update(status=Status.SUBMITTED)
    assert found(as_user(li_wei), "paani") == []
    assert found(as_user(li_wei), "pearl river") == ["Pearl River Capital"]


@pytest.mark.parametrize("side", list(Side))
def test_no_word_of_a_hidden_field_finds_anything(side, as_user, ayesha, li_wei):
    """Every free text is a word of its own; a member finds by those words that a page may show."""
    profile = (ayesha if side == Side.STARTUP else li_wei).membership.company
    profile.visibility = {key: group.choices[-1].value for key, group in GROUPS[side].items()}
    words = {}
    for field in profile._meta.concrete_fields:
        if field.get_internal_type() in ("CharField", "TextField", "EmailField", "URLField"):
            if field.choices or field.unique or not field.editable:
                continue
            words[field.name] = f"qanat{field.name.replace('_', '')}"
            shapes = {"EmailField": "{}@example.com", "URLField": "https://{}.example/"}
            value = shapes.get(field.get_internal_type(), "{}").format(words[field.name])
            setattr(profile, field.name, value[: field.max_length])
    profile.save()
    search.index_everything(at=NOW)
    reader = search_reader(li_wei if side == Side.STARTUP else ayesha)
    open_to_all = {name for name, word in words.items() if Search(reader, Asked(text=word)).everything}
    shown = {"pitch", *map("_".join, product(("pitch", "summary"), ("en", "ur", "zh")))}
    of_partners = "legal_name group_name portfolio name_en name_ur name_zh website registry_id"
    own = "licences" if side == Side.STARTUP else of_partners
    assert open_to_all <= shown | set(own.split())
    assert shown <= open_to_all


def test_a_hidden_name_finds_nothing_before_it_is_shown_nor_in_a_pilot(
    as_user, li_wei, ayesha, karez, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make_pilot(karez, by=ayesha, title_en="Paimana on canals")
    client = as_user(li_wei)
    assert set(found(client, "paimana")) == {"Paimana on canals", "Paani Paimana"}
    changes = {"visibility": {"name": Audience.MUTUAL}, "name_en": "Paimana"}
    companies.edit(karez, changes=changes, by=any_curator(), at=NOW)
    for text in ("paimana", "پیمانہ", "水尺", "shuichi", "paimnaa", "paima"):
        assert (text, found(client, text)) == (text, [])
    assert found(client, "orchards") == ["Startup: Smart irrigation and water management, Peshawar"]
    assert found(client, "canals", kind="pilot")


def test_a_group_without_consent_finds_nothing(as_user, li_wei, ayesha, karez):
    changes = {"founders": "Zarghoona Durrani", "visibility": {"founders": Audience.MATCHED}}
    companies.edit(karez, changes=changes, by=any_curator(), at=NOW)
    assert found(as_user(li_wei), "zarghoona") == ["Paani Paimana"]
    given = {"founders": frozenset({Purpose.SHOWING})}
    offered = {"founders": frozenset({Purpose.SHOWING, Purpose.CROSS_BORDER})}
    consents.set_groups(karez, given=given, offered=offered, by=ayesha, at=NOW, withheld_before={})
    assert found(as_user(li_wei), "zarghoona") == []


def test_only_the_own_conversations_are_found_and_only_what_can_be_read(as_user, li_wei, ayesha, karez, sana):
    talk = make_introduction(karez, li_wei.membership.investor, by=ayesha, state=IntroductionState.MUTUAL)
    make_message(talk, Side.STARTUP, by=ayesha, text="The qanat is 40 m deep")
    make_message(talk, Side.STARTUP, by=ayesha, text="A secret dam", state=MessageState.HIDDEN)
    make_message(talk, Side.STARTUP, by=ayesha, text="A waiting weir", state=MessageState.WAITING)
    other = factories.make_partner("other@example.com", factories.make_investor("Other Fund"))
    search.index_everything(at=NOW)
    assert found(as_user(li_wei), "qanat deep") == ["Paani Paimana"]
    assert found(as_user(ayesha), "qanat") == found(as_user(ayesha), "weir") == ["Pearl River Capital"]
    assert found(as_user(li_wei), "weir") == found(as_user(li_wei), "dam") == []
    assert found(as_user(other), "qanat") == found(as_user(sana), "qanat") == []
    assert found(as_user(li_wei), "paimana", kind="conversation") == ["Paani Paimana"]


def test_of_a_long_conversation_the_newest_message_is_shown(as_user, li_wei, ayesha, karez, monkeypatch):
    monkeypatch.setattr(rows, "MOST_TALKS", 2)
    talk = make_introduction(karez, li_wei.membership.investor, by=ayesha, state=IntroductionState.MUTUAL)
    for day in range(3):
        make_message(talk, Side.STARTUP, by=ayesha, text=f"Qanat {day}", at=NOW + timedelta(days=day))
    (shown,) = as_user(li_wei).get("/search/?q=qanat").context["talks"]
    assert shown.words == "Qanat 2"


def test_a_name_shown_after_mutual_interest_finds_the_conversation(as_user, li_wei, ayesha, karez):
    models.Startup.objects.filter(pk=karez.pk).update(visibility={"name": Audience.MUTUAL})
    make_introduction(karez, li_wei.membership.investor, by=ayesha, state=IntroductionState.MUTUAL)
    search.index_everything(at=NOW)
    client = as_user(li_wei)
    assert found(client, "pani pemana") == ["Paani Paimana"]
    assert client.get("/search/?q=paimana").context["rows"] == []


# --- The page -----------------------------------------------------------------------------------------------


def test_what_is_found_is_marked_and_escaped(as_user, li_wei, ayesha, karez):
    companies.edit(karez, changes={"pitch": "<b>Orchards</b> & more"}, by=any_curator(), at=NOW)
    page = as_user(li_wei).get("/search/", {"q": "orchards <script>"}).content.decode()
    assert "&lt;b&gt;<mark>Orchards</mark>&lt;/b&gt; &amp; more" in page
    assert "<script>" not in page.partition("<main")[2]
    assert marked("水尺灌溉", {"水尺"}) == [Piece("水尺", True), Piece("灌溉", False)]
    assert marked("Pānī, پانی!", {"pani", "پانی"}) == [
        Piece("Pānī", True), Piece(", ", False), Piece("پانی", True), Piece("!", False),
    ]  # fmt: skip


def test_typing_shows_the_first_results_and_the_box_works_without_scripts(as_user, li_wei, karez):
    client = as_user(li_wei)
    part = client.get("/search/suggest/?q=paim").content.decode()
    assert f"/matches/{karez.public_id}/" in part
    assert '<span id="search-count" hx-swap-oob="innerHTML">' in part
    assert "<html" not in part
    assert client.get("/search/suggest/?q=").content.decode().strip() == ""
    assert "Nothing found." in client.get("/search/suggest/?q=qqqq").content.decode()
    page = client.get("/search/?q=qqqq").content.decode()
    assert "Try fewer words, another spelling or another script" in page
    assert 'role="search" method="get" action="/search/"' in client.get("/home/").content.decode()
    assert "site-search" not in as_user(None).get("/").content.decode()


def test_results_come_page_by_page(as_user, li_wei):
    for at in range(12):
        factories.make_startup(f"Kisan {at:02}")
    search.index_everything(at=NOW)
    client = as_user(li_wei)
    first, second = found(client, "kisan"), found(client, "kisan", page=2)
    assert (len(first), len(set(first + second))) == (10, 12)
    assert found(client, "kisan", page="x") == first
    assert found(client, "kisan", page=99) == second


@pytest.mark.parametrize("person", ["li_wei", "sana"])
def test_one_and_three_results_take_the_same_queries(person, as_user, request, same_queries):
    client = as_user(request.getfixturevalue(person))
    for count in (1, 2):
        for at in range(count):
            needs, data = factories.make_startup(f"Kisan {count} {at}").needs, need_type("data")
            needs.create(type=data, description="kisan maps")
        search.index_everything(at=NOW)
        found(client, "kisan")
        with same_queries():
            assert len(found(client, "kisan")) == 2 * (count if count == 1 else 3)


def test_a_search_asks_for_nothing_that_it_does_not_show(as_user, li_wei):
    """Neither needs where none is found, nor whole companies of which a conversation shows the name."""
    said = {"by": li_wei, "state": IntroductionState.MUTUAL}
    make_introduction(factories.make_startup("Chenab Maps"), li_wei.membership.investor, **said)
    factories.make_startup("Kisan Maps").needs.create(type=need_type("data"), description="orchards")
    search.index_everything(at=NOW)
    client = as_user(li_wei)
    with CaptureQueriesContext(connection) as asked:
        assert found(client, "kisan maps") == ["Kisan Maps", "Chenab Maps"]
    tables = [query["sql"] for query in asked.captured_queries]
    assert not [sql for sql in tables if 'FROM "profiles_need" ' in sql]
    (talks,) = [sql for sql in tables if 'FROM "matchmaker_introduction"' in sql and "public_id" in sql]
    assert '"profiles_startup"."pitch"' not in talks


STRANGE = (
    "x" * 9000, "灌" * 9000, "\ufdfa" * 500, "a b c d e f g " * 50, "%_\\'\"); drop table --", "🧿🪔",
    "\u202e\u200f\u200c", "e\u0301" * 3000, "1" * 500, "~kz sector:AGR01", "a" + "\u064b" * 5000,
)  # fmt: skip


def test_whatever_is_typed_is_answered_soon(as_user, li_wei, karez):
    client = as_user(li_wei)
    for text in STRANGE:
        begun = time.thread_time()
        for path in ("/search/", "/search/suggest/"):
            answer = client.get(path, {"q": text, "sector": text[:500], "page": text[:50]})
            assert (text[:9], answer.status_code) == (text[:9], 200)
        assert time.thread_time() - begun < BREATH


def test_a_machine_that_types_for_hours_is_stopped(as_user, li_wei, monkeypatch):
    monkeypatch.setitem(LIMITS, SEARCH_LIMIT, {Kind.ACCOUNT: Limit(5, 1)})
    client = as_user(li_wei)
    assert [client.get("/search/?q=a").status_code for _time in range(6)] == [200] * 5 + [429]
    assert client.get("/search/suggest/?q=a").status_code == 429


def test_a_word_that_everybody_has_tells_nothing_beside_a_rare_one(as_user, li_wei, monkeypatch):
    monkeypatch.setattr(query, "SMALL", 5)
    for at in range(12):
        factories.make_startup(f"Common {at}", pitch="Common words")
    factories.make_startup("Common Karez", pitch="Common words")
    search.index_everything(at=NOW)
    assert found(as_user(li_wei), "common karez") == ["Common Karez"]
    assert len(found(as_user(li_wei), "common")) == 10  # alone it is taken at its word


# --- Quality ------------------------------------------------------------------------------------------------


def test_people_find_what_they_mean_among_the_demonstrations_companies(settings, sana):
    """A row: what is typed, on which side, and who is meant. `unseen`: written before any code."""
    settings.DEMO = True
    load(at=NOW)
    search.index_everything(at=NOW)
    names = {}
    for side in Side:
        by_id = {public_id_of(side, row["slug"]): row["slug"] for row in table_rows(f"demo_{side}s")}
        rows = models.SIDES[side]._default_manager.values_list("pk", "public_id")
        names |= {(side, pk): by_id.get(public_id, "") for pk, public_id in rows}
    with QUERIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    figures = {}
    reader = search_reader(sana)
    for row in rows:
        results = Search(reader, Asked(text=row["query"], side=row["reads"].removesuffix("s"))).filtered
        told = list(dict.fromkeys(names[found.company] for found in results))
        meant = row["expected"].split()
        share = sum(name in meant for name in told[: len(meant)]) / len(meant)
        figures.setdefault(row["set"], []).append((bool(told) and told[0] in meant, share))
    assert len(rows) >= 80
    assert 3 * len(figures["unseen"]) >= len(rows)
    for measured in figures.values():
        first, share = (sum(column) / len(measured) for column in zip(*measured, strict=True))
        assert (first >= 0.95, share >= 0.95) == (True, True)


def test_a_name_sounds_alike_in_latin_and_urdu_letters():
    for latin, urdu in (("shamsi", "شمسی"), ("kashmir", "کشمیر"), ("chashma", "چشمہ"), ("khan", "خان")):
        assert sound(latin) == sound(urdu) != ""
