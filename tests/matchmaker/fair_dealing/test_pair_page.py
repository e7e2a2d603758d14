"""The page of a pair: the same checks for both, answers private until interest is mutual, nothing leaks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from matchmaker.models import CheckAnswer, DisclosureRequest
from profiles.models import AuditRecord, GovernanceCheck, Investor, Need, NeedType, Startup, User
from tests import factories
from tests.matchmaker.fair_dealing import pairs

As = Callable[[User | None], Client]
CANARY = "Zebrafinch 7731"
SANCTIONS = "GOV-IN-01"


@pytest.fixture
def investor(li_wei: User) -> Investor:
    return li_wei.membership.investor


def page_of(other: Startup | Investor) -> str:
    return f"/matches/{other.public_id}/fair-dealing/"


def codes(response: Any) -> list[str]:
    return [row.check.code for row in response.context["page"].checks.rows]


def answer(client: Client, other: Startup | Investor, **said: str) -> Any:
    said = {"state": "answered", "text": CANARY, **said}
    return client.post(f"{page_of(other)}{SANCTIONS}/", said)


def test_both_sides_read_the_same_checks(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    ours = as_user(ayesha).get(page_of(investor), {"form": "equity"})
    theirs = as_user(li_wei).get(page_of(startup), {"form": "equity"})

    assert codes(ours) == codes(theirs)
    assert (codes(ours)[0], "GOV-PK-01" in codes(ours)) == ("GOV-CN-01", True)
    weights = dict.fromkeys(row.check.weight for row in ours.context["page"].checks.rows)
    assert list(weights) == ["specialist", "check", "info"]


def test_another_form_asks_other_things(as_user: As, ayesha: User, investor: Investor) -> None:
    investor.theses.get().forms.add(*factories.PartnershipForm.objects.filter(code="grant"))
    client = as_user(ayesha)

    assert "GOV-PK-01" in codes(client.get(page_of(investor), {"form": "equity"}))
    assert "GOV-PK-01" not in codes(client.get(page_of(investor), {"form": "grant"}))


def test_an_answer_is_read_by_its_own_side_only_until_interest_is_mutual(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    founder, partner = as_user(ayesha), as_user(li_wei)
    assert answer(founder, investor).status_code == 302

    assert CANARY in founder.get(page_of(investor)).content.decode()
    assert CANARY not in partner.get(page_of(startup)).content.decode()

    pairs.become_mutual(startup, investor, ayesha, li_wei)
    assert CANARY in partner.get(page_of(startup)).content.decode()

    decisions.withdraw_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=factories.MOMENT)
    assert CANARY not in partner.get(page_of(startup)).content.decode()


def test_an_answer_leaks_to_nobody_else(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor, sana: User
) -> None:
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    answer(as_user(ayesha), investor)
    rival = factories.make_startup("Ravi Fields")
    other = factories.make_founder("other@example.com", rival)
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)

    assert CANARY not in as_user(other).get(page_of(investor)).content.decode()
    admin = "/admin/matchmaker/checkanswer/"
    answers = [
        as_user(operator).get(path) for path in (admin, f"{admin}{CheckAnswer.objects.get().pk}/change/")
    ]
    curators = [
        as_user(sana).get(path)
        for path in ("/desk/governance/", f"/desk/governance/{SANCTIONS}/", "/desk/audit/")
    ]
    for response in [*answers, *curators]:
        assert (response.status_code, CANARY in response.content.decode()) == (200, False)
    assert [CANARY in str(record.details) for record in AuditRecord.objects.all()].count(True) == 0


def test_not_yet_known_names_who_finds_out_by_when(
    as_user: As, ayesha: User, startup: Startup, investor: Investor
) -> None:
    client, tomorrow = as_user(ayesha), timezone.localdate() + timedelta(days=1)

    refused = answer(client, investor, state="not_yet", text="")
    assert set(refused.context["form"].errors) == {"finder", "due_on"}
    late = answer(client, investor, state="not_yet", text="", finder="Bilal", due_on="2026-01-01")
    assert set(late.context["form"].errors) == {"due_on"}
    silent = answer(client, investor, text="")
    assert (silent.status_code, set(silent.context["form"].errors)) == (422, {"text"})

    answer(client, investor, state="not_yet", text="", finder="Bilal", due_on=tomorrow.isoformat())
    kept = CheckAnswer.objects.get()
    assert (kept.side, kept.finder, kept.due_on) == ("startup", "Bilal", tomorrow)


def test_what_is_hidden_changes_nobodys_page(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    """The amount asked for is open after mutual interest only; 100 million rupees would ask for clearance."""
    Investor.objects.update(max_stake_pct=5)
    clearance = "GOV-PK-09"
    pages = []
    for amount in (1_000, 9_000_000):
        Startup.objects.update(ask_min_usd=amount, ask_max_usd=amount, ask_min=amount, ask_max=amount)
        client = as_user(li_wei)
        pages.append(codes(client.get(page_of(startup), {"form": "equity"})))
        assert clearance not in codes(as_user(ayesha).get(page_of(investor), {"form": "equity"}))
    assert pages[0] == pages[1]

    pairs.become_mutual(startup, investor, ayesha, li_wei)
    assert clearance in codes(as_user(li_wei).get(page_of(startup), {"form": "equity"}))


def test_what_depends_on_something_not_stated_is_said_so(
    as_user: As, ayesha: User, investor: Investor
) -> None:
    page = as_user(ayesha).get(page_of(investor), {"form": "equity"}).context["page"]

    found = {check.code: [str(word) for word in facts] for check, facts in page.checks.open}
    assert found["GOV-PK-05"] == ["whether there is a holding company abroad"]


def test_a_check_past_its_review_date_says_so(as_user: As, ayesha: User, investor: Investor) -> None:
    client, words = as_user(ayesha), "to be looked at again by"
    GovernanceCheck.objects.update(review_by=date(2999, 1, 1))
    assert words not in client.get(page_of(investor)).content.decode()

    GovernanceCheck.objects.filter(code=SANCTIONS).update(
        checked_on=date(2025, 1, 1), review_by=date(2025, 2, 1)
    )
    assert client.get(page_of(investor)).content.decode().count(words) == 1


@pytest.mark.parametrize(
    ("language", "advice"),
    [("en", "Not legal advice"), ("ur", "یہ قانونی مشورہ نہیں"), ("zh-hans", "不构成法律意见")],
)
def test_every_page_says_that_it_is_no_advice(
    as_user: As, ayesha: User, investor: Investor, language: str, advice: str
) -> None:
    client = as_user(ayesha)
    client.cookies["django_language"] = language
    ayesha.language = language
    ayesha.save()
    for path in (page_of(investor), f"{page_of(investor)}{SANCTIONS}/"):
        assert advice in client.get(path).content.decode()


def test_disclosures_stand_beside_each_other_with_the_day_on_which_they_were_asked_for(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    Startup.objects.update(state_owned="no", beneficial_owner="The founders")
    Investor.objects.update(state_owned="partly")
    founder = as_user(ayesha)

    rows = founder.get(page_of(investor)).context["page"].disclosure.rows
    assert [(str(row.question), row.startup, row.partner) for row in rows][:2] == [
        ("State ownership", "No", "Partly"),
        ("Beneficial owner", "The founders", ""),
    ]
    for _time in range(2):
        founder.post(f"{page_of(investor)}ask/")
    assert DisclosureRequest.objects.count() == 1
    for client, other in ((founder, investor), (as_user(li_wei), startup)):
        assert "asked on" in client.get(page_of(other)).content.decode()
    assert not founder.get(page_of(investor)).context["page"].disclosure.can_ask


def test_what_does_not_agree_about_data_is_said_in_words(
    as_user: As, ayesha: User, startup: Startup, investor: Investor
) -> None:
    Startup.objects.update(data_location="PK", data_crosses_border=False, data_classes=["location"])
    pairs.offer(investor, "cloud", data_hosting="partner", data_classes=["location", "health"])
    client = as_user(ayesha)

    found = client.get(page_of(investor)).context["page"].cards
    assert found.disagreements == [
        "The startup keeps its data at home; the offer “Cloud infrastructure” keeps it elsewhere.",
        "There is data that the startup does not name in the offer “Cloud infrastructure”: Health.",
    ]
    assert [card.answers[4] for card in found.startup] == [""]  # nobody said what happens at the end
    Startup.objects.update(data_location="CN", data_crosses_border=True, data_classes=[])
    assert client.get(page_of(investor)).context["page"].cards.disagreements == []


def test_the_queries_do_not_grow(as_user: As, ayesha: User, startup: Startup, investor: Investor) -> None:
    client, counts = as_user(ayesha), []
    client.get(page_of(investor))
    for kinds in (("cloud",), ("hardware", "training")):
        for kind in kinds:
            pairs.offer(investor, kind, data_hosting="mixed")
            need = NeedType.objects.get(code=kind)
            Need.objects.create(startup=startup, type=need, data_hosting="home")
            answer(client, investor)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(investor)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
