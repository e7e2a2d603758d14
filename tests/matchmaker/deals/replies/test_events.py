"""After each event of docs/events.md a reply is posted exactly if its sender may still write on the site."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.conversation import Message
from profiles.models import User
from tests import factories
from tests.attack.test_events import (
    EVENTS,
    ask_to_delete_company,
    choose_address,
    choose_password,
    lose_role,
    merge_records,
)
from tests.matchmaker.deals.decks.decked import agree_to_all
from tests.matchmaker.deals.replies.posting import post

pytestmark = pytest.mark.django_db
# A conversation goes on; a new password ends addresses, though who has chosen it may sign in and write.
GOES_ON = (lose_role, choose_address, merge_records, ask_to_delete_company)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_a_reply_is_posted_exactly_if_its_sender_may_write(told, talk, ayesha, li_wei, sana, as_user, event):
    world = SimpleNamespace(
        startups={"talks": talk.startup},
        investor=talk.investor,
        founders={"talks": ayesha},
        partner=li_wei,
        curator=sana,
        at=timezone.now(),
    )
    factories.make_founder("colleague@example.com", talk.startup)
    agree_to_all(talk.startup, ayesha)
    event(world)
    post(*told.reply_to, "ayesha@example.com", "After the event")
    is_posted = Message.objects.filter(text="After the event").exists()
    assert is_posted is (event in GOES_ON)
    user = User.objects.filter(pk=ayesha.pk).first()
    if event is not choose_password:
        page = reverse("conversation", args=[talk.investor.public_id])
        as_user(user).post(page, {"text": "On the site"})
        assert Message.objects.filter(text="On the site").exists() is is_posted
