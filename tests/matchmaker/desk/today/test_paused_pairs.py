"""Hiding a pair that talks says so before, and leaves an explained state to both sides."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import deadlines
from matchmaker.desk.today import services as overrides
from matchmaker.models.introduction import Introduction, IntroductionState
from profiles.models import Notice, OutboxMail
from tests.factories import make_investor
from tests.matchmaker.introduced import make_introduction, make_message

REASON = "Their owner is the same person"
PAUSED = "A curator has paused this introduction"


@pytest.fixture
def investor(li_wei):
    return li_wei.membership.investor


@pytest.fixture
def talk(startup, investor, ayesha, li_wei):
    """Both are interested, and one has written."""
    introduction = make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    make_message(introduction, Side.STARTUP, by=ayesha, text="When can we meet?")
    return introduction


def hide(startup, investor, by):
    said = {"kind": OverrideKind.HIDE, "note": REASON, "expires_on": None}
    return overrides.curator_override(startup, investor, **said, by=by, at=timezone.now())


def pages(other):
    return [reverse(name, args=[other.public_id]) for name in ("introduction", "conversation", "meeting")]


def test_a_curator_reads_before_what_becomes_of_it(talk, startup, investor, sana, as_user):
    desk, address = as_user(sana), reverse("pairing", args=[startup.public_id, investor.public_id])
    page = desk.get(address).content.decode()
    assert "These two companies are already in contact" in page
    assert "Introductions and conversations (1)" in page
    assert "Both sides see that it is paused." in page
    assert page.index("These two companies are already in contact") < page.index('name="kind"')

    Introduction.objects.all().delete()
    assert "These two companies are already in contact" not in desk.get(address).content.decode()


def test_both_sides_read_that_it_is_paused_not_why(talk, startup, investor, ayesha, li_wei, sana, as_user):
    hidden = hide(startup, investor, sana)
    for user, other in ((ayesha, investor), (li_wei, startup)):
        client = as_user(user)
        for path in pages(other):
            answer = client.get(path)
            page = answer.content.decode()
            assert (answer.status_code, PAUSED in page) == (200, True), path
            assert reverse("contact") in page
            assert not [word for word in (REASON, "When can we meet?", sana.email) if word in page]
            assert client.post(path, {"text": "Hello?"}).status_code in (404, 405)
        listed = client.get(reverse("pipeline")).content.decode()
        assert f'href="{pages(other)[0]}"' in listed
        assert "A curator has paused this introduction." in listed
        assert client.get(reverse("match", args=[other.public_id])).status_code == 404
        told = Notice.objects.get(user=user, kind="introduction_paused")
        assert told.path == pages(other)[0]
    assert REASON not in "".join(mail.body for mail in OutboxMail.objects.all())

    overrides.release(hidden, note="Settled", by=sana, at=timezone.now())
    for user, other in ((ayesha, investor), (li_wei, startup)):
        page = as_user(user).get(pages(other)[1]).content.decode()
        assert (PAUSED in page, "When can we meet?" in page) == (False, True)
        assert Notice.objects.filter(user=user, kind="introduction_resumed").count() == 1


def test_a_request_that_has_not_arrived_stays_unknown(startup, investor, ayesha, li_wei, sana, as_user):
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.QUEUED)
    hide(startup, investor, sana)
    assert PAUSED in as_user(ayesha).get(pages(investor)[0]).content.decode()
    assert as_user(li_wei).get(pages(startup)[0]).status_code == 404
    assert not Notice.objects.filter(user=li_wei).exists()


def test_a_hidden_pair_without_anything_open_has_no_pages(startup, investor, ayesha, sana, as_user):
    hide(startup, investor, sana)
    assert [as_user(ayesha).get(path).status_code for path in pages(investor)] == [404, 404, 404]
    assert not Notice.objects.exists()


def test_nobody_is_reminded_of_what_nobody_can_answer(startup, investor, ayesha, li_wei, sana):
    now = timezone.now()
    make_introduction(
        startup, investor, by=ayesha, state=IntroductionState.ASKED, remind_at=now - timedelta(days=1)
    )
    hide(startup, investor, sana)
    deadlines.remind_due(at=now)
    assert not Notice.objects.filter(user=li_wei, kind="request_reminder").exists()


def test_the_page_of_requests_takes_as_many_queries_for_many_paused_ones(
    startup, ayesha, sana, as_user, investor, same_queries
):
    for number in range(3):
        other = investor if number == 0 else make_investor(f"Fund {number}")
        make_introduction(startup, other, by=ayesha, state=IntroductionState.MUTUAL)
        hide(startup, other, sana)
        if number in (0, 2):
            Notice.objects.all().delete()
            client = as_user(ayesha)
            with same_queries():
                client.get(reverse("pipeline"))
