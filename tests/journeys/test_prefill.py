"""A founder with a deck: it fills in what a review asks for, the founder corrects it, and submits."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from matchmaker.deals.prefill import services
from profiles.choices import Status
from profiles.models import Startup
from tests import factories
from tests.journeys.test_joining import Walk
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.decks.decked import draw_all, pdf
from tests.matchmaker.deals.prefill.test_prefill import PAGES

pytestmark = pytest.mark.django_db(transaction=True)


def write_pages(made: Any) -> None:
    for page, text in zip(made.pages, PAGES, strict=True):
        lines = "".join(f"({line}) Tj 0 -50 Td " for line in text.splitlines())
        page.obj.Contents = made.make_stream(f"BT /F1 24 Tf 60 450 Td {lines} ET".encode())


def test_a_founder_uploads_corrects_and_submits(
    page: Page, become: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    founder = factories.make_founder("hina@example.com", None)
    become(page, user=founder)
    walk = Walk(page)
    page.goto(reverse("company_start"))
    page.fill("[name=name_en]", "Paani Track")
    page.press("[name=name_en]", "Enter")  # continues, and does not go to the deck
    expect(page.get_by_text("Please fill this in. The review needs it.").first).to_be_visible()
    walk.click("button[name=later][value='/deck/']")
    expect(page).to_have_url(re.compile("/deck/$"))
    deck = {"name": "deck.pdf", "mimeType": "application/pdf", "buffer": pdf(len(PAGES), change=write_pages)}
    page.set_input_files("[name=file]", deck)
    walk.click(".form-actions .btn-primary")
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.get_by_text("you can fill in your profile from it")).to_be_visible()
    check_all()
    draw_all()
    services.read_decks(at=timezone.now())
    page.goto("/deck/")
    walk.click(f"a[href='{reverse('deck_proposals')}']")
    for name in ("pitch", "summary_en", "stage", "place", "ask_max"):
        walk.click(f"#div_id_{name} input")
    walk.click("[name=primary_sector][value=AGR01]")
    walk.click("[name=needs][value=hardware]")
    walk.click("[name=forms][value=joint_venture]")
    walk.click(".form-actions .btn-primary")
    expect(page).to_have_url(re.compile("/company/start/$"))
    # Three corrections.
    page.fill("[name=pitch]", "Irrigation that waters only when the crop needs it")
    page.select_option("[name=stage]", "pre_seed")
    page.fill("[name=ask_max]", "400k")
    walk.click(".form-actions .btn-primary")
    expect(page).to_have_url(re.compile("/startup/consents/$"))
    walk.click("[name=how][value=recommended]")
    walk.click("[name=submit]")
    expect(page).to_have_url(re.compile("/home/$"))
    startup = Startup.objects.get()
    assert (startup.status, startup.stage.code, startup.ask_max) == (Status.SUBMITTED, "pre_seed", 400_000)
    assert (startup.place.code, startup.primary_sector.code) == ("PK-LYP", "AGR01")
    assert [need.type.code for need in startup.needs.all()] == ["hardware"]
    assert walk.clicks == 15
