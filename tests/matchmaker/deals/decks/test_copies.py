"""The file that a reader saves of a deck: made once, refused at once, deleted after an hour."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks.services import copies, sharing
from matchmaker.models.deck import DeckAccess, DeckCopy
from matchmaker.portal.own_data.services import erase_company
from tests.matchmaker.deals.decks.decked import kept, make_deck, show_to, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def saving(startup, ayesha, li_wei, as_user):
    """Li Wei, and the address of the file that is ready for his fund."""
    make_deck(startup, ayesha, may_download=True)
    show_to(startup, "matched")
    partner, save = as_user(li_wei), reverse("deck_save", args=[startup.public_id])
    partner.post(save)
    assert copies.make_next(at=timezone.now())
    return partner, save


def test_a_file_that_is_ready_is_refused_at_once(saving, startup, ayesha, founder, investor):
    partner, save = saving
    at, allowed = timezone.now(), reverse("deck_download_allowed")

    def statuses():
        return partner.get(save).status_code, partner.post(save).status_code

    assert statuses() == (200, 200)
    founder.post(allowed, {"wanted": "0"})
    assert statuses() == (404, 404)
    founder.post(allowed, {"wanted": "1"})
    show_to(startup, "nobody")
    assert statuses() == (404, 404)
    show_to(startup, "matched")
    sharing.decide(startup, investor, until=None, is_closed=True, by=ayesha, at=at)
    assert statuses() == (404, 404)
    DeckAccess.objects.all().delete()
    conversations.block_company(startup, investor, side=Side.STARTUP, by=ayesha, at=at)
    assert statuses() == (404, 404)
    conversations.unblock_company(startup, investor, side=Side.STARTUP, by=ayesha, at=at)
    make_deck(startup, ayesha)
    assert "We make a PDF" in text_of(partner, save), "of the new version"
    assert partner.post(save).url == save


def test_a_file_lasts_an_hour_and_goes_with_either_company(
    saving, startup, li_wei, django_capture_on_commit_callbacks
):
    partner, save = saving
    assert len(kept()) == 3
    old = timezone.now() - timedelta(minutes=61)
    DeckCopy.objects.update(at=old)
    assert "We make a PDF" in text_of(partner, save)
    with django_capture_on_commit_callbacks(execute=True):
        copies.forget_old_copies(at=timezone.now())
    assert (DeckCopy.objects.count(), len(kept())) == (0, 2)
    partner.post(save)
    copies.make_next(at=timezone.now())
    assert len(kept()) == 3
    with django_capture_on_commit_callbacks(execute=True):
        erase_company(li_wei.membership.investor, by=li_wei, at=timezone.now())
    assert (DeckCopy.objects.count(), len(kept())) == (0, 2)


def test_a_worker_that_stops_is_followed_by_another_until_the_third(saving):
    partner, save = saving
    DeckCopy.objects.update(content="", attempts=2, leased_until=timezone.now() + timedelta(minutes=1))
    assert not copies.make_next(at=timezone.now())
    assert copies.make_next(at=timezone.now() + timedelta(minutes=2))
    assert "The file is ready." in text_of(partner, save)
    DeckCopy.objects.update(content="", attempts=3)
    assert copies.make_next(at=timezone.now())
    assert "The file could not be made" in text_of(partner, save)
    partner.post(save)
    assert copies.make_next(at=timezone.now())
    assert "The file is ready." in text_of(partner, save)
