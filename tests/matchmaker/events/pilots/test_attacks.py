"""Pilots against those who read what is not theirs, publish unread, or go round a block."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.events.pilots.services import applications, pilots
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.pilot import Pilot, PilotApplication, PilotApplicationState, PilotState
from matchmaker.transitions import NotPublishedError
from profiles.curation.reviews import services as curation
from profiles.models import Investor, OutboxMail
from tests import factories
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.introduced import told

pytestmark = pytest.mark.django_db
A, S = PilotApplicationState, PilotState


def page_of(client, pilot, name="pilot"):
    response = client.get(reverse(name, args=[pilot.public_id]))
    return response.status_code, response.content.decode()


def revised(pilot, sana, li_wei, **texts):
    """Let the host write something new into an open pilot, and a curator send it back."""
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    pilots.correct_pilot(pilot, values={"summary_en": "New text to review"}, **said)
    pilots.send_back_pilot(pilot, message="Say more.", by=sana, at=timezone.now())
    Pilot.objects.filter(pk=pilot.pk).update(**texts)


@pytest.mark.parametrize("ended", [A.WITHDRAWN, A.DECLINED])
def test_a_former_applicant_reads_no_private_draft(as_user, startup, ayesha, li_wei, sana, ended):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei)
    make_application(pilot, startup, by=ayesha, state=ended)
    client = as_user(ayesha)
    assert page_of(client, pilot)[0] == 200  # as everyone does, while it is on the board

    revised(pilot, sana, li_wei, summary_en="Canary text", title_en="Canary title")

    assert page_of(client, pilot)[0] == 404
    assert "Canary" not in client.get(reverse("own_pilots")).content.decode()


@pytest.mark.parametrize("state", [A.APPLIED, A.ACCEPTED])
def test_who_waits_for_an_answer_keeps_the_application_and_reads_no_draft(
    as_user, startup, ayesha, li_wei, sana, state
):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei)
    make_application(pilot, startup, by=ayesha, state=state)
    client, texts = (
        as_user(ayesha),
        {"summary_en": "Canary text", "title_en": "Canary title", "size": "Canary"},
    )
    revised(pilot, sana, li_wei, **texts)

    for address in (reverse("pilot", args=[pilot.public_id]), reverse("own_pilots"), reverse("home")):
        response = client.get(address)
        assert (response.status_code, "Canary" in response.content.decode()) == (200, False)
    assert "We have sensors." in page_of(client, pilot)[1]
    Pilot.objects.update(state=S.CANCELLED, ended_at=timezone.now())
    assert "Canary" not in page_of(client, pilot)[1]


def test_a_curator_approves_what_was_read_and_nothing_newer(as_user, li_wei, sana):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, state=S.SUBMITTED)
    client, address = as_user(sana), reverse("pilot_review", args=[pilot.public_id])
    read = client.get(address).context["page"]["pilot"].version
    pilots.send_back_pilot(pilot, message="Say more.", by=sana, at=timezone.now())
    pilot.aims.update(measure="Canary aim")
    pilots.submit_pilot(pilot, side=Side.INVESTOR, by=li_wei, at=timezone.now())

    for sent in ({"seen": read}, {}, {"seen": ""}):
        refused = client.post(address, {"outcome": "approve", **sent})
        body = refused.content.decode()
        assert (refused.status_code, "This has changed" in body, "Canary aim" in body) == (422, True, True)
        pilot.refresh_from_db()
        assert pilot.state == S.SUBMITTED
    kept = client.post(address, {"outcome": "send_back", "message": "Canary answer", "seen": read})
    assert "Canary answer" in kept.content.decode()

    client.post(address, {"outcome": "approve", "seen": Pilot.objects.get().version})
    pilot.refresh_from_db()
    assert pilot.state == S.OPEN


def test_a_blocked_company_reaches_nobody_through_pilots_and_is_told_of_a_pause(
    as_user, startup, ayesha, li_wei
):
    investor = li_wei.membership.investor
    pilot, client = make_pilot(investor, by=li_wei), as_user(ayesha)
    apply = reverse("pilot_apply", args=[pilot.public_id])
    said = {"startup": startup, "investor": investor, "by": li_wei}

    def tried():
        pages = page_of(client, pilot)[1], client.get(apply, follow=True).content.decode()
        sent = client.post(apply, {"words": "Canary words", "seen": Pilot.objects.get().version})
        return sent.status_code, [
            "not taking new applications" in each for each in (*pages, sent.content.decode())
        ]

    CompanyBlock.objects.create(side=Side.INVESTOR, **said)
    blocked = tried()
    assert blocked == (422, [True] * 3)
    assert (PilotApplication.objects.count(), OutboxMail.objects.count(), told(li_wei)) == (0, 0, [])

    CompanyBlock.objects.all().delete()
    Investor.objects.update(paused_at=timezone.now())
    assert tried() == blocked
    Investor.objects.update(paused_at=None)
    assert page_of(client, pilot)[1].count("Apply for a slot") == 1

    CompanyBlock.objects.create(side=Side.STARTUP, **said)  # one's own block is said openly
    own = client.post(apply, {"words": "Us"}).content.decode()
    assert "You have blocked this company." in own
    assert PilotApplication.objects.count() == 0


def test_applying_again_and_again_mails_the_host_once_a_week(startup, ayesha, li_wei):
    pilot, at = make_pilot(li_wei.membership.investor, by=li_wei), timezone.now()
    for days in (0, 0, 1, 6, 14):
        when = at + timedelta(days=days)
        said = {"by": ayesha, "at": when}
        made = applications.apply_for_slot(pilot, startup, words=f"Try {days}", **said)
        applications.withdraw_application(made, side=Side.STARTUP, **said)
    assert PilotApplication.objects.count() == 5
    mails = OutboxMail.objects.filter(recipient=li_wei.email, kind="pilot_applied")
    assert (mails.count(), told(li_wei)) == (2, ["pilot_applied", "pilot_withdrawn"] * 2)


def test_a_rival_with_a_slot_does_not_read_who_else_has_one(as_user, startup, ayesha, li_wei, sana):
    rival = factories.make_startup("Ravi Fields")
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, summary_en="With Indus Grow and Ravi Fields.")
    founder = factories.make_founder("rival@example.com", rival)
    mine, other = (
        make_application(pilot, company, by=ayesha, state=A.ACCEPTED) for company in (rival, startup)
    )
    assert mine.slot != other.slot

    seen = page_of(as_user(founder), pilot)[1].partition("<main")[2]
    assert ("Indus Grow" in seen, "Ravi Fields" in seen, "A startup" in seen) == (False, True, True)
    assert all("Indus Grow" in page_of(as_user(each), pilot)[1] for each in (li_wei, sana, ayesha))
    PilotApplication.objects.filter(pk=other.pk).update(is_named=True)
    assert "Indus Grow" in page_of(as_user(founder), pilot)[1]


def test_acts_on_a_pilot_that_has_changed_since_it_was_read_are_refused(as_user, startup, ayesha, li_wei):
    pilot = make_pilot(li_wei.membership.investor, by=li_wei)
    client, host = as_user(ayesha), as_user(li_wei)
    apply = reverse("pilot_apply", args=[pilot.public_id])
    read = client.get(apply).context["page"]["pilot"].version
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    pilots.correct_pilot(pilot, values={"year": 2028}, **said)
    refused = client.post(apply, {"words": "Canary words", "seen": read})
    body = refused.content.decode()
    assert (refused.status_code, "This has changed" in body, "Canary words" in body) == (422, True, True)

    page = host.get(reverse("pilot", args=[pilot.public_id])).context["page"]
    move = reverse("pilot_move", args=[pilot.public_id])
    application = make_application(pilot, startup, by=ayesha)  # it arrives while the host reads
    for act in ("start", "cancel"):
        told = host.post(move, {"act": act, "seen": page["acts_version"]}, follow=True)
        assert "This has changed" in told.content.decode()
    application.refresh_from_db()
    assert application.state == A.APPLIED

    slot = reverse("pilot_seat", args=[pilot.public_id])
    waits = application.version
    applications.give_slot(application, side=Side.INVESTOR, by=li_wei, at=timezone.now())
    told = client.post(slot, {"act": "withdraw", "seen": waits}, follow=True)
    assert "This has changed" in told.content.decode()
    application.refresh_from_db()
    assert application.state == A.ACCEPTED


def test_a_suspended_host_calls_its_pilot_off_and_does_no_more(as_user, startup, ayesha, li_wei, sana):
    investor, client = li_wei.membership.investor, as_user(li_wei)
    pilot, running = (make_pilot(investor, by=li_wei, state=state) for state in (S.OPEN, S.RUNNING))
    asked = make_application(pilot, startup, by=ayesha)
    curation.suspend(investor, message="Unclear", by=sana, at=timezone.now())
    before = OutboxMail.objects.count()

    client.post(reverse("pilot_answer", args=[pilot.public_id, asked.pk]), {"answer": "accept"})
    client.post(reverse("pilot_move", args=[pilot.public_id]), {"act": "start"})
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    with pytest.raises(NotPublishedError):
        pilots.correct_pilot(pilot, values={"summary_en": "Write to me elsewhere"}, **said)
    with pytest.raises(NotPublishedError):
        applications.finish_pilot(running, reached={1: True, 2: True}, outcome="Call me", **said)

    assert Pilot.objects.get(pk=pilot.pk).state == S.OPEN
    assert PilotApplication.objects.get(pk=asked.pk).state == A.APPLIED
    assert OutboxMail.objects.count() == before
    client.post(reverse("pilot_move", args=[pilot.public_id]), {"act": "cancel"})
    assert Pilot.objects.get(pk=pilot.pk).state == S.CANCELLED
