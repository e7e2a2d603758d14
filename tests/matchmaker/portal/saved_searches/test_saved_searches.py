"""Saved searches: one's own, with a mark for what is new, a notice and a line in the digest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.digests import services as digests
from matchmaker.models.search import SavedSearch
from matchmaker.portal.own_data import services as own_data
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.saved_searches import services
from matchmaker.portal.search import services as search
from profiles.choices import Rhythm
from profiles.models import Membership, Notice, OutboxMail
from profiles.platform.notifications import services as notifications
from tests import factories
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)
PUMPS = {"name": "Pumps", "page": "search", "query": "q=pumps&kind=startup&nonsense=1&sector="}


@pytest.fixture
def saved(as_user, li_wei):
    """Li Wei's search for pumps, which finds one."""
    factories.make_startup("Sutlej Pumps")
    search.index_everything(at=NOW)
    answer = as_user(li_wei).post("/saved-searches/save/", PUMPS, follow=True)
    assert "The search has been saved." in answer.content.decode()
    return SavedSearch.objects.get()


def new_pumps(name):
    factories.make_startup(name)
    search.index_everything(at=NOW)


def test_filters_are_kept_and_nothing_else(saved, as_user, li_wei):
    assert (saved.query, len(saved.known), saved.fresh) == ("q=pumps&kind=startup", 1, [])
    client = as_user(li_wei)
    answer = client.post(f"/saved-searches/{saved.pk}/open/", follow=True)
    assert answer.redirect_chain == [("/search/?q=pumps&kind=startup", 302)]
    assert [row.name for row in answer.context["rows"]] == ["Sutlej Pumps"]


def test_what_is_new_is_marked_until_its_person_looks_and_told_once(saved, li_wei, partner):
    new_pumps("Ravi Pumps")
    assert services.check_due(at=NOW + HOUR / 2) == 0  # once an hour
    assert services.check_due(at=NOW + 2 * HOUR) == 1
    assert services.check_due(at=NOW + 4 * HOUR) == 0
    assert Notice.objects.filter(user=li_wei, kind="saved_search").count() == 1
    assert "1 new result" in partner.get("/saved-searches/").content.decode()
    partner.post(f"/saved-searches/{saved.pk}/open/")
    assert "1 new result" not in partner.get("/saved-searches/").content.decode()
    new_pumps("Indus Pumps")
    assert services.check_due(at=timezone.now() + 8 * HOUR) == 1
    assert Notice.objects.filter(user=li_wei, kind="saved_search").count() == 2


def test_somebody_who_leaves_the_results_is_not_new_nor_told_of(saved, li_wei):
    new_pumps("Ravi Pumps")
    services.check_due(at=NOW + 2 * HOUR)
    factories.Startup.objects.filter(name_en="Ravi Pumps").update(matching_consent=False)
    services.check_due(at=NOW + 4 * HOUR)
    assert SavedSearch.objects.get().fresh == []


def test_the_digest_has_a_line_and_can_be_switched_off(saved, li_wei):
    new_pumps("Ravi Pumps")
    thesis = li_wei.membership.investor.theses.get()
    listed = factories.Startup.objects.get(name_en="Sutlej Pumps")
    lists.store(Side.INVESTOR, li_wei.membership.investor_id, [lists.entry(listed.pk, thesis.pk)])
    services.check_due(at=NOW + 2 * HOUR)
    assert digests.send_due_digests(at=NOW + 3 * HOUR) == 1
    mail = OutboxMail.objects.get(kind="new_matches").body
    assert "Saved search “Pumps”: 1 new result" in mail
    assert "Ravi" not in mail
    notifications.choose(li_wei, rhythms={"matches": Rhythm.OFF})
    assert digests.send_due_digests(at=NOW + timedelta(days=30)) == 0


