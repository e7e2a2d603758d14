"""The preview is what the other side reads, in every state; both sides' yes says what it opens."""

import html
import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.catalogue.visibility.access import with_related
from profiles.catalogue.visibility.disclosure import ContactDisclosure, opened_fields
from profiles.catalogue.visibility.fields import CATALOGUE, GROUPS, ordered
from profiles.catalogue.visibility.preview import PreviewState, rows
from profiles.choices import Audience, Purpose
from profiles.models import Consent, Deal, Investor, NeedType, Offer, PartnershipForm, Sector, Startup
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db


def filled(profile):
    """State every plain field that the other side may read, each in words of its own."""
    for field in ordered(CATALOGUE[profile.side].values(), "shown"):
        if field.label or field.rows:
            continue
        stored = profile._meta.get_field(field.name)
        if not getattr(profile, field.name) and not stored.many_to_many and not stored.choices:
            setattr(profile, field.name, value_for(stored, field.name))
    profile.summary_ur, profile.summary_zh = "خلاصہ اردو میں", "中文简介在此"
    profile.name_zh, profile.name_ur = "测试名称", "نام اردو میں"
    profile.save()
    return profile


def value_for(stored, name):
    """Return something that fits a field and stands nowhere else."""
    kind = stored.get_internal_type()
    if name == "data_location":
        return "PK"
    known = {"DateField": date(2027, 3, 4), "BooleanField": True, "URLField": f"https://{name}.example"}
    known |= {"EmailField": f"{name}@mail.example", "DecimalField": 37, "JSONField": []}
    number = {"PositiveSmallIntegerField": 41, "PositiveIntegerField": 43}
    return {**known, **number}.get(kind, f"said of {name}"[: stored.max_length])


@pytest.fixture
def pair(ayesha, li_wei, startup):
    """A startup and an investor that state everything, with the person who reads the other."""
    investor = Investor.objects.get()
    kinds = list(NeedType.objects.all()[:2])
    startup.needs.create(type=kinds[0], description="two hundred pumps", quantity="200 ha")
    startup.traction.create(label="paying farms", value=312, as_of_on=date(2026, 9, 1), source="own ledger")
    startup.partners.create(name="Sindh Cloud", provides="hosting", share_pct=62)
    startup.other_sectors.set(Sector.objects.filter(code="AGR02"))
    Offer.objects.create(investor=investor, type=kinds[0], description="a factory in Foshan")
    Offer.objects.create(investor=investor, type=kinds[1], description="a lab in Wuhan")
    investor.theses.get().forms.set(PartnershipForm.objects.all()[:1])
    Deal.objects.create(investor=investor, startup_name="Hidden Deal", closed_on=date(2024, 5, 6))
    for profile in (startup, investor):
        agreed = {
            str(profile.side): profile,
            "given_by": ayesha,
            "given_at": MOMENT,
            "text_version": TEXT_VERSION,
        }
        Consent.objects.bulk_create(Consent(purpose=purpose, **agreed) for purpose in Purpose)
        filled(profile)
    return {Side.STARTUP: (startup, li_wei), Side.INVESTOR: (investor, ayesha)}


def reach(startup, investor, state, reader):
    """Bring the pair into a state."""
    said = {PreviewState.CHECKED: [], PreviewState.INTERESTED: [reader], PreviewState.MUTUAL: list(Side)}
    for side in said[state]:
        by = (startup if side == Side.STARTUP else investor).memberships.get().user
        decisions.express_interest(startup, investor, side=side, by=by, at=timezone.now())


