"""A pilot and its applications move along their tables and no other way; the database bounds the seats."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from matchmaker.models.introduction import Introduction
from matchmaker.models.pilot import ApplicationState, Pilot, PilotApplication, PilotState, PilotStep
from matchmaker.pilots.selectors.pilot import pilot_record
from matchmaker.pilots.services import applications, pilots
from matchmaker.transitions import TransitionRefusedError
from profiles.choices import Purpose
from profiles.guards import NotACuratorError
from profiles.models import Deal, Notice, OutboxMail, Startup
from tests import consented, factories
from tests.matchmaker.pilots.piloted import make_application, make_pilot
from tests.racing import at_once, kinds
from tests.sealing import seal_and_verify

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


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
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
    curator.post(review, {"outcome": "send_back", "message": "Who pays?"})
    assert "Who pays?" in host.get(page).content.decode()
    host.post(reverse("pilot_edit", args=[pilot.public_id]), {**FORM, "who_pays": "The host"})
    host.post(move, {"act": "submit"})
    curator.post(review, {"outcome": "approve"})
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

    # A deal of the two may grow out of it; one with somebody else, or from before, may not.
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
    assert said in founder.get(reverse("match", args=[investor.public_id])).content.decode()
    assert PilotApplication.objects.get(introduction=Introduction.objects.get()).pilot == pilot
    introduction = founder.get(reverse("introduction", args=[investor.public_id])).content.decode()
    assert page in introduction
    pilots_told = [[kind for kind in told(user) if kind.startswith("pilot")] for user in (li_wei, ayesha)]
    assert pilots_told[0] == ["pilot_returned", "pilot_approved", "pilot_applied", "pilot_confirmed"]
    assert pilots_told[1] == ["pilot_answered", "pilot_results"]
    assert seal_and_verify().holds
    assert "approved the pilot" in curator.get(reverse("audit")).content.decode()


@pytest.mark.django_db
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
    pilots.approve_pilot(pilot, by=sana, at=timezone.now())
    assert "More of it" in nobody.get(page).content.decode()
    pilot.refresh_from_db()
    assert (pilot.slots, pilot.sector.code, pilot.aims.count()) == (2, "AGR01", 2)
    # What is typed and not saved is kept, as in other forms.
    ticket = host.get(edit).context["draft_form"].version
    typed = {**kept, "summary_en": "Typed, not saved", "version": ticket}
    assert host.post(reverse("draft_save"), typed).status_code < 300
    assert host.get(edit).context["form"]["summary_en"].value() == "Typed, not saved"


@pytest.mark.django_db
def test_the_database_refuses_what_no_line_allows(startup, ayesha, li_wei):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, slots=1)
    seated = make_application(pilot, startup, by=ayesha, state=ApplicationState.ACCEPTED)
    step = {"pilot": pilot, "by": li_wei, "at": timezone.now()}
    rival, has_seat = factories.make_startup("Ravi"), ApplicationState.ACCEPTED
    pilots_row, seats_row = (type(row).objects.filter(pk=row.pk) for row in (pilot, seated))
    wrong = [
        lambda: pilots_row.update(state=PilotState.RUNNING),
        lambda: pilots_row.update(startup=startup),
        lambda: seats_row.update(slot=None),
        lambda: seats_row.update(slot=2),
        lambda: make_application(pilot, rival, by=ayesha, state=has_seat, slot=1),
        lambda: make_application(pilot, startup, by=ayesha),
        lambda: PilotStep.objects.create(**step, act="approve", source="draft", target="open"),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.django_db
def test_who_may_not_is_refused(startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    waiting = make_pilot(investor, by=li_wei, state=PilotState.SUBMITTED)
    opened = make_pilot(investor, by=li_wei)
    at, words = timezone.now(), "Us"
    with pytest.raises(NotACuratorError):
        pilots.approve_pilot(waiting, by=li_wei, at=at)
    other = factories.make_investor("Other Partners")
    with pytest.raises(applications.NotForYouError):
        applications.apply_for_slot(opened, other, words=words, by=li_wei, at=at)
    Startup.objects.filter(pk=startup.pk).update(matching_consent=False)
    with pytest.raises(applications.NotForYouError):
        applications.apply_for_slot(opened, startup, words=words, by=ayesha, at=at)
    with pytest.raises(TransitionRefusedError):
        applications.confirm_results(
            make_application(opened, startup, by=ayesha), side=Side.STARTUP, by=ayesha, at=at
        )


@pytest.mark.django_db
def test_starting_and_cancelling_leave_nobody_without_an_answer(startup, ayesha, li_wei):
    investor, at = li_wei.membership.investor, timezone.now()
    begun, called_off = (make_pilot(investor, by=li_wei) for _each in range(2))
    for pilot in (begun, called_off):
        make_application(pilot, startup, by=ayesha)
    pilots.start_pilot(begun, side=Side.INVESTOR, by=li_wei, at=at)
    pilots.cancel_pilot(called_off, side=Side.INVESTOR, by=li_wei, at=at)
    assert begun.applications.get().state == ApplicationState.DECLINED
    assert sorted(told(ayesha)) == ["pilot_answered", "pilot_cancelled"]


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_never_exceed_the_seats(startup, ayesha, li_wei, together):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, slots=1)
    rival = factories.make_startup("Ravi Fields")
    asked = [make_application(pilot, company, by=ayesha).pk for company in (startup, rival)]

    def accept(pk):
        application = PilotApplication.objects.select_related("pilot").get(pk=pk)
        applications.give_slot(application, side=Side.INVESTOR, by=li_wei, at=timezone.now())

    assert kinds(at_once(*(partial(accept, pk) for pk in asked))) == ["", "NoSlotError"]
    assert list(
        PilotApplication.objects.values_list("slot", flat=True).order_by("slot").exclude(slot=None)
    ) == [1]
