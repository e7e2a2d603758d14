"""A logo's way, in a real browser: sent by a founder, approved by a curator, seen by an investor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from profiles.models import User
from tests import sent_files
from tests.journeys.screens import PHONE
from tests.matchmaker.deals.conversations.checks import check_all

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_logo_is_sent_approved_seen_and_hidden_by_a_blind_look(
    opened, become, ayesha, li_wei, sana, startup, settings_media
):
    page = opened(ayesha, screen=PHONE)
    page.goto(reverse("pictures"))
    logo = page.get_by_role("region", name="Logo")
    logo.get_by_label("Picture").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": sent_files.picture("PNG", size=(300, 300))}
    )
    logo.get_by_role("button", name="Send the logo").click()
    expect(page.get_by_role("region", name="Logo").get_by_text("Being checked")).to_be_visible()
    check_all()
    become(page, user=sana)
    page.goto(reverse("desk_pictures"))
    waiting = page.get_by_role("region", name=startup.name)
    assert (
        waiting.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 300
    )
    waiting.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The picture is now visible.")).to_be_visible()
    become(page, user=li_wei)
    page.goto(reverse("directory"))
    card = page.get_by_role("article", name=startup.name)
    box = card.locator(".face").bounding_box()
    assert card.locator(".face img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 160
    assert (box["width"], box["height"]) == (44, 44)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    page.reload()
    expect(page.locator(".face")).to_have_count(1)
    expect(page.locator(".face img")).to_have_count(0)


@pytest.fixture
def settings_media(settings, tmp_path):
    """A folder of its own for what is sent."""
    settings.MEDIA_ROOT = tmp_path / "media"