def test_the_recommended_list_with_its_filters_is_kept_too(as_user, li_wei):
    investor = li_wei.membership.investor
    startups = [factories.make_startup(f"Startup {at}") for at in range(2)]
    thesis = investor.theses.get()
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(startups[0].pk, thesis.pk)])
    page = as_user(li_wei).get("/matches/?stage=seed").content.decode()
    assert '<input type="hidden" name="query" value="stage=seed">' in page
    as_user(li_wei).post("/saved-searches/save/", {"name": "Seed", "page": "matches", "query": "stage=seed"})
    assert SavedSearch.objects.get().known == [startups[0].public_id]
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(one.pk, thesis.pk) for one in startups])
    services.check_due(at=NOW + 2 * HOUR)
    assert SavedSearch.objects.get().fresh == [startups[1].public_id]


def test_twenty_a_person_each_with_a_name_of_its_own(saved, li_wei, partner):
    assert (
        "another saved search with this name"
        in partner.post("/saved-searches/save/", PUMPS, follow=True).content.decode()
    )
    assert (
        "Give the search a name."
        in partner.post("/saved-searches/save/", {**PUMPS, "name": " "}, follow=True).content.decode()
    )
    SavedSearch.objects.bulk_create(
        SavedSearch(user=li_wei, name=f"S{at}", page="search") for at in range(19)
    )
    answer = partner.post("/saved-searches/save/", {**PUMPS, "name": "One more"}, follow=True)
    assert "You have 20 saved searches." in answer.content.decode()
    assert SavedSearch.objects.count() == 20


def test_it_is_renamed_and_deleted_by_its_person_only(saved, as_user, li_wei, ayesha, sana):
    colleague = factories.make_user("colleague@example.com", "investor")
    Membership.objects.create(user=colleague, investor=li_wei.membership.investor)
    for other in (ayesha, sana, colleague):
        client = as_user(other)
        for act in ("open", "rename", "delete"):
            assert client.post(f"/saved-searches/{saved.pk}/{act}/", {"name": "Mine"}).status_code == 404
    assert "Pumps" not in as_user(colleague).get("/saved-searches/").content.decode()
    client = as_user(li_wei)
    client.post(f"/saved-searches/{saved.pk}/rename/", {"name": "Water pumps"})
    assert SavedSearch.objects.get().name == "Water pumps"
    client.post(f"/saved-searches/{saved.pk}/delete/")
    assert not SavedSearch.objects.exists()


def test_it_is_in_the_copy_of_its_person_and_goes_with_the_account(saved, li_wei, ayesha):
    assert copy_for(li_wei)["matchmaker.SavedSearch"][0]["name"] == "Pumps"
    assert "matchmaker.SavedSearch" not in copy_for(ayesha)
    colleague = factories.make_user("colleague@example.com", "investor")
    Membership.objects.create(user=colleague, investor=li_wei.membership.investor, is_owner=True)
    own_data.erase_account(li_wei, at=NOW)
    assert not SavedSearch.objects.exists()


def test_one_and_three_take_the_same_queries(saved, li_wei, partner, same_queries):
    partner.get("/saved-searches/")
    with same_queries():
        partner.get("/saved-searches/")
    for at in range(2):
        SavedSearch.objects.create(user=li_wei, name=f"S{at}", page="search", fresh=["startup-1"])
    with same_queries():
        partner.get("/saved-searches/")


def test_what_was_chosen_is_named_in_the_language_of_the_reader(as_user, li_wei):
    thesis = li_wei.membership.investor.theses.get()
    for name, page, query in (
        ("A", "matches", f"sector=AGR&sort=mine&thesis={thesis.pk}"),
        ("B", "search", "q=pumps&kind=startup&sector=AGR"),
        ("C", "matches", "sector=GONE"),
    ):
        SavedSearch.objects.create(user=li_wei, name=name, page=page, query=query)
    told = [row.told for row in as_user(li_wei).get("/saved-searches/").context["rows"]]
    assert told == [
        f"Agritech and food · sorted by fit for us · {thesis.name}",
        "“pumps” · Startup · Agritech and food",
        "",
    ]
    client = as_user(li_wei)
    client.cookies["django_language"] = "zh-hans"
    assert "AGR" not in str([row.told for row in client.get("/saved-searches/").context["rows"]])