def text_of(response):
    """Return what a page says, without its markup."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def pieces(value):
    """Return the parts of a value, which a page may set in different places."""
    return [part.strip() for part in re.split(r"\n| · |, |、|، ", value) if part.strip()]


CHOICES = {
    "default": {},
    **{name: {"*": audience} for name, audience in (
        ("matched", Audience.MATCHED), ("mutual", Audience.MUTUAL), ("nobody", Audience.NOBODY)
    )},
}  # fmt: skip
# Words differ by language, what is shown does not: the other languages are asked where all is shown. Who only
# is interested reads what any checked reader does.
CASES = [
    pytest.param(choice, state, language, id=f"{state}-{name}-{language}")
    for name, choice in CHOICES.items()
    for state in PreviewState
    for language in ("en", "ur", "zh-hans")
    if (state == PreviewState.MUTUAL and (language == "en" or not choice))
    or (language == "en" and not choice)
    or (language == "en" and name == "mutual" and state == PreviewState.CHECKED)
]


@pytest.mark.parametrize(("choice", "state", "language"), CASES)
@pytest.mark.parametrize("side", Side)
def test_the_preview_says_what_the_page_says(pair, side, state, choice, language, as_user):
    profile, reader = pair[side]
    asked = choice.get("*")
    profile.visibility = {k: asked for k, group in GROUPS[side].items() if asked in group.choices}
    profile.save()
    reach(pair[Side.STARTUP][0], pair[Side.INVESTOR][0], state, side.other)
    reader.language = language
    reader.save()
    client = as_user(reader)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    told = text_of(client.get(reverse("match", args=[profile.public_id]) + "?more=them"))
    profile = with_related(type(profile).objects.all()).get(pk=profile.pk)
    with translation.override(language):
        lines = rows(profile, state=state)
        open_lines = {row.label: row for row in rows_when_open(profile)}
    missing = {
        row.label: part
        for row in lines
        if not row.is_hidden
        for part in pieces(row.value)
        if part not in told
    }
    leaked = {
        row.label: value
        for row in lines
        if row.is_hidden and len(value := open_lines[row.label].value) > 3 and value in told
    }
    assert (missing, leaked) == ({}, {})


def rows_when_open(profile):
    """Return the preview of a profile that hides nothing from who said yes too."""
    groups = GROUPS[profile.side]
    copy = with_related(type(profile).objects.all()).get(pk=profile.pk)
    copy.visibility = {
        key: Audience.MUTUAL for key, group in groups.items() if Audience.MUTUAL in group.choices
    }
    return rows(copy, state=PreviewState.MUTUAL)


class TestContactDisclosure:
    def test_each_side_reads_what_is_open_what_not_and_what_to_do(self, pair, as_user):
        startup, investor = pair[Side.STARTUP][0], pair[Side.INVESTOR][0]
        ayesha = pair[Side.INVESTOR][1]
        consents.withdraw(startup, purpose=Purpose.CROSS_BORDER, by=ayesha, at=timezone.now())
        startup = Startup.objects.get()
        startup.visibility = {"founders": Audience.NOBODY}
        startup.save()
        fields = opened_fields(startup, investor, is_own=True)
        ours = {field.name: (field.disclosure, field.url) for field in fields}
        assert ours["contact_email"] == (ContactDisclosure.NO_CONSENT, "/startup/consents/")
        assert ours["founders"] == (ContactDisclosure.HIDDEN, "/startup/consents/")
        assert ours["cap_table"] == (ContactDisclosure.OPEN, "/startup/round/")
        theirs = {field.name: field for field in opened_fields(investor, startup, is_own=False)}
        assert (theirs["contact_email"].disclosure, theirs["contact_email"].url) == (
            ContactDisclosure.OPEN,
            "",
        )
        channels = ("contact_name", "contact_email", "contact_whatsapp", "contact_wechat")
        told = {name: field.value for name, field in theirs.items() if field.value}
        assert told == {name: getattr(investor, name) for name in channels}
        assert not any(field.value for field in opened_fields(startup, investor, is_own=False))

    @pytest.mark.parametrize("language", ["en", "ur"])
    def test_the_page_says_so_only_once_both_said_yes(self, pair, language, as_user):
        startup, reader = pair[Side.STARTUP]
        investor = pair[Side.INVESTOR][0]
        client = as_user(reader)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with translation.override(language):
            title = translation.gettext("You both said yes: what is visible now")
        page = reverse("match", args=[startup.public_id])
        assert title not in text_of(client.get(page))
        reach(startup, investor, PreviewState.MUTUAL, Side.INVESTOR)
        told = text_of(client.get(page))
        assert title in told
        assert ("You both said yes" in told) == (language == "en")
        assert startup.contact_email in told

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_price_of_the_third_consent_is_named(self, startup, ayesha, language, as_user):
        client = as_user(ayesha)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with translation.override(language):
            price = translation.gettext("Your contact details stay hidden")
        assert price in text_of(client.get(reverse("startup_status")))
        assert price in text_of(client.get(reverse("startup_preview") + "?state=mutual"))
        consents.give(startup, purpose=Purpose.CROSS_BORDER, by=ayesha, at=MOMENT)
        assert price not in text_of(client.get(reverse("startup_status")))


class TestPitch:
    def test_a_pitch_typed_in_the_readers_language_comes_before_the_summary(self, investor, ayesha, as_user):
        Investor.objects.update(pitch="灌溉基金，投资旁遮普。", pitch_zh="", summary_zh="我们是一家基金。")
        client = as_user(ayesha)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        page = client.get(reverse("match", args=[investor.public_id])).content.decode()
        assert "灌溉基金，投资旁遮普。" in page.partition('class="lead"')[2].partition("</p>")[0]

    @pytest.mark.parametrize(
        ("language", "pitch", "mark"),
        [
            ("en", "Less water per acre", ""),
            ("zh-hans", "每亩更省水", ""),
            ("ur", "Sensors that halve", "انگریزی"),
        ],
    )
    def test_a_reader_reads_theirs_or_the_original_marked_as_such(
        self, startup, li_wei, language, pitch, mark, as_user
    ):
        startup.pitch_en, startup.pitch_zh = "Less water per acre", "每亩更省水"
        startup.save()
        client = as_user(li_wei)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(reverse("match", args=[startup.public_id])).content.decode()
        head = page.partition('class="lead"')[2].partition("</p>")[0]
        assert pitch in head
        marked = re.findall(r'class="tag tag-hollow original">\s*([^<]+?)\s*<', head)
        assert bool(marked and mark in marked[0]) == bool(mark)
        assert 'lang="zh"' in head if language == "zh-hans" else 'lang="en"' in head
