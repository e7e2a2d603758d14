"""Members take their own tables away: what their pages show, and nothing else."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as desk
from matchmaker.models.introduction import IntroductionState
from profiles.catalogue.visibility.fields import GROUPS
from profiles.choices import Audience
from profiles.models import AuditRecord, Investor, NeedType, Startup, User
from tests import factories
from tests.attack.test_canaries import canaries
from tests.matchmaker import ranked
from tests.matchmaker.deals.outcomes.conftest import record
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(li_wei, as_user):
    """Li Wei, whose list has three startups."""
    for at in range(3):
        ranked.make_startup(at)
    ranked.rank_whole()
    return as_user(li_wei)


def taken(client, table, form="csv", query=""):
    """Return a table as rows by its header."""
    answer = client.post(reverse("member_export", args=[table]), {"form": form, "query": query})
    assert answer.status_code == 200
    if form == "xlsx":
        book = load_workbook(io.BytesIO(answer.content))
        header, *rows = (list(row) for row in book.active.iter_rows(values_only=True))
    else:
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        header, *rows = list(csv.reader(io.StringIO(text)))
    assert len({*header}) == len(header)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_list_is_that_of_the_page_in_both_kinds_of_file(partner):
    page = partner.get(reverse("matches")).context["matches"]
    below = partner.get(reverse("matches") + "?less=1").context["matches"]
    shown = [card.name for card in (*page.cards, *below.less_likely.cards)]
    for form in ("csv", "xlsx"):
        rows = taken(partner, "matches", form)
        assert [row["Name"] for row in rows] == shown
        assert [int(row["Position"]) for row in rows] == list(range(1, len(shown) + 1))
        assert "Fit for them" not in rows[0]
    assert rows[0]["Page"].endswith(reverse("match", args=[page.cards[0].public_id]))
    assert [row["Name"] for row in taken(partner, "matches", query="sort=name")] == sorted(shown)
    assert taken(partner, "matches", query="sector=no-such-sector&page=9&x=1") == taken(partner, "matches")


def test_hidden_names_and_fields_are_in_no_table(partner, li_wei, ayesha):
    own_words = {}
    for startup in Startup.objects.all():
        startup.visibility = {key: group.choices[-1].value for key, group in GROUPS["startup"].items()}
        own_words[startup.pk] = canaries(startup, but=("registration_number",))
        shortlists.shortlist(
            startup, li_wei.membership.investor, side=Side.INVESTOR, by=li_wei, at=timezone.now()
        )
    hidden = {"name_en", "name_zh", "name_ur", "website", "contact_email", "contact_name", "founders"}
    for table in ("matches", "deals"):
        text = str(taken(partner, table)).lower()
        assert "qanatstartuppitch" in text
        leaked = {name for words in own_words.values() for name, word in words.items() if word in text}
        assert not leaked & hidden
    User.objects.update(blind_first_look=True)
    assert {row["Name"][:7] for row in taken(partner, "matches")} == {"Startup"}


def test_introductions_say_how_far_they_are_and_name_nobody_who_is_gone(
    startup, investor, ayesha, li_wei, sana, as_user
):
    at = timezone.now() - timedelta(days=20)
    talk = make_introduction(startup, investor, by=ayesha, state="mutual", at=at, answered_at=at)
    confirm(propose(talk, ayesha, step="Li Wei gets samples"), li_wei)
    record(talk, ayesha, happened_on=date(2026, 11, 2))
    gone = factories.make_startup("Gone Pumps")
    queued = factories.make_startup("Queued Pumps")
    make_introduction(gone, investor, by=ayesha, state="closed", at=at)
    make_introduction(queued, investor, by=ayesha, state=IntroductionState.QUEUED, at=at)
    Startup.objects.filter(pk=gone.pk).update(matching_consent=False)
    partner = as_user(li_wei)
    first, second = sorted(taken(partner, "deals"), key=lambda row: row["Name"])
    assert [row["Stage of the deal"] for row in (first, second)] == ["Sample or pilot", "Closed"]
    assert (first["Name"], first["Agreed stage"], first["Agreed next step"]) == (
        "Indus Grow", "Sample or pilot", "Li Wei gets samples"
    )  # fmt: skip
    assert (first["Requested by"], first["Who does it"]) == ("They", "They")
    assert first["Outcome"] == "Sample or pilot · 2 Nov 2026 · Not confirmed"
    assert (second["Name"], second["Agreed stage"]) == ("No longer here", "")
    assert "Queued" not in str(taken(partner, "deals"))
    hide = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
    desk.curator_override(startup, investor, **hide, by=sana, at=at)
    paused = next(row for row in taken(partner, "deals") if row["Name"] == "Indus Grow")
    assert (paused["Agreed next step"], paused["Agreed stage"], paused["Pitch"]) == ("", "", "")


def test_an_export_is_recorded_limited_and_reads_a_fixed_number_of_times(
    partner, same_queries, as_user, sana
):
    taken(partner, "matches")
    noted = AuditRecord.objects.get(action="member_export")
    with same_queries():
        taken(partner, "matches")
    assert noted.details == {"table": "matches", "format": "CSV"}
    for at in range(3, 6):
        ranked.make_startup(at)
    ranked.rank_whole()
    taken(partner, "matches")  # which leaves receipts of who is new
    with same_queries():
        assert len(taken(partner, "matches")) == 6
    assert partner.post(reverse("member_export", args=["secrets"])).status_code == 404
    assert as_user(sana).post(reverse("member_export", args=["matches"])).status_code == 404
    answers = [partner.post(reverse("member_export", args=["deals"])).status_code for _try in range(20)]
    assert 429 in answers


def test_who_is_on_no_list_gets_an_empty_table(partner, li_wei):
    Investor.objects.update(matching_consent=False)
    assert taken(partner, "matches") == []
    assert taken(partner, "deals") == []


def test_numbers_days_and_what_a_startup_looks_for_stand_in_columns_of_their_own(partner, li_wei):
    startup = Startup.objects.order_by("pk").first()
    day = date(2026, 11, 28)
    fields = {"founded": 2019, "team_size": 12, "closing_on": day, "confirmed_on": day}
    Startup.objects.update(visibility={"ask": Audience.MATCHED}, seeks_capital=True, **fields)
    startup.needs.create(type=NeedType.objects.get(code="hardware"))
    page = partner.get(f"/matches/{startup.public_id}/").context["match"]
    for form, days in (("csv", "2026-11-28"), ("xlsx", datetime(2026, 11, 28))):
        row = next(r for r in taken(partner, "matches", form) if r["Name"] == startup.name_en)
        assert "" not in row
        assert row["Also works in"] in ("", None)
        assert [str(row["Year founded"]), str(row["Team size"])] == ["2019", "12"]
        assert days in row.values()
        assert "28 Nov" not in str(row)
        assert row["Looks for"] == "Capital, Hardware and devices"
        assert row["Partnership types"] == "Equity investment, Joint venture"
        assert row["Reasons"] == " · ".join(page.scored.reasons)
        assert (row["What speaks against it"] or "") == " · ".join(page.scored.against)
    assert isinstance(row["Year founded"], int)
