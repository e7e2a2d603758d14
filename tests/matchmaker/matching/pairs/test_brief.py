"""A pair on one sheet of paper, and several pairs side by side."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from profiles.choices import Audience, Status
from profiles.companies.steps import services as companies
from profiles.models import Investor, LimitBucket, Need, NeedType, PartnershipForm, Startup, User
from profiles.platform.limits.services import Kind, key_of
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db


def address(profile):
    return f"/matches/{profile.public_id}/brief/"


def pages_of(sheet):
    """The words of each page without any space: lines break where they like."""
    document = pypdfium2.PdfDocument(sheet)
    return [bare(page.get_textpage().get_text_range()) for page in document]


def bare(text):
    """A text without spaces, and with one kind of hyphen."""
    return re.sub(r"\s|\ufffe", "", str(text)).replace("\u2010", "-")


def line_of(sheet, first):
    """The signs on the line of the first such sign, from left to right as they are drawn."""
    page = pypdfium2.PdfDocument(sheet)[0]
    text = page.get_textpage()
    drawn = [(text.get_text_range(at, 1), text.get_charbox(at)) for at in range(text.count_chars())]
    height = next(box[1] for sign, box in drawn if sign == first)
    near = [(box[0], sign) for sign, box in drawn if abs(box[1] - height) < 4]
    return bare("".join(sign for _left, sign in sorted(near)))


def speaking(client, user, language):
    """The client, in a language."""
    User.objects.filter(pk=user.pk).update(language=language)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_says_what_the_page_says(as_user, ayesha, li_wei, startup, investor, language):
    Startup.objects.update(summary_zh="为棉农提供土壤传感器。", website="https://indus.example")
    Need.objects.create(startup=startup, type=NeedType.objects.get(code="hardware"))
    startup.forms.set(PartnershipForm.objects.filter(code__in=("equity", "pilot")))
    startup.traction.create(label="Farms", value=120, as_of_on=timezone.now().date(), source="Own count")
    ranked.rank_whole()

    for user, other in ((li_wei, startup), (ayesha, investor)):
        client = speaking(as_user(user), user, language)
        page = client.get(f"/matches/{other.public_id}/").context["match"]
        (words,) = pages_of(client.get(address(other)).content)

        with translation.override(language):
            told = [fact.value for fact in (*page.portrait, *page.facts, *page.data_card)]
            told += [*page.scored.reasons, *page.scored.against, *map(str, page.forms), *page.withheld]
            told += [str(row.label) for row in page.scored.rows] + [row.need for row in page.needs]
            told += [page.pair.title, page.pair.seen.summary, str(page.scored.score)]
        assert [text for text in map(bare, told) if text not in words] == []
    assert "Farms120" in pages_of(as_user(li_wei).get(address(startup)).content)[0]


def test_it_says_whose_data_the_data_card_is_about(as_user, ayesha, li_wei, startup, investor):
    language = "zh-hans"
    Startup.objects.update(data_access="Two agronomists")
    ranked.rank_whole()

    for user, other in ((li_wei, startup), (ayesha, investor)):
        client = speaking(as_user(user), user, language)
        whose = client.get(f"/matches/{other.public_id}/").context["match"].startup.title
        (words,) = pages_of(client.get(address(other)).content)
        with translation.override(language):
            about_them, _heading, card = words.partition(bare(_("Data practices")))
        assert "agronomists" not in about_them
        assert bare(whose) in card.partition("agronomists")[0]


def test_in_urdu_it_is_one_sheet_of_urdu_from_the_right(as_user, li_wei, startup):
    Startup.objects.update(name_ur="نہر نگراں", summary_ur="کاشت کاروں کے لیے مٹی کے سینسر۔")
    ranked.rank_whole()

    sheet = speaking(as_user(li_wei), li_wei, "ur").get(address(startup)).content

    (words,) = pages_of(sheet)
    assert set("نہرگاںکشتولیےمٹسینسر") <= set(words)
    assert b"/Lang(ur)" in sheet
    assert b"NotoNastaliqUrdu" in sheet


def test_what_is_hidden_changes_not_one_byte(as_user, ayesha, li_wei, startup, investor):
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL})
    startup.refresh_from_db()
    ranked.rank_whole()
    client, founder = as_user(li_wei), as_user(ayesha)
    before = client.get(address(startup)).content
    assert bare(startup.name_en) not in pages_of(before)[0]

    Startup.objects.filter(pk=startup.pk).update(
        contact_name="Canary",
        ask_min_usd=5_000_000,
        ask_max_usd=9_000_000,
        founders="Canary",
        cap_table="Canary",
    )
    changes = {"name_en": "Canary", "website": "https://canary.example", "registration_number": "0012345"}
    companies.edit(startup, changes=changes, by=factories.any_curator(), at=timezone.now())
    companies.edit(investor, changes={"legal_name": "Secret"}, by=factories.any_curator(), at=timezone.now())
    investor.theses.update(name="Secret", note="Secret")

    assert client.get(address(startup)).content == before
    assert "Secret" not in pages_of(founder.get(address(investor)).content)[0]


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
def test_however_much_is_written_it_is_one_sheet(as_user, li_wei, startup, investor, language):
    long = {"en": "Water meters for canals. ", "ur": "نہروں کے لیے پانی کے میٹر۔ ", "zh-hans": "渠道水表。"}[
        language
    ]
    Startup.objects.update(**{f"summary_{language[:2]}": long * 200, "licences": (long * 20)[:200]})
    startup.forms.set(PartnershipForm.objects.all())
    for need in NeedType.objects.all():
        Need.objects.create(startup=startup, type=need, description=long * 10)
        investor.offers.create(type=need, description=long * 10)
    ranked.rank_whole()

    sheet = speaking(as_user(li_wei), li_wei, language).get(address(startup)).content

    assert len(pages_of(sheet)) == 1


def test_a_long_list_is_cut_behind_a_whole_word(as_user, li_wei, startup):
    startup.forms.set(PartnershipForm.objects.all())
    names = [form.name for form in PartnershipForm.objects.all()]
    Startup.objects.update(licences="Manufacturing agreement, " * 8, summary_zh="渠道水表，田间校准、" * 99)

    client = as_user(li_wei)
    (words,) = pages_of(client.get(address(startup)).content)
    (chinese,) = pages_of(speaking(client, li_wei, "zh-hans").get(address(startup)).content)

    wholes = {bare(word) for name in names for word in name.split()} | {"agreement"}
    assert [end for end in re.findall(".{60}(?=…)", words) if not end.endswith(tuple(wholes))] == []
    assert "agreement…" in words
    assert re.search("渠道水表…|田间校准…", chinese)


def test_from_the_right_a_latin_answer_is_not_taken_apart(as_user, ayesha, investor):
    Investor.objects.update(beneficial_owner="Quan, 61 %")
    ranked.rank_whole()

    sheet = speaking(as_user(ayesha), ayesha, "ur").get(address(investor)).content

    assert "Quan,61%" in line_of(sheet, "Q")


def test_what_people_typed_is_never_run(as_user, li_wei, startup):
    typed = '#read("brief.typ") *not bold* $1/2$ // no comment \\ #panic()'
    Startup.objects.update(summary_en=typed)

    (words,) = pages_of(as_user(li_wei).get(address(startup)).content)

    assert bare(typed) in words


def test_without_scoring_it_has_no_number(as_user, li_wei, startup):
    ranked.rank_whole()
    client = as_user(li_wei)
    assert "Whythismatch" in pages_of(client.get(address(startup)).content)[0]

    page = client.get(f"/matches/{startup.public_id}/?view=plain").content.decode()
    assert f'href="{address(startup)}?view=plain"' in page
    (words,) = pages_of(client.get(address(startup), {"view": "plain"}).content)
    assert [word for word in ("Whythismatch", "Factorbyfactor") if word in words] == []


def test_it_is_kept_nowhere_and_not_made_without_end(as_user, li_wei, startup):
    client = as_user(li_wei)
    answer = client.get(address(startup))
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "application/pdf", "private, no-store"
    )  # fmt: skip

    later = timezone.now() + timedelta(hours=5)
    LimitBucket.objects.filter(key=key_of("brief", Kind.ACCOUNT, str(li_wei.pk))).update(full_at=later)
    assert client.get(address(startup)).status_code == 429


def test_more_rows_take_the_same_queries(as_user, li_wei, startup, django_assert_num_queries):
    client, types = as_user(li_wei), list(NeedType.objects.all()[:3])
    Need.objects.create(startup=startup, type=types[0])
    ranked.rank_whole()
    client.get(address(startup))
    with CaptureQueriesContext(connection) as one:
        client.get(address(startup))
    for each in types[1:]:
        Need.objects.create(startup=startup, type=each)
    with django_assert_num_queries(len(one)):
        client.get(address(startup))


COMPARE = "/shortlist/compare/"


@pytest.fixture
def market(li_wei):
    """Four startups on Li Wei's list, the first fitting best in its sector."""
    investor = li_wei.membership.investor
    thesis = investor.theses.get()
    startups = [factories.make_startup(f"Startup {at}") for at in range(4)]
    levels = [(255 - 51 * at, *lists.GOOD[1:]) for at in range(4)]
    rows = [lists.entry(s.pk, thesis.pk, levels=level) for s, level in zip(startups, levels, strict=True)]
    lists.store(Side.INVESTOR, investor.pk, rows)
    return startups


