"""A consent that is withdrawn takes its fields from every page, sheet and mail at the next request."""

import pytest
from django.test import Client
from django.utils import timezone

from matchmaker.deals.digests.services import send_due_digests
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.brief import brief_of
from matchmaker.matching.pairs.selectors.match_page import match_page
from matchmaker.matching.pairs.selectors.pair import pair_of
from profiles.catalogue.visibility.fields import CONSENT_GROUPS, GROUPS
from profiles.choices import Purpose, ReviewOutcome
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as curation
from profiles.models import OutboxMail, Place, Startup
from tests import factories
from tests.consented import leave_out
from tests.house.access import ACCESS, ACTORS
from tests.house.market import Market
from tests.matchmaker import ranked

pytestmark = pytest.mark.attack

WORDS = {
    "founders": "qanatfounders",
    "cap_table": "qanatcaptable",
    "data_access": "qanatdataaccess",
    "data_exit": "qanatdataexit",
}
ROWS = {"traction": "qanattraction", "partners": "qanatpartner"}
BAND = "usd 150,000 – 650,000"  # of the amount asked for
LISTS = ("/matches/", "/directory/")
PARTNER = ACTORS.index("partner")
EVERYTHING = {*WORDS.values(), *ROWS.values(), BAND}


def fill(market):
    """Let the founder's startup state something of every group, and show it to whoever may match it."""
    startup = market.startup
    for name, word in WORDS.items():
        setattr(startup, name, word)
    startup.visibility = {key: group.choices[0].value for key, group in GROUPS["startup"].items()}
    startup.save()
    # No one else asks for such an amount, so a page with these words is about this startup.
    others = Startup.objects.exclude(pk=startup.pk)
    others.update(ask_min=3_000_000, ask_max=4_000_000, ask_min_usd=3_000_000, ask_max_usd=4_000_000)
    startup.traction.create(label=ROWS["traction"], value=3, as_of_on="2026-09-01", source="ledger")
    startup.partners.create(name=ROWS["partners"], provides="cloud", share_pct=40)


def local_partner():
    """Return someone of a fund of the startup's own country."""
    fund = factories.make_investor("Ravi Capital", place=Place.objects.get(code="PK-SD"), jurisdiction="PK")
    return factories.make_partner("local@example.com", fund)


def read(market, client, user, *, step=0):
    """Return which words someone reads on paper, on pages about the startup, and on others in this step."""
    open_to = [each for each in ACCESS if each.get[PARTNER] == "o" and each.name != "match_brief"]
    about = [each for each in open_to if about_startup(each)]
    others = [each for each in open_to if each not in about][::step] if step else []
    paths = [each.path(market) for each in about + others]
    shown = "".join(page_of(client, path) for path in (*paths, *LISTS))
    return {word for word in EVERYTHING if word in shown} | read_pair(market, client, user)


def read_pair(market, client, user):
    """Return which words someone reads on the page and in the brief of the pair."""
    shown = page_of(client, f"/matches/{market.startup.public_id}/?more=them") + text_of_brief(market, user)
    return {word for word in EVERYTHING if word in shown}


def text_of_brief(market, user):
    """Return what a brief of the startup says, before it is set as a PDF."""
    member = current_company(user)
    assert member
    pair = pair_of(member, market.startup.public_id, whole=True)
    assert pair
    return str(brief_of(match_page(pair), at=timezone.now())).lower()


def about_startup(address):
    return any(value == "startup.public_id" for _name, value in address.subject)


def page_of(client, path):
    answer = client.get(path)
    return b"".join(answer).decode(errors="replace").lower()


def leave_all_out(startup, by, *purposes):
    """Leave every group out for these purposes, and let the worker rank."""
    leave_out(startup, CONSENT_GROUPS["startup"], purposes, by=by)
    ranked.work()


@pytest.mark.django_db
def test_what_is_left_out_is_on_no_page_of_whom_it_is_left_out_for(depth):
    market, step = Market(), depth(30, deep=1)
    fill(market)
    owner, abroad, local = market.people["founder"], market.people["partner"], local_partner()
    assert owner
    assert abroad
    ranked.rank_whole()
    there, here = market.client("partner"), Client()
    here.force_login(local)
    both = ((there, abroad), (here, local))

    assert [read_pair(market, client, user) for client, user in both] == [EVERYTHING, EVERYTHING]
    leave_all_out(market.startup, owner, Purpose.CROSS_BORDER)
    assert read(market, there, abroad, step=step) == set()
    assert read_pair(market, here, local) == EVERYTHING
    leave_all_out(market.startup, owner, Purpose.SHOWING)
    assert read(market, there, abroad) == set()
    assert read(market, here, local, step=step) == set()

    # The score of either country says that the amount is not stated; no one is kept from browsing without it.
    for client, _user in both:
        page = client.get(f"/matches/{market.startup.public_id}/")
        assert "Ticket size" in " ".join(page.context["match"].scored.not_stated)
        assert client.get("/directory/").context["matches"].cards
    send_due_digests(at=timezone.now())
    mails = "".join(f"{mail.subject} {mail.body}" for mail in OutboxMail.objects.all())
    assert not [word for word in EVERYTHING if word in mails.lower()]
    # The owner still reads what is its own.
    assert WORDS["founders"] in page_of(market.client("founder"), "/startup/product/")


@pytest.mark.django_db
def test_no_form_carries_a_reader_across_the_border(sana):
    """A reader sits where a curator has read it; while an edit waits, in neither of the two countries."""
    market = Market()
    fill(market)
    owner, abroad, local = market.people["founder"], market.people["partner"], local_partner()
    assert owner
    assert abroad
    ranked.rank_whole()
    leave_all_out(market.startup, owner, Purpose.CROSS_BORDER)
    moves = {"CN-GD": (abroad, "PK-PB", set()), "PK-SD": (local, "CN-GD", EVERYTHING)}

    for home, (user, elsewhere, before) in moves.items():
        client, fund = Client(), user.membership.investor
        client.force_login(user)
        assert read_pair(market, client, user) == before
        for code in (elsewhere, home, elsewhere):
            place = Place.objects.get(code=code)
            fund = companies.edit(fund, changes={"place": place}, by=user, at=timezone.now())
            assert read_pair(market, client, user) == (before if code == home else set())
        curation.decide(fund, ReviewOutcome.APPROVED, by=sana, at=timezone.now())
        assert read_pair(market, client, user) == EVERYTHING - before
