"""Who reads what of a pilot: a canary in every part, hidden hosts, filters, constant queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.pilot import ApplicationState, Pilot, PilotState
from matchmaker.own_data.selectors import copy_for
from matchmaker.pilots.selectors.pilot import OPENABLE
from matchmaker.registry import MENUS
from profiles.choices import Status
from profiles.drafts.merging import sent_by
from profiles.models import NeedType, Notice, Startup
from tests import factories
from tests.matchmaker.pilots.piloted import make_application, make_pilot
from tests.matchmaker.test_kept_forms import WORDS, as_opened, draft

# A canary for each part that the host may open, as it reads on the page.
CANARIES = {
    "size": "Canary size",
    "aims": "Measure 1",
    "exchange": "Trade and working-capital finance",
    "who_pays": "Canary payer",
    "data": "Canary reader",
}


@pytest.fixture
def pilot(li_wei, startup, ayesha):
    """An open pilot of Li Wei's company with something in every part; nothing is opened."""
    found = make_pilot(
        li_wei.membership.investor,
        by=li_wei,
        summary_en="With Pearl River Capital and Indus Grow on canals.",
        size=CANARIES["size"],
        who_pays=CANARIES["who_pays"],
        data_access=CANARIES["data"],
    )
    found.offers.set(NeedType.objects.filter(code="trade_finance"))
    make_application(found, startup, by=ayesha, state=ApplicationState.ACCEPTED, words="Canary words")
    return found


def text(client, pilot):
    return client.get(reverse("pilot", args=[pilot.public_id])).content.decode()


@pytest.mark.django_db
def test_everybody_reads_only_what_its_parties_opened(as_user, pilot, ayesha, li_wei):
    nobody, host = as_user(None), as_user(li_wei)
    rival = as_user(factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields")))
    secret = {**CANARIES, "host": "Pearl River Capital", "slot": "Indus Grow"}
    assert {name for name, canary in secret.items() if canary in text(nobody, pilot)} == set()
    assert "A partner in Guangdong" in text(nobody, pilot)
    # Who may apply reads all parts, and neither who has a seat nor the words of others.
    assert {name for name, canary in secret.items() if canary not in text(rival, pilot)} == {"slot"}
    assert {name for name, canary in secret.items() if canary not in text(host, pilot)} == set()
    readers = {who for who in (nobody, rival, host, as_user(ayesha)) if "Canary words" in text(who, pilot)}
    assert len(readers) == 2
    for part in CANARIES:
        host.post(reverse("pilot_open", args=[pilot.public_id]), {"parts": [part]})
        found = {name for name, canary in secret.items() if canary in text(nobody, pilot)}
        assert found == {part}
        board = nobody.get(reverse("pilots")).content.decode()
        assert ("Canary size" in board) == (part == "size")
    host.post(reverse("pilot_open", args=[pilot.public_id]), {"parts": ["host"]})
    as_user(ayesha).post(reverse("pilot_seat", args=[pilot.public_id]), {"act": "name"})
    assert all(name in text(nobody, pilot) for name in ("Pearl River Capital", "Indus Grow"))


def pilot_of_yesterday(by, state):
    """Return a pilot whose last day was yesterday."""
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=90), "ends_on": today - timedelta(days=1)}
    return make_pilot(by.membership.investor, by=by, state=state, season="", year=None, **days)


@pytest.mark.django_db
def test_a_last_day_that_is_over_is_refused_beside_it_when_typed_and_when_submitted(as_user, li_wei):
    client, draft = as_user(li_wei), pilot_of_yesterday(li_wei, PilotState.DRAFT)
    edit, submit = (reverse(name, args=[draft.public_id]) for name in ("pilot_edit", "pilot_move"))
    typed = sent_by(client.get(edit).context["draft_form"].form)

    wrong = client.post(reverse("pilot_create"), typed)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["ends_on"])
    assert "Its last day has passed." in client.post(submit, {"act": "submit"}, follow=True).content.decode()
    draft.refresh_from_db()
    assert draft.state == PilotState.DRAFT

    client.post(edit, {**typed, "ends_on": str(timezone.localdate())})
    client.post(submit, {"act": "submit"})
    draft.refresh_from_db()
    assert draft.state == PilotState.SUBMITTED


@pytest.mark.django_db
def test_a_pilot_whose_last_day_went_by_while_it_waited_is_not_approved_and_can_be_sent_back(
    as_user, sana, li_wei
):
    client, waiting = as_user(sana), pilot_of_yesterday(li_wei, PilotState.SUBMITTED)
    review = reverse("pilot_review", args=[waiting.public_id])
    typed = sent_by(client.get(review).context["form"])

    refused = client.post(review, {**typed, "outcome": "approve"})
    assert refused.status_code == 422
    assert "Its last day has passed. Return it" in refused.content.decode()

    again = sent_by(refused.context["form"])
    client.post(review, {**again, "outcome": "send_back", "message": "Choose days."})
    waiting.refresh_from_db()
    assert waiting.state == PilotState.DRAFT


@pytest.mark.django_db
def test_a_stored_last_day_that_is_over_does_not_stop_a_correction(as_user, li_wei):
    client, pilot = as_user(li_wei), pilot_of_yesterday(li_wei, PilotState.OPEN)
    address = reverse("pilot_edit", args=[pilot.public_id])
    typed = sent_by(client.get(address).context["draft_form"].form)

    assert client.post(address, {**typed, "who_pays": "The host pays"}).status_code == 302
    pilot.refresh_from_db()
    assert pilot.who_pays == "The host pays"