def asked(*startups):
    return COMPARE + "?" + "&".join(f"with={startup.public_id}" for startup in startups)


def test_each_factor_is_one_line_best_score_first(as_user, li_wei, market):
    found = as_user(li_wei).get(asked(market[2], market[0])).context["comparison"]

    assert [card.name for card in found["cards"]] == ["Startup 0", "Startup 2"]
    assert [line["label"] for line in found["lines"]][:2] == ["Sector", "Stage"]
    assert [level["percent"] for level in found["lines"][0]["levels"]] == [100, 60]


def test_who_is_on_no_list_is_said_to_be_so(as_user, li_wei, market):
    page = as_user(li_wei).get(asked(market[0], factories.make_startup("Elsewhere")))

    assert [card.score for card in page.context["comparison"]["cards"]][1:] == [None]
    assert page.content.decode().count("not on your list now") == 1


def test_who_may_not_be_seen_is_as_good_as_nobody(as_user, li_wei, market):
    draft = factories.make_startup("Draft", status=Status.DRAFT)

    assert as_user(li_wei).get(asked(market[0], draft)).headers["Location"] == "/deals/"
    assert as_user(li_wei).get(COMPARE + "?with=../x&with=%FF").headers["Location"] == "/deals/"


def test_two_and_four_take_the_same_queries(as_user, li_wei, market, same_queries):
    client = as_user(li_wei)
    client.get(asked(*market))
    for size in (2, 4):
        with same_queries():
            assert len(client.get(asked(*market[:size])).context["comparison"]["cards"]) == size


def test_who_withdrew_compares_nobody(as_user, li_wei, market):
    client = as_user(li_wei)
    assert client.get(asked(*market)).status_code == 200
    Investor.objects.update(matching_consent=False)
    assert client.get(asked(*market)).headers["Location"] == "/deals/"


def test_who_withdrew_is_compared_by_nobody(as_user, li_wei, market):
    client = as_user(li_wei)
    Startup.objects.filter(pk=market[0].pk).update(matching_consent=False)
    found = client.get(asked(*market)).context["comparison"]
    assert [card.name for card in found["cards"]] == ["Startup 1", "Startup 2", "Startup 3"]
