"""WhatsApp and WeChat as contacts, the own card, and what chats show of a pasted link."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.choices import Audience, Purpose
from profiles.companies.cards.selectors import card_of
from profiles.models import Consent, Investor, Invitation, Startup
from profiles.validators import whatsapp_digits
from tests import factories
from tests.matchmaker.events.pilots.piloted import make_pilot

pytestmark = pytest.mark.django_db
CONTACTS = {
    "contact_name": "Ayesha; Khan",
    "contact_email": "ayesha@indus.example",
    "contact_whatsapp": "+92 (300) 123-4567",
    "contact_wechat": "ayesha_khan",
}


@pytest.fixture
def reachable(startup, ayesha):
    """Ayesha's startup with all its contacts, which it agreed to pass across borders."""
    Startup.objects.filter(pk=startup.pk).update(**CONTACTS, website="https://indus.example/")
    said = {"purpose": Purpose.CROSS_BORDER, "text_version": TEXT_VERSION, "given_by": ayesha}
    Consent.objects.create(startup=startup, **said)
    startup.refresh_from_db()
    return startup


@pytest.mark.parametrize(("typed", "digits"), [
    ("+92 300 1234567", "923001234567"), ("0092-300-1234567", "923001234567"),
    ("+86 138 0013 8000", "8613800138000"), ("0300 1234567", ""), ("+92 300 12345x7", ""),
    ("+92300', alert(1)", ""), ("+٩٢٣٠٠١٢٣٤٥٦٧", ""),
])  # fmt: skip
def test_a_number_for_whatsapp_has_a_country_code(typed, digits):
    assert whatsapp_digits(typed) == digits


def test_a_form_refuses_what_is_no_number_and_no_id(ayesha, as_user):
    typed = {"name_en": "Indus Grow", "contact_whatsapp": "0300 1234567", "contact_wechat": "1x"}
    text = as_user(ayesha).post(reverse("startup_edit", args=["basics"]), typed).text
    assert "Write the number with its country code" in text
    assert "A WeChat ID has 6 to 20 letters" in text


def test_both_open_like_the_email_and_can_be_used_at_once(reachable, ayesha, li_wei, as_user):
    partner, investor, now = as_user(li_wei), li_wei.membership.investor, timezone.now()
    pages = [reverse(name, args=[reachable.public_id]) for name in ("match", "introduction")]
    assert "ayesha_khan" not in partner.get(pages[0]).text
    for side, by in ((Side.STARTUP, ayesha), (Side.INVESTOR, li_wei)):
        decisions.express_interest(reachable, investor, side=side, by=by, at=now)
    for page in pages:
        text = partner.get(page).text
        assert 'href="https://wa.me/923001234567" rel="noopener noreferrer nofollow"' in text
        assert 'data-copy="ayesha_khan"' in text
    Consent.objects.update(withdrawn_at=now)
    for page in pages:
        text = partner.get(page).text
        assert "wa.me" not in text
        assert "ayesha_khan" not in text


def test_the_own_card_holds_what_is_opened_and_no_more(reachable):
    card = card_of(reachable).vcard
    assert card.splitlines() == [
        "BEGIN:VCARD", "VERSION:3.0", "N:Ayesha\\; Khan;;;;", "FN:Ayesha\\; Khan", f"ORG:{reachable.name}",
        "EMAIL:ayesha@indus.example", "TEL;TYPE=CELL:+923001234567", "URL:https://indus.example/",
        "NOTE:WeChat: ayesha_khan", "END:VCARD",
    ]  # fmt: skip
    reachable.visibility = {"contact": str(Audience.NOBODY)}
    reachable.save()
    assert [line for line in card_of(reachable).vcard.splitlines() if "ayesha" in line.lower()] == []
    reachable.visibility = {}
    reachable.save()
    Consent.objects.all().delete()
    assert "EMAIL" not in card_of(Startup.objects.get()).vcard


def test_the_card_is_a_qr_code_on_the_screen_and_a_file(reachable, founder):
    text = founder.get(reverse("own_card")).text
    assert "<svg" in text.split('class="card-code"')[1][:200]
    assert "ayesha_khan" in text
    answer = founder.get(reverse("own_card_file"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="card.vcf"'
    assert answer.text == card_of(reachable).vcard


def test_a_card_in_any_script_fits_into_its_drawing(reachable):
    Investor.objects.update(contact_name="李" * 60)
    reachable.contact_name, reachable.website = "عائشہ" * 24, "https://indus.example/" + "a" * 170
    assert "<path" in card_of(reachable).drawing


PUBLIC = ("front", "pilots", "market_context", "account_login")


@pytest.mark.parametrize("name", PUBLIC)
def test_a_chat_shows_title_and_picture_of_a_public_page(name, db, as_user, settings):
    settings.SITE_URL = "https://corridor.example"
    text = as_user(None).get(reverse(name)).text
    shown = dict(part.split('" content="')[:2] for part in text.split('<meta property="')[1:])
    assert shown["og:title"].split('"')[0]
    assert shown["og:description"].split('"')[0].strip()
    assert shown["og:image"].startswith("https://corridor.example/static/corridor/preview")


def test_a_chat_is_told_nothing_private(startup, ayesha, li_wei, as_user):
    invitation = Invitation.objects.create(
        startup=startup, email="new@example.com", invited_by=ayesha, expires_at=timezone.now()
    )
    text = as_user(None).get(reverse("invitation_accept", args=[invitation.token])).text
    assert 'property="og:title" content="Corridor"' in text
    assert startup.name not in text.split("og:title")[1].split("</head>")[0]
    assert "og:title" not in as_user(li_wei).get(reverse("match", args=[startup.public_id])).text


def test_a_chat_shows_of_a_pilot_what_every_visitor_reads(startup, ayesha, as_user):
    pilot = make_pilot(factories.make_investor("Hidden Host"), by=ayesha)
    text = as_user(None).get(reverse("pilot", args=[pilot.public_id])).text
    head = text.split("</head>")[0]
    assert f'property="og:title" content="{pilot.title}"' in head
    assert "Hidden Host" not in head
