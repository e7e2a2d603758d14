"""Replies by email: who may send one, what becomes of it, and who reads why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import MessageState, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.replies import services
from matchmaker.deals.replies.selectors import due
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction
from matchmaker.models.reply import ReceivedReply, ReplyAddress
from profiles.curation.reviews import services as curation
from profiles.models import AuditRecord, CheckedFile, Membership, OutboxMail
from profiles.people.accounts.services import accounts, teams
from profiles.platform import leases
from tests import factories
from tests.mails import delivered
from tests.matchmaker.deals.replies.posting import PATH, deliver, fields, pdf, post

pytestmark = pytest.mark.django_db
QUOTED = (
    "\n\nOn Mon, Nov 30, 2026 at 10:12 AM Corridor <noreply@corridor.example> wrote:\n\n> There is a message."
)


def written():
    return list(Message.objects.filter(side=Side.STARTUP).order_by("pk").values_list("text", flat=True))


def answers():
    """Return the emails that answer replies, as they go out: kind, recipient and text."""
    kinds = ("reply_refused", "reply_unknown")
    return [(mail.kind, mail.recipient, mail.body) for mail in OutboxMail.objects.filter(kind__in=kinds)]


def test_the_email_has_an_address_of_its_own_and_the_reply_becomes_the_message(told, talk, ayesha, li_wei):
    (address,) = told.reply_to
    assert address.endswith("@reply.corridor.example")
    assert "Your reply becomes a message" in told.body
    token = address.split("@")[0].removeprefix("reply-")
    assert token not in str(list(ReplyAddress.objects.values()) + list(OutboxMail.objects.values()))

    assert post(address, "Ayesha@Example.com", f"Monday at ten suits us.{QUOTED}").status_code == 200
    message = Message.objects.get(side=Side.STARTUP)
    assert (message.text, message.by, message.state) == (
        "Monday at ten suits us.",
        ayesha,
        MessageState.DELIVERED,
    )
    record = AuditRecord.objects.filter(action="conversed").get()
    assert (record.actor, record.details["done"]) == (ayesha, "sent")
    assert [mail.to for mail in delivered()].count([li_wei.email]) == 1  # as after any message
    assert answers() == []


def test_an_email_that_the_service_posts_twice_counts_once(told):
    for _time in range(2):
        assert post(*told.reply_to, "ayesha@example.com", "Once.").status_code == 200
    assert written() == ["Once."]
    post(*told.reply_to, "ayesha@example.com", "Twice.", name="2")
    assert written() == ["Once.", "Twice."]


def test_the_web_process_only_stores_an_email_and_a_killed_worker_loses_none(told):
    deliver(*told.reply_to, "ayesha@example.com", "Stored\x00 first.", files=[pdf()])
    row = ReceivedReply.objects.get()
    assert (written(), row.outcome, row.email["sender"]) == ([], "dropped", "ayesha@example.com")
    assert told.reply_to[0].split("@")[0].removeprefix("reply-") not in str(row.email)
    now = timezone.now()
    leases.claim(due(now), until=now + services.LEASE)  # by a worker that is killed then
    assert not services.read_next(at=now)
    assert services.read_next(at=now + 2 * services.LEASE)
    assert written() == ["Stored first."]
    row.refresh_from_db()
    assert (row.outcome, row.email) == ("posted", None)
    assert not services.read_next(at=now + 9 * services.LEASE)


def test_what_ends_the_worker_again_and_again_is_given_up_and_its_sender_hears_once(told):
    deliver(*told.reply_to, "ayesha@example.com", "Hello")
    ReceivedReply.objects.update(attempts=services.MOST_ATTEMPTS)
    assert services.read_next(at=timezone.now())
    row = ReceivedReply.objects.get()
    assert (written(), row.email, row.outcome) == ([], None, "refused")
    ((kind, recipient, text),) = answers()
    assert (kind, recipient) == ("reply_refused", "ayesha@example.com")
    assert "could not read your email" in text
    assert "conversation" in text, "a link to where she can write"
    assert not services.read_next(at=timezone.now())


def test_what_also_ends_the_worker_that_answers_is_dropped(told):
    deliver(*told.reply_to, "ayesha@example.com", "Hello")
    ReceivedReply.objects.update(attempts=services.MOST_ATTEMPTS + 1)
    assert services.read_next(at=timezone.now())
    row = ReceivedReply.objects.get()
    assert (written(), row.email, row.outcome, answers()) == ([], None, "dropped", [])


def test_without_a_domain_no_email_has_an_address(settings, talk, li_wei, ayesha):
    settings.REPLY_DOMAIN = ""
    conversations.send_message(talk, side=Side.INVESTOR, text="Hello", by=li_wei, at=timezone.now())
    (email,) = delivered()
    assert (email.reply_to, "Your reply becomes" in email.body) == ([], False)
    assert not ReplyAddress.objects.exists()
    post("reply-abc@reply.corridor.example", ayesha.email, "Hello")
    assert not ReceivedReply.objects.exists()


@pytest.mark.parametrize("spoilt", ["secret", "signature"])
def test_only_the_email_service_gets_in(told, client, spoilt):
    sent = fields(*told.reply_to, "ayesha@example.com", "Let me in")
    auth = "Basic bm86bm8="
    if spoilt == "signature":
        from tests.matchmaker.deals.replies.posting import AUTHORIZED

        sent["signature"], auth = "0" * 64, AUTHORIZED
    assert client.post(PATH, sent, headers={"authorization": auth}).status_code == 400
    assert written() == []
    assert not ReceivedReply.objects.exists()


def leave(ayesha, **_who):
    Membership.objects.filter(user=ayesha).update(is_owner=False)
    other = factories.make_founder("second@example.com", ayesha.membership.startup)
    Membership.objects.filter(user=other).update(is_owner=True)
    teams.leave(Membership.objects.get(user=ayesha), at=timezone.now())


def block(talk, li_wei, **_who):
    said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
    conversations.block_company(talk.startup, talk.investor, **said)


def suspend(talk, sana, **_who):
    curation.suspend(talk.startup, message="Unclear", by=sana, at=timezone.now())


def close(talk, ayesha, **_who):
    said = {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    decisions.withdraw_interest(talk.startup, talk.investor, **said)


def new_password(ayesha, **_who):
    ayesha.set_password("another long pass phrase")
    ayesha.save()


def sign_out(ayesha, **_who):
    accounts.end_sessions(ayesha, at=timezone.now())


def close_account(ayesha, **_who):
    ayesha.is_active = False
    ayesha.save()


def expire(**_who):
    ReplyAddress.objects.update(expires_at=timezone.now())


@pytest.mark.parametrize(("event", "kind"), [
    (leave, "reply_refused"), (block, "reply_refused"), (suspend, "reply_refused"),
    (close, "reply_refused"), (new_password, "reply_unknown"), (sign_out, "reply_unknown"),
    (close_account, "reply_unknown"), (expire, "reply_unknown"),
])  # fmt: skip
def test_what_ends_a_session_or_a_conversation_ends_the_address(
    told, talk, ayesha, li_wei, sana, event, kind
):
    event(talk=talk, ayesha=ayesha, li_wei=li_wei, sana=sana)
    OutboxMail.objects.all().delete()
    assert post(*told.reply_to, ayesha.email, "Still there?").status_code == 200
    assert written() == []
    ((answer, recipient, body),) = answers()
    assert (answer, recipient) == (kind, ayesha.email)
    assert "Pearl River" not in body
    assert "Still there" not in body


def test_nobody_elses_reply_is_accepted(told, talk, ayesha, li_wei):
    colleague = factories.make_founder("colleague@example.com", talk.startup)
    ayesha.emailaddress_set.create(email="unconfirmed@example.com", verified=False)
    senders = (li_wei.email, colleague.email, "unconfirmed@example.com", "private@example.org")
    for number, sender in enumerate(senders):
        post(*told.reply_to, sender, "It is me", name=str(number))
    assert written() == []
    assert [(kind, to) for kind, to, _body in answers()] == [("reply_unknown", to) for to in senders[::-1]]
    ayesha.emailaddress_set.create(email="private@example.org", verified=True)
    post(*told.reply_to, "private@example.org", "It is me", name="9")
    assert written() == ["It is me"]


FORGED = [
    {"envelope": "thief@evil.example"},
    {"verdict": {}},
    {"verdict": {"X-Mailgun-Spf": "SoftFail", "X-Mailgun-Dkim-Check-Result": "Fail"}},
    {
        "envelope": "thief@evil.example",
        "headers": {"DKIM-Signature": "v=1; a=rsa-sha256; d=evil.example; s=a; b=x"},
    },
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_sender_is_neither_read_nor_answered(told, forged):
    assert post(*told.reply_to, "ayesha@example.com", "Send the money here", **forged).status_code == 200
    assert (written(), answers()) == ([], [])
    assert ReceivedReply.objects.get().outcome == "dropped"


def test_a_signature_of_the_senders_domain_stands_for_it_too(told):
    headers = {"DKIM-Signature": "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=k; b=x"}
    verdict = {"X-Mailgun-Spf": "Neutral", "X-Mailgun-Dkim-Check-Result": "Pass"}
    post(*told.reply_to, "ayesha@example.com", "By a forwarder", headers=headers, verdict=verdict)
    assert written() == ["By a forwarder"]


AUTOMATIC = [
    {"headers": {"Auto-Submitted": "auto-replied"}},
    {"headers": {"Precedence": "bulk"}},
    {"headers": {"List-Id": "<list.example.com>"}},
    {"headers": {"X-Autoreply": "yes"}},
    {"envelope": ""},
    {"verdict": {"X-Mailgun-Spf": "Pass", "X-Mailgun-Sflag": "Yes"}},
]


@pytest.mark.parametrize("automatic", AUTOMATIC)
def test_machines_are_neither_read_nor_answered(told, automatic):
    post(*told.reply_to, "ayesha@example.com", "I am on holiday until Monday.", **automatic)
    assert (written(), answers()) == ([], [])


def test_neither_we_nor_strangers_are_answered(told):
    wrong = "reply-0123456789@reply.corridor.example"
    post(*told.reply_to, "noreply@corridor.example", "An answer to an answer")
    post(wrong, "stranger@example.org", "Buy this", name="2")
    post("someone@else.example", "ayesha@example.com", "Not for us", name="3")
    assert (written(), answers()) == ([], [])


def test_answers_to_one_sender_are_few_and_no_machine_answers_them(told, ayesha):
    wrong = "reply-0123456789@reply.corridor.example"
    for number in range(8):
        post(wrong, ayesha.email, "Hello?", name=str(number))
    assert len(answers()) == 3
    email = delivered()[-1]
    assert (email.extra_headers["Auto-Submitted"], email.reply_to) == ("auto-generated", [])
    assert "The address has expired" in email.body


def test_replies_are_limited_as_messages_are(told, ayesha):
    for number in range(25):
        post(*told.reply_to, ayesha.email, f"Message {number}", name=str(number))
    assert len(written()) == 20
    assert "too many messages in a short time" in answers()[0][2]


def test_only_the_address_on_the_envelope_counts(told):
    headers = {"To": told.reply_to[0], "Cc": told.reply_to[0]}
    post("reply-0123456789@reply.corridor.example", "ayesha@example.com", "Hello", headers=headers)
    assert written() == []


def test_a_file_is_checked_as_one_that_is_uploaded(told, ayesha):
    post(*told.reply_to, ayesha.email, "Our plan.", files=[pdf()])
    message = Message.objects.get(side=Side.STARTUP)
    assert (message.text, message.state) == ("Our plan.", MessageState.CHECKING)
    assert CheckedFile.objects.get().name == "plan.pdf"


@pytest.mark.parametrize(
    ("files", "text", "words"),
    [
        ([pdf(), pdf("second.pdf")], "Two", "A reply can have only one file."),
        ([pdf("virus.exe", b"MZ")], "One", "We cannot accept this type of file"),
        ([], "", "Your reply has no new text"),
        ([], QUOTED, "Your reply has no new text"),
        ([], "x" * 5001, "at most 5000 characters"),
    ],
)
def test_what_a_message_may_not_be_is_refused_in_words(told, ayesha, files, text, words):
    post(*told.reply_to, ayesha.email, text, files=files)
    assert (written(), CheckedFile.objects.count()) == ([], 0)
    ((kind, recipient, body),) = answers()
    assert (kind, recipient) == ("reply_refused", ayesha.email)
    assert words in body
    assert "/conversations/" in body


def test_a_request_is_answered_on_its_page(startup, investor, ayesha, li_wei, settings):
    said = {"by": ayesha, "at": timezone.now()}
    decisions.express_interest(startup, investor, side=Side.STARTUP, **said)
    (email,) = [each for each in delivered() if each.to == [li_wei.email]]
    assert "A reply to this email does not answer the request" in email.body
    post(*email.reply_to, li_wei.email, "Yes, we are interested!")
    assert Introduction.objects.get().state == "asked"
    ((kind, recipient, body),) = answers()
    assert (kind, recipient) == ("reply_refused", li_wei.email)
    assert f"/introductions/{startup.public_id}/" in body
    # After both have said yes, the same address leads into the conversation.
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=timezone.now())
    post(*email.reply_to, li_wei.email, "We are.", name="2")
    assert Message.objects.get().text == "We are."


def test_the_answer_is_in_the_readers_language(told, ayesha):
    ayesha.language = "ur"
    ayesha.save()
    post(*told.reply_to, ayesha.email, "")
    assert OutboxMail.objects.get(kind="reply_refused").language == "ur"


def test_a_burst_makes_one_address_and_old_ones_are_forgotten(talk, ayesha, li_wei):
    for _time in range(3):
        conversations.send_message(talk, side=Side.INVESTOR, text="Hello", by=li_wei, at=timezone.now())
    assert ReplyAddress.objects.count() == 1
    services.forget_old(at=timezone.now() + timedelta(days=80))
    assert ReplyAddress.objects.count() == 1
    services.forget_old(at=timezone.now() + timedelta(days=91))
    assert ReplyAddress.objects.count() == 0
