"""What curators read: first messages of senders whom no one knows yet, delivered once, and reports."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import MessageState, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.conversations.services import DecidedAlreadyError
from matchmaker.models.conversation import CompanyBlock, Message, MessageReport
from matchmaker.models.introduction import Introduction, IntroductionState
from profiles.choices import Role
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, Notice, OutboxMail, Startup
from tests import factories
from tests.matchmaker.introduced import make_message
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db


def unread_profile(startup):
    """Let the startup be approved without anyone having read it."""
    Startup.objects.filter(pk=startup.pk).update(reviewed_at=None)


def page_of(public_id):
    return reverse("conversation", args=[public_id])


def test_a_first_message_waits_for_a_curator_and_is_delivered_once(talk, ayesha, li_wei, sana, as_user):
    unread_profile(talk.startup)
    founder, partner, desk = as_user(ayesha), as_user(li_wei), as_user(sana)
    path = page_of(talk.investor.public_id)
    assert founder.post(path, {"text": "Hello from the Indus"}).status_code == 302
    message = Message.objects.get()
    assert message.state == MessageState.WAITING
    assert "is waiting for a curator" in founder.get(path).content.decode()
    assert founder.post(path, {"text": "And more"}).status_code == 422
    assert "Hello from" not in partner.get(page_of(talk.startup.public_id)).content.decode()
    assert not Notice.objects.filter(kind="message").exists()
    # The other side is known, so its words are not held up.
    partner.post(page_of(talk.startup.public_id), {"text": "Are you there?"})
    assert Message.objects.get(side="investor").state == MessageState.DELIVERED

    first = reverse("desk_message_first", args=[message.pk])
    assert "Hello from the Indus" in desk.get(first).content.decode()
    assert desk.post(first, {"is_fine": "no", "reason": ""}).status_code == 422
    assert desk.post(first, {"is_fine": "yes"}).headers["Location"] == reverse("desk_messages")
    assert desk.post(first, {"is_fine": "yes"}).status_code == 404
    with pytest.raises(DecidedAlreadyError):
        conversations.deliver_first(message, by=sana, at=timezone.now())
    with pytest.raises(NotACuratorError):
        conversations.deliver_first(message, by=ayesha, at=timezone.now())
    assert "Hello from the Indus" in partner.get(page_of(talk.startup.public_id)).content.decode()
    assert Notice.objects.filter(user=li_wei, kind="message").count() == 1
    assert Notice.objects.filter(user=ayesha, kind="message_delivered").count() == 1
    # From now on the sender is known.
    assert founder.post(path, {"text": "And more"}).status_code == 302
    assert Message.objects.filter(side="startup", state=MessageState.DELIVERED).count() == 2


def test_a_first_message_that_is_kept_back_says_why_to_its_sender_alone(talk, ayesha, li_wei, sana, as_user):
    unread_profile(talk.startup)
    conversations.send_message(talk, side=Side.STARTUP, text="Send money", by=ayesha, at=timezone.now())
    message = Message.objects.get()
    reason = {"is_fine": "no", "reason": "Ask for no money here."}
    as_user(sana).post(reverse("desk_message_first", args=[message.pk]), reason)
    own = as_user(ayesha).get(page_of(talk.investor.public_id)).content.decode()
    theirs = as_user(li_wei).get(page_of(talk.startup.public_id)).content.decode()
    assert ("Ask for no money here." in own, "Send money" in own) == (True, True)
    assert ("Ask for no money here." in theirs, "Send money" in theirs) == (False, False)
    # The next one waits again.
    conversations.send_message(talk, side=Side.STARTUP, text="Sorry", by=ayesha, at=timezone.now())
    assert Message.objects.latest("pk").state == MessageState.WAITING


@pytest.mark.django_db(transaction=True)
def test_two_curators_at_once_deliver_once(talk, ayesha, li_wei, sana):
    unread_profile(talk.startup)
    second = factories.make_user("second@example.com", Role.CURATOR)
    at = timezone.now()
    message = conversations.send_message(talk, side=Side.STARTUP, text="Once", by=ayesha, at=at)

    def deliver(curator):
        found = Message.objects.select_related("introduction", "startup", "investor").get(pk=message.pk)
        conversations.deliver_first(found, by=curator, at=at)

    assert kinds(at_once(lambda: deliver(sana), lambda: deliver(second))) == ["", "DecidedAlreadyError"]
    assert Notice.objects.filter(user=li_wei, kind="message").count() == 1
    assert OutboxMail.objects.filter(kind="message").count() == 1
    done = [record.details.get("done") for record in AuditRecord.objects.filter(action="conversed")]
    assert done.count("delivered") == 1


def test_a_reported_message_is_read_with_its_neighbours_and_hidden_from_both(
    talk, ayesha, li_wei, sana, as_user
):
    founder, partner, desk = as_user(ayesha), as_user(li_wei), as_user(sana)
    thread = [make_message(talk, Side.STARTUP, by=ayesha, text=f"Word {number}") for number in range(9)]
    bad = thread[4]
    report = reverse("conversation_report", args=[talk.startup.public_id, bad.pk])
    assert partner.post(report, {}).status_code == 422
    said = {"reason": "fraud", "word": "Asks for a password"}
    assert partner.post(report, said).status_code == 302
    assert partner.post(report, said).status_code == 302
    own = reverse("conversation_report", args=[talk.investor.public_id, bad.pk])
    assert founder.post(own, said).status_code == 404  # no one reports themselves
    assert (
        "each with up to three messages before and after it"
        in desk.get(reverse("desk_messages")).content.decode()
    )
    assert "You have reported this message." in partner.get(page_of(talk.startup.public_id)).content.decode()
    assert "reported" not in founder.get(page_of(talk.investor.public_id)).content.decode()

    found = MessageReport.objects.get()
    path = reverse("desk_message_report", args=[found.pk])
    page = desk.get(path).content.decode()
    shown = [number for number in range(9) if f"Word {number}<" in page]
    assert (shown, "Asks for a password" in page) == ([1, 2, 3, 4, 5, 6, 7], True)
    assert desk.post(path, {"decision": "hide"}).status_code == 302
    assert desk.post(path, {"decision": "keep"}).status_code == 404
    for client, company in ((founder, talk.investor), (partner, talk.startup)):
        page = client.get(page_of(company.public_id)).content.decode()
        assert ("Word 4<" in page, "A curator has hidden this message." in page) == (False, True)
    told = Notice.objects.filter(kind="report_decided")
    assert [notice.user for notice in told] == [li_wei]


def test_a_block_closes_for_both_and_tells_the_other_nothing_more(talk, ayesha, li_wei, as_user):
    make_message(talk, Side.STARTUP, by=ayesha)
    founder, partner = as_user(ayesha), as_user(li_wei)
    block = reverse("conversation_block", args=[talk.startup.public_id])
    partner.post(block, {"wanted": "1"})
    partner.post(block, {"wanted": "1"})
    talk.refresh_from_db()
    assert (talk.state, CompanyBlock.objects.count()) == (IntroductionState.CLOSED, 1)
    own, theirs = (page_of(company.public_id) for company in (talk.startup, talk.investor))
    blocked = founder.get(theirs).content.decode()
    assert "This conversation is closed." in blocked
    assert "lock this company" in blocked  # they may block too
    assert "ou have blocked" not in blocked
    assert "You have blocked this company." in partner.get(own).content.decode()
    for client, path in ((founder, theirs), (partner, own)):
        assert client.post(path, {"text": "Once more"}).status_code == 422
    # Nothing begins again: the blocked side reads what a pause says, who blocked is reminded of it.
    asking = reverse("introduction_ask", args=[talk.investor.public_id])
    answers = {"why": "a", "purpose": "b", "next_step": "c"}
    assert (
        "They are not taking new requests at the moment."
        in founder.post(asking, answers, follow=True).content.decode()
    )
    interest = reverse("match_interest", args=[talk.startup.public_id])
    assert (
        "You have blocked this company"
        in partner.post(interest, {"wanted": "1"}, follow=True).content.decode()
    )
    assert Introduction.objects.count() == 1
    partner.post(block, {"wanted": "0"})
    assert not CompanyBlock.objects.exists()
    partner.post(interest, {"wanted": "1"})
    assert Introduction.objects.filter(state=IntroductionState.MUTUAL).exists()
