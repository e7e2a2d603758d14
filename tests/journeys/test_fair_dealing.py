"""Fair dealing: founder, and partner on a phone without scripts, in one story."""

import re

import pytest
from playwright.sync_api import expect

from profiles.models import Startup
from tests.journeys.screens import PHONE, follow, go
from tests.matchmaker.deals.fair_dealing import pairs

pytestmark = pytest.mark.django_db(transaction=True)
BAND = "USD 50,000 – 250,000"


def test_checks_terms_consents_and_receipts(opened, startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    Startup.objects.update(revenue_band="50-250k", visibility={"revenue": "matched"})
    founder = opened(ayesha)
    partner = opened(li_wei, screen=PHONE, scripts=False)

    # A check is answered in private, and read by the other side once both have said yes.
    go(founder, "check_answer", investor.public_id, "GOV-IN-01")
    founder.get_by_label("We can answer this").check()
    founder.locator("[name=text]").fill("Screened in May, nothing found.")
    founder.get_by_role("button", name="Save").click()
    expect(founder.get_by_text("Screened in May, nothing found.")).to_be_visible()
    go(partner, "fair_dealing", startup.public_id)
    expect(partner.get_by_text("Screened in May")).to_have_count(0)
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    partner.reload()
    partner.get_by_text("with an answer: 1").click()  # the topic in which it stands
    expect(partner.get_by_text("Screened in May, nothing found.")).to_be_visible()

    # Terms: each alone, then opened together; what differs is listed, on paper too.
    for page, other, exclusivity in ((founder, investor, "none"), (partner, startup, "broad")):
        go(page, "fair_terms", other.public_id)
        for line, field, answer in (
            ("Exclusivity", "Exclusivity", exclusivity),
            ("Law", "Governing law", "third"),
        ):
            page.locator("summary").filter(has_text=line).first.click()
            page.get_by_label(field, exact=True).select_option(answer)
        follow(page.get_by_role("button", name="Save as a new version"))
        expect(page.get_by_text("To discuss, because")).to_have_count(0)
        follow(page.get_by_role("button", name="Open it to the other side"))
    expect(partner.get_by_text("To discuss, because")).to_be_visible()
    expect(partner.get_by_text("startup: None · partner: Broad")).to_be_visible()
    with partner.expect_download() as saving:
        partner.get_by_role("link", name="One-page version to print").click()
    assert saving.value.suggested_filename == f"terms-{startup.public_id}.pdf"

    # The founder leaves revenue out: it is gone from the partner's next page. The look before is on record.
    go(partner, "match", startup.public_id)
    partner.get_by_role("link", name="More about them").click()
    expect(partner.get_by_text(BAND).first).to_be_visible()
    go(founder, "startup_consents")
    founder.locator("[name=revenue-showing]").uncheck()
    follow(founder.get_by_role("button", name="Save"))
    partner.reload()
    expect(partner.get_by_text(BAND)).to_have_count(0)
    go(founder, "receipts")
    looked = founder.get_by_role("row", name=re.compile("Pearl River Capital"))
    expect(looked).to_contain_text("Yearly revenue, as a range")
