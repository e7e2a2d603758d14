"""New texts of a programme that is public: a curator reads them, then everyone sees what has changed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.programmes.services import corrections
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.transitions import NotPublishedError, WrongStateError
from profiles.choices import Role, Status
from profiles.models import Investor, Notice, OutboxMail
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme

pytestmark = pytest.mark.django_db
TEXT = "Three days on canals, sensors and seeds."


@pytest.fixture
def programme(li_wei):
    """An open programme of the investor."""
    return make_programme(li_wei.membership.investor, by=li_wei, title_zh="水利黑客松")


def form(programme, **fields):
    programme.refresh_from_db()
    names = ("title_en", "title_zh", "title_ur", "text_en", "text_ur", "text_zh", "organisers", "venue")
    said = {name: getattr(programme, name) for name in (*names, "who_pays")}
    return {**said, "seen": programme.version, **fields}


def told(user, prefix="programme_text"):
    kinds = Notice.objects.filter(user=user, kind__startswith=prefix).values_list("kind", flat=True)
    return sorted(kinds)


def decide(client, programme, **said):
    programme.refresh_from_db()
    address = reverse("programme_review", args=[programme.public_id])
    return client.post(address, {"seen": programme.version, "message": "", **said})


def test_a_curator_reads_the_new_text_and_then_participants_see_the_change(
    as_user, programme, startup, ayesha, li_wei, sana
):
    make_application(programme, startup, by=ayesha, state=ProgrammeApplicationState.ACCEPTED)
    host, founder, curator, nobody = (as_user(each) for each in (li_wei, ayesha, sana, None))
    page = at("programme", programme)
    assert at("programme_texts", programme) in body(host, page)
    host.post(at("programme_texts", programme), form(programme, text_en=TEXT, who_pays="Everyone pays"))
    assert TEXT not in body(nobody, page)
    assert TEXT not in body(founder, page)
    assert programme.title in body(curator, reverse("programme_reviews"))
    review = body(curator, reverse("programme_review", args=[programme.public_id]))
    assert TEXT in review
    assert "Two days on canals and sensors." in review
    assert decide(curator, programme, outcome="approve").status_code == 302
    text = body(founder, page)
    for words in (TEXT, "Everyone pays", "The text has changed", "Two days on canals and sensors."):
        assert words in text, words
    assert (told(ayesha), told(li_wei)) == (["programme_text_changed"], ["programme_text_decided"])
    assert OutboxMail.objects.filter(recipient=ayesha.email, kind="programme_text_changed").count() == 1
    assert programme.title not in body(curator, reverse("programme_reviews"))
    programme.refresh_from_db()
    assert (programme.state, programme.title_zh) == (ProgrammeState.OPEN, "水利黑客松")


def test_a_returned_text_stays_with_the_organiser(as_user, programme, li_wei, sana):
    host, curator = as_user(li_wei), as_user(sana)
    page = at("programme_texts", programme)
    host.post(page, form(programme, text_en=TEXT))
    assert decide(curator, programme, outcome="send_back").status_code == 422
    decide(curator, programme, outcome="send_back", message="Canary: say who teaches")
    assert "Canary: say who teaches" in body(host, at("programme", programme))
    again = body(host, page)
    assert TEXT in again
    assert TEXT not in body(as_user(None), at("programme", programme))
    assert "Canary" not in body(as_user(None), at("programme", programme))
    host.post(page, form(programme))  # as it was: there is nothing to read any more
    programme.refresh_from_db()
    assert (programme.corrected, programme.corrected_at) == ({}, None)


def test_what_must_be_there_stays_and_what_was_changed_meanwhile_is_not_approved(
    as_user, programme, li_wei, sana
):
    host, page = as_user(li_wei), at("programme_texts", programme)
    assert host.post(page, form(programme, title_en="", title_zh="")).status_code == 422
    assert host.post(page, form(programme, who_pays="")).status_code == 422
    host.post(page, form(programme, text_en=TEXT))
    programme.refresh_from_db()
    read = programme.version
    host.post(page, form(programme, text_en="Canary"))
    with pytest.raises(RefusedError):
        corrections.approve_texts(programme, by=sana, at=timezone.now(), version_read=read)


def test_no_curator_approves_what_they_wrote(as_user, sana):
    programme = make_programme(None, by=factories.make_user("other@example.com", Role.CURATOR))
    as_user(sana).post(at("programme_texts", programme), form(programme, text_en=TEXT))
    programme.refresh_from_db()
    assert programme.corrected_by == sana
    with pytest.raises(RefusedError):
        corrections.approve_texts(programme, by=sana, at=timezone.now(), version_read=programme.version)
    third = factories.make_user("third@example.com", Role.CURATOR)
    corrections.approve_texts(programme, by=third, at=timezone.now(), version_read=programme.version)


def test_only_the_one_who_leads_an_ongoing_programme_corrects_it(as_user, programme, ayesha, li_wei, sana):
    fund = factories.make_investor("Chengsui")
    partner = factories.make_partner("partner2@example.com", fund)
    programme.hosts.create(email=partner.email, user=partner, investor=fund, accepted_at=timezone.now())
    for user in (partner, ayesha):
        answer = as_user(user).post(at("programme_texts", programme), form(programme, text_en=TEXT))
        assert answer.status_code == 404
    over = make_programme(programme.investor, by=li_wei, state=ProgrammeState.FINISHED)
    assert as_user(li_wei).get(at("programme_texts", over)).status_code == 404
    as_user(li_wei).post(at("programme_texts", programme), form(programme, text_en=TEXT))
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.SUSPENDED)
    programme.refresh_from_db()
    said = {"by": sana, "at": timezone.now(), "version_read": programme.version}
    with pytest.raises(NotPublishedError):
        corrections.approve_texts(programme, **said)
    assert as_user(li_wei).post(
        at("programme_texts", programme), form(programme, text_en="Canary")
    ).status_code in (404, 422)
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.APPROVED)
    programme.state, programme.ended_at = ProgrammeState.CANCELLED, timezone.now()
    programme.save()
    with pytest.raises(WrongStateError):
        corrections.approve_texts(programme, **said)
