"""A site that takes replies by email, and a conversation about which an email has gone out."""

import pytest

from matchmaker.choices import Side
from tests.mails import delivered
from tests.matchmaker.deals.conversations.test_conversation import text_of  # noqa: F401
from tests.matchmaker.deals.replies.posting import KEY, SECRET
from tests.matchmaker.introduced import make_message


@pytest.fixture(autouse=True)
def _takes_replies(settings, tmp_path):
    settings.REPLY_DOMAIN = "reply.corridor.example"
    settings.ANYMAIL = {"MAILGUN_API_KEY": KEY, "WEBHOOK_SECRET": SECRET}
    settings.ROOT_URLCONF = "tests.matchmaker.deals.replies.urls"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def told(talk, ayesha, li_wei):
    """The email to Ayesha about a message of Li Wei."""
    from matchmaker.deals.conversations.services import notify_of_message

    message = make_message(talk, Side.INVESTOR, by=li_wei)
    notify_of_message(message, at=message.at)
    (email,) = [each for each in delivered() if each.to == [ayesha.email]]
    return email
