"""Who reads what of a pilot, and how pilots and applications move along their tables and no other way."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.desk.today import services as desk
from matchmaker.events.pilots.selectors.pilot import OPENABLE
from matchmaker.events.pilots.selectors.record import pilot_record
from matchmaker.events.pilots.services import pilots
from matchmaker.models.introduction import Introduction
from matchmaker.models.pilot import (
    Pilot,
    PilotApplication,
    PilotApplicationState,
    PilotInvitation,
    PilotState,
)
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_company
from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import Purpose, SectorAct, Status
from profiles.models import Deal, NeedType, Notice, OutboxMail, Startup
from profiles.platform.drafts.merging import sent_by
from tests import consented, factories
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.introduced import told
from tests.queries import queries_of
from tests.sealing import seal_and_verify

pytestmark = pytest.mark.django_db

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
    make_application(found, startup, by=ayesha, state=PilotApplicationState.ACCEPTED, words="Canary words")
    return found


def text(client, pilot):
    return client.get(reverse("pilot", args=[pilot.public_id])).content.decode()


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


def test_after_the_last_day_to_apply_nobody_can_and_everybody_reads_until_when(as_user, li_wei, ayesha):
    today = timezone.localdate()
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, apply_by=today)
    founder, apply = as_user(ayesha), reverse("pilot_apply", args=[pilot.public_id])
    assert "You can apply until" in text(founder, pilot)
    assert "Apply by" in text(as_user(None), pilot)
    Pilot.objects.update(apply_by=today - timedelta(days=1))
    assert "The last day to apply was" in text(founder, pilot)
    assert founder.get(apply).status_code == 302
    late = founder.post(apply, {"words": "We have sensors."})
    assert (late.status_code, "The last day to apply has passed." in late.content.decode()) == (422, True)
    assert not PilotApplication.objects.exists()
    # The host may move the day, and not to one that has passed.
    edit, host = reverse("pilot_edit", args=[pilot.public_id]), as_user(li_wei)
    typed = sent_by(host.get(edit).context["draft_form"].form)
    wrong = host.post(edit, {**typed, "apply_by": str(today - timedelta(days=2))})
    assert list(wrong.context["form"].errors) == ["apply_by"]
    assert host.post(edit, {**typed, "apply_by": str(today)}).status_code == 302
    assert founder.post(apply, {"words": "We have sensors."}).status_code == 302


def test_a_host_invites_who_fits_once_and_never_who_takes_nothing(as_user, li_wei, ayesha, startup):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei)
    host, sent = as_user(li_wei), {"company": startup.public_id}
    invite = reverse("pilot_invite", args=[pilot.public_id])

    def told():
        return Notice.objects.filter(user=ayesha, kind="pilot_invited").count()

    Startup.objects.update(paused_at=timezone.now())
    refused = host.post(invite, sent, follow=True).content.decode()
    assert ("They are not taking new requests at the moment." in refused, told()) == (True, 0)
    Startup.objects.update(paused_at=None)
    answers = [host.post(invite, sent) for _twice in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [
        reverse("pilot_candidates", args=[pilot.public_id])
    ] * 2
    assert (told(), PilotInvitation.objects.count()) == (1, 1)
    assert "The host invites you to apply." in text(as_user(ayesha), pilot)
    assert "The host invites you" not in text(as_user(None), pilot)
    # Others invite no one to it, and no one is invited who is not there.
    assert as_user(ayesha).post(invite, sent).status_code == 404
    gone = host.post(invite, {"company": "nobody"}, follow=True).content.decode()
    assert "That is no longer possible." in gone
    Pilot.objects.update(apply_by=timezone.localdate() - timedelta(days=1))
    PilotInvitation.objects.all().delete()
    assert "The last day to apply has passed." in host.post(invite, sent, follow=True).content.decode()
    assert not PilotInvitation.objects.exists()


def pilot_of_yesterday(by, state):
    """Return a pilot whose last day was yesterday."""
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=90), "ends_on": today - timedelta(days=1)}
    return make_pilot(by.membership.investor, by=by, state=state, season="", year=None, **days)


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


def waiting_version(pilot):
    """What the page of its review sends back."""
    return Pilot.objects.get(pk=pilot.pk).version


def test_a_pilot_whose_last_day_went_by_while_it_waited_is_not_approved_and_can_be_sent_back(
    as_user, sana, li_wei
):
    client, waiting = as_user(sana), pilot_of_yesterday(li_wei, PilotState.SUBMITTED)
    review = reverse("pilot_review", args=[waiting.public_id])
    typed = {**sent_by(client.get(review).context["form"]), "seen": waiting_version(waiting)}

    refused = client.post(review, {**typed, "outcome": "approve"})
    assert refused.status_code == 422
    assert "Its last day has passed. Return it" in refused.content.decode()

    again = {**sent_by(refused.context["form"]), "seen": waiting_version(waiting)}
    client.post(review, {**again, "outcome": "send_back", "message": "Choose days."})
    waiting.refresh_from_db()
    assert waiting.state == PilotState.DRAFT


def test_a_stored_last_day_that_is_over_does_not_stop_a_correction(as_user, li_wei):
    client, pilot = as_user(li_wei), pilot_of_yesterday(li_wei, PilotState.OPEN)
    address = reverse("pilot_edit", args=[pilot.public_id])
    typed = sent_by(client.get(address).context["draft_form"].form)

    assert client.post(address, {**typed, "who_pays": "The host pays"}).status_code == 302
    pilot.refresh_from_db()
    assert pilot.who_pays == "The host pays"


def test_a_hidden_host_stays_a_startup_in_its_place(as_user, startup, ayesha, sana, settings):
    settings.DEMO = False
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": "mutual"})
    pilot = make_pilot(startup, by=ayesha, opened=list(OPENABLE), title_en="Indus Grow meters gates")
    partner = as_user(factories.make_partner("partner@example.com", factories.make_investor("Far Partners")))
    for reader in (as_user(None), partner, as_user(sana)):  # a curator without a second factor is a visitor
        page = text(reader, pilot) + reader.get(reverse("pilots")).content.decode()
        assert "Indus Grow" not in page
        assert "… meters gates" in page
    assert "A startup in Punjab" in text(as_user(None), pilot)


def test_results_are_the_parties_own_until_one_confirms(as_user, startup, ayesha, li_wei):
    said = {"state": PilotState.FINISHED, "outcome": "Canary outcome", "opened": ["results"]}
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, **said)
    make_application(pilot, startup, by=ayesha, state=PilotApplicationState.ACCEPTED)
    nobody, founder = as_user(None), as_user(ayesha)
    assert ["Canary outcome" in text(each, pilot) for each in (nobody, founder)] == [False, True]
    founder.post(reverse("pilot_seat", args=[pilot.public_id]), {"act": "confirm"})
    assert "Canary outcome" in text(nobody, pilot)
    assert "200 ha" not in text(nobody, pilot), "the size is not open, so the record leaves it out"


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
    assert "5 of 5 slots free" in board.get(reverse("pilots")).content.decode()


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
    before = [queries_of(*page) for page in pages]
    for at in range(2):
        more = make_pilot(investor, by=li_wei)
        make_application(more, startup, by=ayesha)
        make_application(pilot, factories.make_startup(f"Startup {at}"), by=ayesha)
    assert [queries_of(*page) for page in pages] == before


def test_a_copy_holds_ones_own_pilots_and_words_only(pilot, ayesha, li_wei):
    ours, theirs = copy_for(ayesha), copy_for(li_wei)
    assert [row["words"] for row in ours["matchmaker.PilotApplication"]] == ["Canary words"]
    assert "matchmaker.Pilot" not in ours
    assert len(theirs["matchmaker.PilotAim"]) == 2
    assert "matchmaker.PilotApplication" not in theirs


def test_no_notice_of_others_leads_to_a_pilot_that_is_gone(startup, ayesha, li_wei, as_user):
    pilot = make_pilot(startup, by=ayesha)
    for path in (reverse("pilot", args=[pilot.public_id]), reverse("matches")):
        Notice.objects.create(user=li_wei, kind="mutual_interest", key=path, path=path)
    erase_company(startup, by=ayesha, at=timezone.now())
    assert [notice.path for notice in Notice.objects.filter(user=li_wei)] == [reverse("matches")]


FORM = {
    "title_en": "Smart irrigation",
    "summary_en": "Sensors and valves on two hundred hectares.",
    "sector": "AGR01",
    "place": "PK-PB",
    "season": "kharif",
    "year": "2027",
    "size": "200 ha",
    "slots": "1",
    "measure_1": "Water per hectare",
    "success_1": "a fifth less",
    "measure_2": "Yield",
    "offers": ["hardware"],
}


def test_from_a_draft_to_a_record_on_both_profiles(as_user, startup, ayesha, li_wei, sana):
    """The whole story by the pages: host, curator, applicant, results, and the introduction it led to."""
    investor, at = li_wei.membership.investor, timezone.now()
    host, founder, curator = as_user(li_wei), as_user(ayesha), as_user(sana)
    assert host.post(reverse("pilot_create"), {**FORM, "title_en": ""}).status_code == 422
    assert host.post(reverse("pilot_create"), FORM).status_code == 302
    pilot = Pilot.objects.get()
    page, move = reverse("pilot", args=[pilot.public_id]), reverse("pilot_move", args=[pilot.public_id])
    assert [aim.measure for aim in pilot.aims.all()] == ["Water per hectare", "Yield"]
    assert founder.get(page).status_code == 404
    host.post(move, {"act": "submit"})
    review = reverse("pilot_review", args=[pilot.public_id])
    assert curator.post(review, {"outcome": "send_back", "message": ""}).status_code == 422
    seen = waiting_version(pilot)
    curator.post(review, {"outcome": "send_back", "message": "Who pays?", "seen": seen})
    assert "Who pays?" in host.get(page).content.decode()
    host.post(reverse("pilot_edit", args=[pilot.public_id]), {**FORM, "who_pays": "The host"})
    host.post(move, {"act": "submit"})
    curator.post(review, {"outcome": "approve", "seen": waiting_version(pilot)})
    slot = reverse("pilot_seat", args=[pilot.public_id])
    apply = reverse("pilot_apply", args=[pilot.public_id])
    too_long = {"words": "Sixty " * 2000, "version": founder.get(apply).context["draft_form"].version}
    assert founder.post(apply, too_long).status_code == 422
    assert founder.get(apply).context["form"]["words"].value() == too_long["words"]  # it is kept
    founder.post(apply, {"words": "Sixty sensors."})
    application = PilotApplication.objects.get()
    answer = reverse("pilot_answer", args=[pilot.public_id, application.pk])
    host.post(answer, {"answer": "accept"})
    host.post(move, {"act": "start"})
    done = {"aim_1": "yes", "aim_2": "no", "outcome": "Less water, less yield."}
    assert host.post(reverse("pilot_results", args=[pilot.public_id]), done).status_code == 302
    assert (pilot_record(startup), pilot_record(investor)) == ([], [])
    founder.post(slot, {"act": "origin"})
    for side, by in ((Side.STARTUP, ayesha), (Side.INVESTOR, li_wei)):
        decisions.express_interest(startup, investor, side=side, by=by, at=at)
    founder.post(slot, {"act": "confirm"})
    founder.post(slot, {"act": "origin"})

    # A deal of the two may grow out of it; one with someone else, or from before, may not.
    today = timezone.localdate()
    deals = [
        Deal.objects.create(investor=investor, closed_on=day, **named)
        for day, named in (
            (today, {"startup_name": startup.name_en.upper()}),
            (today, {"startup_name": "Somebody Else"}),
            (today - timedelta(days=2), {"startup": startup}),
        )
    ]
    assert [row["deals"] for row in host.get(page).context["page"]["applications"]] == [deals[:1]]
    for deal in reversed(deals):
        host.post(answer, {"answer": "deal", "deal": deal.pk})
    assert founder.post(slot, {"act": "deal", "deal": deals[0].pk}).status_code == 404
    application.refresh_from_db()
    assert application.deal == deals[0]
    assert all("What came from it" in each.get(page).content.decode() for each in (host, founder))
    consented.leave_out(investor, ["deals"], [Purpose.SHOWING], by=li_wei)
    assert "What came from it" not in founder.get(page).content.decode()

    said = "Pilot in Punjab 2027, 200 ha, reached 1 of 2 aims"
    assert (pilot_record(startup), pilot_record(investor)) == ([said], [said])
    match_page = reverse("match", args=[investor.public_id])
    assert said in founder.get(match_page, {"more": "them"}).content.decode()
    assert PilotApplication.objects.get(introduction=Introduction.objects.get()).pilot == pilot
    introduction = founder.get(reverse("introduction", args=[investor.public_id])).content.decode()
    assert page in introduction
    pilots_told = [[kind for kind in told(user) if kind.startswith("pilot")] for user in (li_wei, ayesha)]
    assert pilots_told[0] == ["pilot_returned", "pilot_approved", "pilot_applied", "pilot_confirmed"]
    assert pilots_told[1] == ["pilot_answered", "pilot_started", "pilot_results"]
    assert seal_and_verify().holds


def test_an_open_pilot_is_corrected_and_says_so(as_user, startup, ayesha, li_wei, sana):
    host, founder, nobody = as_user(li_wei), as_user(ayesha), as_user(None)
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, who_pays="The host")
    make_application(pilot, startup, by=ayesha)
    edit, page = (reverse(name, args=[pilot.public_id]) for name in ("pilot_edit", "pilot"))
    kept = {
        **{name: FORM[name] for name in ("title_en", "summary_en", "season", "year", "size")},
        "who_pays": "The host",
        "year": "2028",
        "data_location": "PK",
    }
    # What is chosen stands at once, and is shown as changed to who may read it; the rest cannot be changed.
    fixed = {"sector": "FIN01", "place": "PK-SD", "slots": "9", "measure_1": "Nothing"}
    assert host.post(edit, {**kept, **fixed}).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.state, pilot.year, pilot.slots, pilot.sector.code) == (PilotState.OPEN, 2028, 2, "AGR01")
    assert [aim.measure for aim in pilot.aims.all()] == ["Measure 1", "Measure 2"]
    seen = [reader.get(page).context["page"]["corrections"][0][0] for reader in (nobody, founder)]
    assert seen == [["When"], ["When", "Where data is stored"]]
    assert told(ayesha) == ["pilot_corrected"]
    assert host.post(edit, kept).status_code == 302
    assert told(ayesha) == ["pilot_corrected"], "nothing was corrected"
    assert host.post(edit, {**kept, "season": "", "year": ""}).status_code == 422
    pilot.refresh_from_db()
    assert pilot.season == "kharif", "it has to say when it runs"
    # A new text is off the board until a curator has read it; who applied still sees the pilot.
    host.post(edit, {**kept, "summary_en": "Canary text"})
    assert [reader.get(page).status_code for reader in (nobody, founder)] == [404, 200]
    notices = Notice.objects.filter(user=ayesha, kind="pilot_corrected")
    assert [notice.path for notice in notices] == [page, page]
    assert OutboxMail.objects.filter(recipient=ayesha.email, kind="pilot_corrected").count() == 2
    assert "The host has updated" in founder.get(reverse("notices")).content.decode()
    assert "pilot_corrected" not in told(li_wei)
    pilots.send_back_pilot(pilot, message="Say more.", by=sana, at=timezone.now())
    host.post(edit, {**kept, **fixed, "summary_en": "More of it"})
    pilots.submit_pilot(pilot, side=Side.INVESTOR, by=li_wei, at=timezone.now())
    pilots.approve_pilot(pilot, version_read=None, by=sana, at=timezone.now())
    assert "More of it" in nobody.get(page).content.decode()
    pilot.refresh_from_db()
    assert (pilot.slots, pilot.sector.code, pilot.aims.count()) == (2, "AGR01", 2)


def test_the_database_refuses_what_no_line_allows(startup, ayesha, li_wei):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, slots=1)
    seated = make_application(pilot, startup, by=ayesha, state=PilotApplicationState.ACCEPTED)
    rival, has_seat = factories.make_startup("Ravi"), PilotApplicationState.ACCEPTED
    pilots_row, seats_row = (type(row).objects.filter(pk=row.pk) for row in (pilot, seated))
    wrong = [
        lambda: pilots_row.update(state=PilotState.RUNNING),
        lambda: pilots_row.update(startup=startup),
        lambda: seats_row.update(slot=None),
        lambda: seats_row.update(slot=2),
        lambda: make_application(pilot, rival, by=ayesha, state=has_seat, slot=1),
        lambda: make_application(pilot, startup, by=ayesha),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_starting_and_cancelling_leave_nobody_without_an_answer(startup, ayesha, li_wei):
    investor, at = li_wei.membership.investor, timezone.now()
    begun, called_off = (make_pilot(investor, by=li_wei) for _each in range(2))
    for pilot in (begun, called_off):
        make_application(pilot, startup, by=ayesha)
    pilots.start_pilot(begun, side=Side.INVESTOR, by=li_wei, at=at)
    pilots.cancel_pilot(called_off, side=Side.INVESTOR, by=li_wei, at=at)
    assert begun.applications.get().state == PilotApplicationState.DECLINED
    assert sorted(told(ayesha)) == ["pilot_answered", "pilot_cancelled"]


def test_whom_a_curator_keeps_apart_finds_no_pilot(pilot, startup, ayesha, sana, as_user):
    hide = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
    page = reverse("pilot", args=[pilot.public_id])
    assert as_user(ayesha).get(page).status_code == 200
    desk.curator_override(startup, pilot.investor, **hide, by=sana, at=timezone.now())
    assert as_user(ayesha).get(page).status_code == 404
    seat = reverse("pilot_seat", args=[pilot.public_id])
    assert as_user(ayesha).post(seat, {"act": "name"}).status_code == 404


def test_the_hosts_start_page_says_that_applications_wait(pilot, li_wei, ayesha, as_user):
    assert as_user(li_wei).get("/home/").context["page"]["agenda"]["waiting"] == []
    make_application(pilot, factories.make_startup("Second"), by=ayesha)
    (row,) = as_user(li_wei).get("/home/").context["page"]["agenda"]["waiting"]
    assert (row.text, row.url) == (
        "1 application for your pilots is waiting for your answer",
        reverse("pilot", args=[pilot.public_id]),
    )
    other = make_pilot(li_wei.membership.investor, by=li_wei)
    make_application(other, factories.make_startup("Third"), by=ayesha)
    make_application(other, factories.make_startup("Fourth"), by=ayesha)
    (row,) = as_user(li_wei).get("/home/").context["page"]["agenda"]["waiting"]
    assert row.url == reverse("own_pilots")


def test_a_governance_rule_is_tried_on_pilots_and_a_merge_moves_them(as_user, sana, startup, ayesha, li_wei):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, state=PilotState.RUNNING)
    make_application(pilot, startup, by=ayesha, state=PilotApplicationState.ACCEPTED)
    rule = {"trigger": '{"f": "form", "in": ["pilot"]}', "seen": "null", "preview": "1"}

    found = as_user(sana).post("/desk/governance/GOV-PK-13/rule/", rule).context["preview"]

    assert (found.looked_at, found.more) == (1, [])
    assert [(each.name, each.form) for each in found.pilots_more] == [
        ("Indus Grow × Pearl River Capital", "Smart irrigation")
    ]

    shown = as_user(sana).post("/desk/taxonomy/AGR01/merge/", {"other": "AGR02", "preview": "1"})
    assert shown.context["preview"].rows["pilot"] == 1
    done = taxonomy.change(Wanted(SectorAct.MERGE, "AGR01", "AGR02"), by=sana, at=timezone.now())
    assert Pilot.objects.get(pk=pilot.pk).sector.code == "AGR02"
    taxonomy.undo(done, by=sana, at=timezone.now())
    assert Pilot.objects.get(pk=pilot.pk).sector.code == "AGR01"


def test_the_page_of_a_pilot_says_how_to_apply_or_why_one_cannot(pilot, as_user, startup, ayesha):
    joins = f'href="{reverse("join")}?next={reverse("pilot", args=[pilot.public_id])}"'
    assert joins in text(as_user(None), pilot), "who joins comes back to it"
    other = factories.make_partner("other@example.com", factories.make_investor("Other Capital"))
    assert "a partner hosts this pilot, so it is for startups" in text(as_user(other), pilot)
    draft = factories.make_founder("draft@example.com", factories.make_startup("Draft", status="draft"))
    assert "Your profile must be approved first" in text(as_user(draft), pilot)
    own = text(as_user(ayesha), pilot)
    assert CANARIES["data"] in own
    assert "You cannot apply" not in own
    assert not re.findall(r"<h\d[^>]*>\s*</h\d>", own), "no heading is empty"


def test_who_is_not_approved_yet_reads_a_host_that_everybody_reads(as_user, pilot, li_wei):
    startup = factories.make_startup("Ravi Fields", status=Status.SUBMITTED, reviewed_at=None)
    founder = as_user(factories.make_founder("new@example.com", startup))
    assert "A partner in Guangdong" in text(founder, pilot)
    as_user(li_wei).post(reverse("pilot_open", args=[pilot.public_id]), {"parts": ["host"]})
    for page in (text(founder, pilot), founder.get(reverse("pilots")).content.decode()):
        assert "Pearl River Capital" in page
        assert "<bdi>…</bdi>" not in page
