"""A reply by email in a running site: the email service posts it, and the other side reads it."""

import pytest
from playwright.sync_api import expect

from matchmaker.models.conversation import Message
from matchmaker.models.reply import ReceivedReply
from tests.journeys.screens import follow, go, page_for
from tests.mails import delivered
from tests.matchmaker.deals.replies.posting import pdf, post, post_over_http, read_all
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
FOXMAIL = (
    "周一十点可以。\n\n \n发件人： Corridor\n发送时间： 2026-11-30\n收件人： li.wei\n主题： 新消息\n旧文"
)


def test_a_reply_by_email_is_read_on_the_site(
    browser, live_server, talk, startup, ayesha, li_wei, screenshot
):
    founder = page_for(browser, live_server.url, ayesha, is_phone=True)
    partner = page_for(browser, live_server.url, li_wei, is_phone=False)
    go(founder, "conversation", talk.investor.public_id)
    founder.get_by_label("Your message").fill("Does Monday at ten suit you?")
    follow(founder.get_by_role("button", name="Send"))
    (email,) = [each for each in delivered() if each.to == [li_wei.email]]
    assert post_over_http(live_server.url, *email.reply_to, li_wei.email, FOXMAIL, files=[pdf()]) == 200
    read_all()
    go(partner, "conversation", startup.public_id)
    expect(partner.get_by_text("周一十点可以。")).to_be_visible()
    screenshot(partner, "reply-being-checked")
    assert post_over_http(live_server.url, *email.reply_to, li_wei.email, "And thank you.", name="2") == 200
    read_all()
    go(founder, "conversation", talk.investor.public_id)
    expect(founder.get_by_text("And thank you.")).to_be_visible()
    expect(founder.get_by_text("发件人")).to_have_count(0)
    screenshot(founder, "reply-read")


@pytest.mark.vendor("postgresql")
def test_of_two_deliveries_at_once_one_counts(told, ayesha):
    (address,) = told.reply_to
    answers = at_once(*[lambda: post(address, ayesha.email, "Once.").status_code] * 4)
    assert set(answers) == {200}
    assert Message.objects.filter(text="Once.").count() == 1
    assert ReceivedReply.objects.count() == 1
