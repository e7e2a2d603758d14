"""Working through a list from one match page to the next, and acting on the way."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.models.pair_action import CuratorOverride, Pass, ShortlistEntry
from profiles.models import Sector, Startup
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db
ON_LIST = re.compile(r'<h2[^>]*>\s*<a href="/matches/([a-z0-9]{12})/')
BUTTON = re.compile(r'rel="(prev|next)"\s+data-key="[jk]"\s+href="/matches/([a-z0-9]{12})/([^"]*)"')
REASON = {"reason": PassReason.STAGE.value}


@pytest.fixture
def names(li_wei):
    """Twelve startups on Li Wei's list, in its order; a page has ten. The third works in another field."""
    ranked.rank_whole()
    investor = li_wei.membership.investor
    rows = [factories.make_startup(f"{name} Farms") for name in "LAKBJCIDHEGF"]
    rows[2].primary_sector = Sector.objects.get(code="HLT01")
    rows[2].save()
    thesis = investor.theses.get()
    stored = lists.store(Side.INVESTOR, investor.pk, [lists.entry(row.pk, thesis.pk) for row in rows])
    stored.computed_at = timezone.now()
    stored.save()
    return {row.public_id: row.name_en[0] for row in rows}


def walk(client, names, query="", path="/matches/"):
    """Return whom the list has on all its pages, and who is met by going on from its first to its last."""
    listed, page = [], 1
    while found := ON_LIST.findall(client.get(f"{path}{query or '?'}&page={page}").content.decode()):
        if found[0] in listed:
            break
        listed, page = [*listed, *found], page + 1
    here, met, back = listed[0], [], []
    referer = f"http://testserver{path}{query}"
    while here:
        links = links_on(client, here, referer)
        met, back, here = [*met, here], [*back, links.get("prev")], links.get("next")
        referer = "http://testserver/matches/000000000000/"
    assert back == [None, *met[:-1]]
    return "".join(names[each] for each in listed), "".join(names[each] for each in met)


def links_on(client, public_id, referer=""):
    """Return where the page of a pair leads to, by "prev" and "next"."""
    page = client.get(reverse("match", args=[public_id]), headers={"Referer": referer})
    return {rel: to for rel, to, _query in BUTTON.findall(page.content.decode())}


def key_of(names, letter):
    return next(public_id for public_id, name in names.items() if name == letter)


def test_next_and_previous_follow_the_list_that_the_reader_came_from(as_user, li_wei, names):
    orders = {"?sort=name": "ABCDEFGHIJKL", "?sector=AGR": "LABJCIDHEGF", "?sector=HLT": "K"}
    for query, order in orders.items():
        assert walk(as_user(li_wei), names, query) == (order, order)


def test_without_scores_they_follow_the_plain_list(as_user, li_wei, names, startup):
    listed, met = walk(as_user(li_wei), {**names, startup.public_id: "Z"}, path="/directory/")
    assert (listed, sorted(met)) == (met, sorted("ABCDEFGHIJKLZ"))


def test_who_went_on_comes_back_to_the_page_where_the_pair_stands_or_to_the_directory(as_user, li_wei, names):
    client = as_user(li_wei)
    links_on(client, key_of(names, "E"), "http://testserver/matches/?sort=best")
    page = client.get(reverse("match", args=[key_of(names, "G")])).content.decode()
    assert 'class="back" href="/matches/?sort=best&amp;page=2"' in page
    assert "11 of 12" in page
    links_on(client, key_of(names, "E"), "http://testserver/directory/?sector=AGR")
    page = client.get(reverse("match", args=[key_of(names, "G")])).content.decode()
    back = page.partition('class="back" href="/directory/?sector=AGR')[2].partition("</a>")[0]
    assert "Directory" in back


def test_who_went_on_to_the_less_likely_comes_back_to_their_page(as_user, li_wei, names):
    client, investor = as_user(li_wei), li_wei.membership.investor
    rows = Startup.objects.filter(public_id__in=names).order_by("pk")
    levels = [lists.GOOD] * 4 + [(0, 0, 255, 110, 0, 0, 0, 0)] * 8
    thesis = investor.theses.get().pk
    entries = [lists.entry(row.pk, thesis, levels=each) for row, each in zip(rows, levels, strict=True)]
    lists.store(Side.INVESTOR, investor.pk, entries)
    links_on(client, key_of(names, "L"), "http://testserver/matches/?sort=best")
    for letter, back in (("B", "?sort=best"), ("J", "?sort=best&amp;less=1")):
        page = client.get(reverse("match", args=[key_of(names, letter)])).content.decode()
        assert f'class="back" href="/matches/{back}"' in page
    page = client.get("/matches/?less=1").content.decode()
    assert ON_LIST.findall(page.replace("h3", "h2"))[0] == key_of(names, "J")


def test_who_was_hidden_meanwhile_is_left_out_of_the_way(as_user, li_wei, names):
    client, investor = as_user(li_wei), li_wei.membership.investor
    assert links_on(client, key_of(names, "L"))["next"] == key_of(names, "A")
    hidden = Startup.objects.get(public_id=key_of(names, "A"))
    CuratorOverride.objects.create(
        startup=hidden, investor=investor, kind=OverrideKind.HIDE, note="A double", by=li_wei
    )
    assert links_on(client, key_of(names, "L"))["next"] == key_of(names, "K")
    assert client.get(reverse("match", args=[hidden.public_id])).status_code == 404


def test_from_a_pair_that_left_the_list_one_goes_on_to_its_first(as_user, li_wei, names, startup):
    client = as_user(li_wei)
    page = client.get(reverse("match", args=[startup.public_id])).content.decode()
    assert [(rel, to) for rel, to, _query in BUTTON.findall(page)] == [("next", key_of(names, "L"))]
    assert "Not on this list now" in page


def test_a_pass_with_a_reason_leads_on_to_the_next_and_says_whom_it_was_about(as_user, li_wei, names):
    client, following = as_user(li_wei), reverse("match", args=[key_of(names, "A")])
    asked = client.post(reverse("match_pass", args=[key_of(names, "L")]), {"next": following})
    assert (asked.status_code, Pass.objects.count()) == (422, 0)
    assert f'name="next" value="{following}"' in asked.content.decode()
    page = client.get(reverse("match", args=[key_of(names, "L")])).content.decode()
    assert f'name="next" value="{following}"' in page
    sent = client.post(
        reverse("match_pass", args=[key_of(names, "L")]), {**REASON, "next": following}, follow=True
    )
    assert sent.redirect_chain == [(following, 302)]
    assert "You passed on L Farms. You can undo this under “Passed on”." in sent.content.decode()
    assert Pass.objects.count() == 1


@pytest.mark.attack
def test_a_pass_leads_to_no_other_site(as_user, li_wei, names):
    targets = {"L": "https://evil.example/", "A": "//evil.example/", "K": "javascript:alert(1)"}
    for letter, target in targets.items():
        own = reverse("match", args=[key_of(names, letter)])
        sent = as_user(li_wei).post(f"{own}pass/", {**REASON, "next": target})
        assert (sent.status_code, sent["Location"]) == (302, own)


def test_the_shortlist_keeps_the_reader_on_the_page(as_user, li_wei, names):
    client, own = as_user(li_wei), reverse("match", args=[key_of(names, "L")])
    page = client.get(own).content.decode()
    assert f'name="next" value="{own}"' in page
    sent = client.post(f"{own}shortlist/", {"wanted": "1", "next": own})
    assert (sent["Location"], ShortlistEntry.objects.count()) == (own, 1)
