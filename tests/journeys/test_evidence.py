"""A certificate from its upload to its expiry: a laptop, and two phones without scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from profiles.companies.evidence import services
from profiles.models import Evidence
from tests import sent_files
from tests.journeys.screens import PHONE, WIDE
from tests.matchmaker.deals.conversations.checks import check_all

pytestmark = pytest.mark.django_db(transaction=True)
PAPER = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": sent_files.pdf()}


def test_a_certificate_is_uploaded_seen_read_and_expires(startup, ayesha, li_wei, sana, opened, screenshot):
    founder = opened(ayesha)
    desk, partner = opened(sana, screen=PHONE, scripts=False), opened(li_wei, screen=PHONE, scripts=False)
    founder.goto(reverse("evidence"))
    founder.get_by_role("link", name="Certificates").click()
    founder.get_by_label("What is it?").fill("ISO 9001")
    founder.get_by_label("The document", exact=True).set_input_files(PAPER)
    founder.get_by_label("Date of the document").fill("2025-03-04")
    founder.get_by_label("Valid until").fill(str(timezone.localdate()))
    founder.get_by_role("button", name="Add evidence").click()
    expect(founder.get_by_text("Added. A curator will look at it")).to_be_visible()
    check_all()

    desk.goto(reverse("desk"))
    desk.get_by_role("link", name="Evidence to review").click()
    desk.get_by_role("link", name="Indus Grow").click()
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="certificate.pdf").click()
    assert saved.value.suggested_filename.endswith("certificate.pdf")
    desk.get_by_label("Seen: it supports what the company states").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Nothing is waiting")).to_be_visible()

    partner.goto(reverse("match", args=[startup.public_id]))
    expect(partner.get_by_text("Details checked: Certificates.")).to_be_visible()
    expect(partner.get_by_text("Document from 2025, seen by a curator on")).to_be_visible()
    screenshot(partner, "evidence-read-phone")
    founder.reload()
    screenshot(founder, "evidence-own")
    assert not founder.evaluate(WIDE)

    Evidence.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    services.ask_expired(at=timezone.now())
    partner.reload()
    expect(partner.get_by_text("No evidence for individual details has been checked yet.")).to_be_visible()
    founder.goto(reverse("home"))
    founder.get_by_role("link", name="Add new evidence").click()
    expect(founder.get_by_text("It no longer counts.")).to_be_visible()
