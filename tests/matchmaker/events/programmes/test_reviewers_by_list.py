"""Reviewers by list: asked by address, told as participants are, and reviewing once they have joined."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.services import invitations
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.portal.own_data.services import erase_account
from profiles.choices import Side, Status
from profiles.models import Investor, OutboxMail, Startup
from profiles.platform.notifications import services as notifications
from tests import factories
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_invitations import (
    STRANGER,
    at,
    body,
    link,
    mailed,
    strangers,
    table,
    told,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(li_wei):
    return make_programme(li_wei.membership.investor, by=li_wei, place_count=5)


def ask(host, programme, *addresses):
    said = {"what": "list", "list-file": table("email", *addresses)}
    return host.post(at("programme_jury", programme), said, follow=True).content.decode()


def test_reviewers_are_asked_by_list_and_review_once_they_have_joined(
    as_user, programme, startup, ayesha, li_wei
):
    make_application(programme, startup, by=ayesha, answers=["Canary answer"])
    host, knows = as_user(li_wei), factories.make_partner("knows@example.com", None)
    text = ask(host, programme, knows.email, STRANGER.upper())
    assert "2 people are invited." in text
    assert STRANGER in text
    assert told(knows) == ["programme_review_asked"]
    (mail,) = OutboxMail.objects.filter(recipient=STRANGER)
    row = programme.invitations.get(email=STRANGER)
    address = reverse("programme_join", args=[row.token])
    assert (mail.kind, address in mail.body) == ("programme_review_by_mail", True)
    assert STRANGER not in body(host, at("programme_invitations", programme)), "no place is offered"

    assert f"{reverse('join')}?next={address}" in body(as_user(None), address)
    assert "This invitation is for another email address" in body(as_user(ayesha), address)
    new, review = factories.make_partner(STRANGER, None), at("programme_review_list", programme)
    client = as_user(new)
    assert client.get(address).url == review
    assert client.get(review).status_code == 200
    assert review in body(client, reverse("own_programmes"))
    assert not programme.applications.filter(person=new).exists()
    assert client.post(address).status_code == 302
    assert not programme.applications.filter(person=new).exists(), "to review is no place"

    assert "1 person was invited before" in ask(host, programme, STRANGER)
    notifications.send_due(at=timezone.now())
    host.post(at("programme_reviewer_remove", programme, programme.reviewers.get(email=STRANGER).pk))
    assert client.get(review).status_code == 404
    assert client.get(address).status_code == 404
    ask(host, programme, STRANGER)
    assert client.get(review).status_code == 200
    assert OutboxMail.objects.filter(recipient=STRANGER).count() == 1
    erase_account(new, at=timezone.now())
    assert not programme.invitations.filter(email=STRANGER).exists()
    assert not programme.reviewers.filter(email=STRANGER).exists()


def test_reviewing_and_taking_part_exclude_each_other_also_by_invitation(
    as_user, programme, startup, ayesha, li_wei
):
    host, new = as_user(li_wei), factories.make_founder(STRANGER, factories.make_startup("New here"))
    review = at("programme_review_list", programme)
    ask(host, programme, STRANGER, ayesha.email)
    upload(host, programme, table("email", STRANGER))
    assert [each.kind for each in programme.invitations.filter(email=STRANGER)] == [REVIEWER], "one of both"
    as_user(ayesha).post(link(programme, li_wei))
    assert programme.applications.filter(startup=startup).exists()
    assert as_user(ayesha).get(review).status_code == 404, "who takes part does not review"
    as_user(new).post(review)  # says that there are no connections
    as_user(new).post(link(programme, li_wei))
    assert not programme.applications.filter(startup__name_en="New here").exists()


def test_reviewers_are_twenty_at_most_and_a_list_is_taken_as_a_whole(as_user, programme, li_wei):
    host = as_user(li_wei)
    assert "at most twenty reviewers" in ask(host, programme, *strangers(21))
    assert not programme.reviewers.exists()
    assert not programme.invitations.exists()
    ask(host, programme, *strangers(20))
    assert (programme.reviewers.count(), mailed()) == (20, 0)
    assert "0 of 20 sent" in body(host, at("programme_jury", programme))
    invitations.send_waiting(at=timezone.now())
    assert mailed() == 20


@pytest.mark.parametrize("event", ["block", "suspended", "organiser suspended"])
def test_what_ends_access_ends_a_review_by_invitation(as_user, programme, startup, ayesha, li_wei, event):
    make_application(programme, factories.make_startup("Other"), by=li_wei, answers=["Canary answer"])
    review = at("programme_review_list", programme)
    if event == "block":
        block_company(startup, programme.investor, side=Side.STARTUP, by=ayesha, at=timezone.now())
        ask(as_user(li_wei), programme, ayesha.email)
        assert told(ayesha) == []
        return
    ask(as_user(li_wei), programme, ayesha.email)
    assert as_user(ayesha).get(review).status_code == 200
    if event == "suspended":
        Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    else:
        Investor.objects.filter(pk=programme.investor_id).update(status=Status.SUSPENDED)
    assert as_user(ayesha).get(review).status_code == 404


def test_an_address_that_mails_come_back_from_gets_none(as_user, programme, li_wei):
    notifications.stop_address(STRANGER, reason="bounced", at=timezone.now())
    assert "2 people are invited." in ask(as_user(li_wei), programme, STRANGER, "other@example.com")
    assert [mail.recipient for mail in OutboxMail.objects.all()] == ["other@example.com"]
