"""A message is translated when its reader asks for it: marked, beside the original, and no other text."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import MessageState, Side
from matchmaker.models.conversation import Message
from matchmaker.models.machine_translation import MachineTranslation
from tests import factories
from tests.matchmaker.deals.conversations.test_conversation import page_of
from tests.matchmaker.introduced import make_message

pytestmark = pytest.mark.django_db
WORDS = "我们可以在三月见面吗？"


@pytest.fixture
def message(talk, li_wei):
    return make_message(talk, Side.INVESTOR, by=li_wei, text=WORDS, at=timezone.now())


def ask(client, message, company):
    return client.post(reverse("conversation_translation", args=[company.public_id, message.pk]))


def test_it_is_off_unless_an_operator_names_a_service(message, founder, investor):
    assert "machine translation" not in founder.get(page_of(investor)).text
    assert ask(founder, message, investor).status_code == 302
    assert not MachineTranslation.objects.exists()


def test_a_reader_asks_once_and_reads_both(message, founder, investor, service):
    before = founder.get(page_of(investor)).text
    assert "Show a machine translation of this message" in before
    assert "This text is sent to 127.0.0.1." in before
    assert "can ask 127.0.0.1 to translate this message" in before
    assert service.asked == []  # reading a page sends nothing
    answer = ask(founder, message, investor)
    assert answer.headers["Location"] == f"{page_of(investor)}?page=1#translation-{message.pk}"
    ask(founder, message, investor)
    sent = {"q": WORDS, "source": "zh", "target": "en", "format": "text", "api_key": "key"}
    assert service.asked == [("/translate", sent)]
    after = founder.get(page_of(investor)).text
    assert WORDS in after
    assert "&lt;b&gt;Half&lt;/b&gt; the water" in after
    assert "Translated by 127.0.0.1, not by the company." in after
    Message.objects.update(state=MessageState.HIDDEN)
    assert "the water" not in founder.get(page_of(investor)).text


@pytest.mark.attack
def test_only_who_reads_a_message_has_it_translated(message, talk, ayesha, li_wei, as_user, service):
    startup, investor = talk.startup, talk.investor
    rival = as_user(factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields")))
    assert ask(rival, message, investor).status_code == 404
    assert ask(as_user(li_wei), message, startup).status_code == 404  # its own words
    assert "Show a machine translation" not in as_user(li_wei).get(page_of(startup)).text
    waiting = make_message(talk, Side.INVESTOR, by=li_wei, text=WORDS, state=MessageState.WAITING)
    assert ask(as_user(ayesha), waiting, investor).status_code == 404
    Message.objects.filter(pk=message.pk).update(state=MessageState.HIDDEN)
    assert ask(as_user(ayesha), message, investor).status_code == 404
    assert service.asked == []


def test_a_message_in_the_readers_language_is_never_sent(talk, ayesha, li_wei, as_user, service):
    message = make_message(talk, Side.INVESTOR, by=li_wei, text="Shall we meet in March?", at=timezone.now())
    ask(as_user(ayesha), message, talk.investor)
    assert "Show a machine translation" not in as_user(ayesha).get(page_of(talk.investor)).text
    assert service.asked == []


def test_many_messages_cost_as_much_as_one(talk, founder, li_wei, service, same_queries):
    founder.get(page_of(talk.investor))
    for number in (1, 8):
        for part in range(number):
            make_message(talk, Side.INVESTOR, by=li_wei, text=f"{WORDS}{number}{part}", at=timezone.now())
        with same_queries():
            founder.get(page_of(talk.investor))