@pytest.mark.django_db
def test_a_hidden_host_stays_a_startup_in_its_place(as_user, startup, ayesha):
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": "mutual"})
    pilot = make_pilot(startup, by=ayesha, opened=list(OPENABLE), title_en="Indus Grow meters gates")
    partner = as_user(factories.make_partner("partner@example.com", factories.make_investor("Far Partners")))
    for reader in (as_user(None), partner):
        page = text(reader, pilot) + reader.get(reverse("pilots")).content.decode()
        assert "Indus Grow" not in page
        assert "… meters gates" in page
    assert "A startup in Punjab" in text(as_user(None), pilot)


@pytest.mark.django_db
def test_results_are_the_parties_own_until_one_confirms(as_user, startup, ayesha, li_wei):
    said = {"state": PilotState.FINISHED, "outcome": "Canary outcome", "opened": ["results"]}
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, **said)
    make_application(pilot, startup, by=ayesha, state=ApplicationState.ACCEPTED)
    nobody, founder = as_user(None), as_user(ayesha)
    assert ["Canary outcome" in text(each, pilot) for each in (nobody, founder)] == [False, True]
    founder.post(reverse("pilot_seat", args=[pilot.public_id]), {"act": "confirm"})
    assert "Canary outcome" in text(nobody, pilot)
    assert "200 ha" not in text(nobody, pilot), "the size is not open, so the record leaves it out"


@pytest.mark.django_db
def test_filters_leave_what_they_say_and_seats_add_up(as_user, startup, li_wei):
    investor = li_wei.membership.investor
    make_pilot(investor, by=li_wei, title_en="First of all", slots=3)
    make_pilot(investor, by=li_wei, title_en="The second", state=PilotState.RUNNING)
    make_pilot(investor, by=li_wei, title_en="A third", season="", year=None)
    board = as_user(None)

    def found(query):
        page = board.get(f"{reverse('pilots')}?{query}").content.decode()
        return [title for title in ("First of all", "The second", "A third") if title in page]

    assert found("") == ["First of all", "The second", "A third"]
    assert found("state=running") == ["The second"]
    assert found("season=kharif&state=open") == ["First of all"]
    assert found("sector=AGR&province=PK-PB&season=") == ["First of all", "The second", "A third"]
    assert found("sector=FIN01") == []
    assert found("sector=%00x&page=99&state=draft") in ([], ["First of all", "The second", "A third"])
    assert "5 of 5 slots free" in board.get(reverse("pilots")).content.decode()


@pytest.mark.django_db
def test_pages_ask_the_same_queries_for_one_pilot_and_three(as_user, startup, ayesha, li_wei):
    investor, founder, host = li_wei.membership.investor, as_user(ayesha), as_user(li_wei)
    pilot = make_pilot(investor, by=li_wei, slots=9)
    make_application(pilot, startup, by=ayesha)
    pages = (
        (founder, reverse("pilots")),
        (founder, reverse("own_pilots")),
        (host, reverse("own_pilots")),
        (host, reverse("pilot", args=[pilot.public_id])),
    )

    def counts():
        found = []
        for client, path in pages:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    before = counts()
    for at in range(2):
        more = make_pilot(investor, by=li_wei)
        make_application(more, startup, by=ayesha)
        make_application(pilot, factories.make_startup(f"Startup {at}"), by=ayesha)
    assert counts() == before


@pytest.mark.django_db
def test_a_copy_holds_ones_own_pilots_and_words_only(pilot, ayesha, li_wei):
    ours, theirs = copy_for(ayesha), copy_for(li_wei)
    assert [row["words"] for row in ours["matchmaker.PilotApplication"]] == ["Canary words"]
    assert "matchmaker.Pilot" not in ours
    assert len(theirs["matchmaker.PilotAim"]) == 2
    assert "matchmaker.PilotApplication" not in theirs


@pytest.mark.django_db
def test_an_application_for_a_pilot_that_has_begun_is_shown_as_typed(startup, ayesha, li_wei, as_user):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei)
    tab, path = as_user(ayesha), reverse("pilot_apply", args=[pilot.public_id])
    sent = as_opened(tab, path, words=WORDS)
    Pilot.objects.update(state=PilotState.RUNNING, started_at=timezone.now())
    answer = tab.post(path, sent)
    body = answer.content.decode()
    assert (answer.status_code, WORDS in body, "That is no longer possible" in body) == (422, True, True)
    assert draft(ayesha, path)["words"] == [WORDS]


@pytest.mark.django_db
def test_who_is_not_on_the_lists_reads_why_on_pages_of_pilots(startup, ayesha, as_user):
    Startup.objects.filter(pk=startup.pk).update(status=Status.DRAFT)
    pilot = make_pilot(startup, by=ayesha)
    for path in (reverse("own_pilots"), reverse("pilot_candidates", args=[pilot.public_id])):
        main = as_user(ayesha).get(path).content.decode().partition("<main")[2]
        assert main.count("<h2>You have not submitted your profile yet</h2>") == 1, path


@pytest.mark.django_db
def test_no_notice_of_others_leads_to_a_pilot_that_is_gone(startup, ayesha, li_wei, as_user):
    pilot = make_pilot(startup, by=ayesha)
    for path in (reverse("pilot", args=[pilot.public_id]), reverse("matches")):
        Notice.objects.create(user=li_wei, kind="mutual_interest", key=path, path=path)
    as_user(ayesha).post(reverse("company_delete"), {"is_sure": "on"})
    assert [notice.path for notice in Notice.objects.filter(user=li_wei)] == [reverse("matches")]


def test_pilots_are_in_the_menus_of_all_roles():
    for role, name in (("startup", "pilots"), ("investor", "pilots"), ("curator", "pilot_reviews")):
        assert name in [entry.url_name for entry in MENUS[role]]
