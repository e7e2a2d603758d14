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
from matchmaker.models import CheckAnswer, DisclosureRequest
from profiles.models import AuditRecord, GovernanceCheck, Investor, Need, NeedType, Startup, User
from tests import factories
from tests.matchmaker.fair_dealing import pairs
from tests.matchmaker.fair_dealing.pairs import Talks

As = Callable[[User | None], Client]
CANARY = "Zebrafinch 7731"
SANCTIONS = "GOV-IN-01"


def page_of(other: Startup | Investor) -> str:
    return f"/matches/{other.public_id}/fair-dealing/"


def codes(response: Any) -> list[str]:
    return [row.check.code for row in response.context["page"].checks.rows]


def answer(client: Client, other: Startup | Investor, **said: str) -> Any:
    said = {"state": "answered", "text": CANARY, **said}
    return client.post(f"{page_of(other)}{SANCTIONS}/", said)


def test_both_sides_read_the_same_checks(talks: Talks) -> None:
    ours = talks.founder.get(page_of(talks.investor), {"form": "equity"})
    theirs = talks.partner.get(page_of(talks.startup), {"form": "equity"})

    assert codes(ours) == codes(theirs)
    assert (codes(ours)[0], "GOV-PK-01" in codes(ours)) == ("GOV-CN-01", True)
    weights = dict.fromkeys(row.check.weight for row in ours.context["page"].checks.rows)
    assert list(weights) == ["specialist", "check", "info"]


def test_another_form_asks_other_things(talks: Talks) -> None:
    talks.investor.theses.get().forms.add(*factories.PartnershipForm.objects.filter(code="grant"))
    client = talks.founder

    assert "GOV-PK-01" in codes(client.get(page_of(talks.investor), {"form": "equity"}))
    assert "GOV-PK-01" not in codes(client.get(page_of(talks.investor), {"form": "grant"}))


def test_an_answer_is_read_by_its_own_side_only_until_interest_is_mutual(talks: Talks) -> None:
    assert answer(talks.founder, talks.investor).status_code == 302

    assert CANARY in talks.founder.get(page_of(talks.investor)).content.decode()
    assert CANARY not in talks.partner.get(page_of(talks.startup)).content.decode()

    talks.become_mutual()
    assert CANARY in talks.partner.get(page_of(talks.startup)).content.decode()

    talks.withdraw(Side.INVESTOR)
    assert CANARY not in talks.partner.get(page_of(talks.startup)).content.decode()


def test_an_answer_leaks_to_nobody_else(talks: Talks, as_user: As, sana: User) -> None:
    talks.become_mutual()
    answer(talks.founder, talks.investor)
    rival = factories.make_startup("Ravi Fields")
    other = factories.make_founder("other@example.com", rival)
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)

    assert CANARY not in as_user(other).get(page_of(talks.investor)).content.decode()
    admin = "/admin/matchmaker/checkanswer/"
    change = f"{admin}{CheckAnswer.objects.get().pk}/change/"
    desk = ("/desk/governance/", f"/desk/governance/{SANCTIONS}/", "/desk/audit/")
    for user, path in [(operator, admin), (operator, change), *((sana, path) for path in desk)]:
        response = as_user(user).get(path)
        assert (response.status_code, CANARY in response.content.decode()) == (200, False)
    assert [CANARY in str(record.details) for record in AuditRecord.objects.all()].count(True) == 0


def test_not_yet_known_names_who_finds_out_by_when(talks: Talks) -> None:
    client, tomorrow = talks.founder, timezone.localdate() + timedelta(days=1)

    refused = answer(client, talks.investor, state="not_yet", text="")
    assert set(refused.context["form"].errors) == {"finder", "due_on"}
    late = answer(client, talks.investor, state="not_yet", text="", finder="Bilal", due_on="2026-01-01")
    assert set(late.context["form"].errors) == {"due_on"}
    silent = answer(client, talks.investor, text="")
    assert (silent.status_code, set(silent.context["form"].errors)) == (422, {"text"})

    answer(client, talks.investor, state="not_yet", text="", finder="Bilal", due_on=tomorrow.isoformat())
    kept = CheckAnswer.objects.get()
    assert (kept.side, kept.finder, kept.due_on) == ("startup", "Bilal", tomorrow)


def test_what_is_hidden_changes_nobodys_page(talks: Talks) -> None:
    """The amount asked for is open after mutual interest only; 100 million rupees would ask for clearance."""
    Investor.objects.update(max_stake_pct=5)
    clearance = "GOV-PK-09"
    pages = []
    for amount in (1_000, 9_000_000):
        Startup.objects.update(ask_min_usd=amount, ask_max_usd=amount, ask_min=amount, ask_max=amount)
        client = talks.partner
        pages.append(codes(client.get(page_of(talks.startup), {"form": "equity"})))
        assert clearance not in codes(talks.founder.get(page_of(talks.investor), {"form": "equity"}))
    assert pages[0] == pages[1]

    talks.become_mutual()
    assert clearance in codes(talks.partner.get(page_of(talks.startup), {"form": "equity"}))


def test_what_depends_on_something_not_stated_is_said_so(talks: Talks) -> None:
    page = talks.founder.get(page_of(talks.investor), {"form": "equity"}).context["page"]

    found = {check.code: [str(word) for word in facts] for check, facts in page.checks.open}
    assert found["GOV-PK-05"] == ["whether there is a holding company abroad"]


def test_a_check_past_its_review_date_says_so(talks: Talks) -> None:
    client, words = talks.founder, "to be looked at again by"
    GovernanceCheck.objects.update(review_by=date(2999, 1, 1))
    assert words not in client.get(page_of(talks.investor)).content.decode()

    GovernanceCheck.objects.filter(code=SANCTIONS).update(
        checked_on=date(2025, 1, 1), review_by=date(2025, 2, 1)
    )
    assert client.get(page_of(talks.investor)).content.decode().count(words) == 1


@pytest.mark.parametrize(
    ("language", "advice"),
    [("en", "Not legal advice"), ("ur", "یہ قانونی مشورہ نہیں"), ("zh-hans", "不构成法律意见")],
)
def test_every_page_says_that_it_is_no_advice(talks: Talks, language: str, advice: str) -> None:
    client = talks.founder
    client.cookies["django_language"] = language
    talks.ayesha.language = language
    talks.ayesha.save()
    for path in (page_of(talks.investor), f"{page_of(talks.investor)}{SANCTIONS}/"):
        assert advice in client.get(path).content.decode()


def test_disclosures_stand_beside_each_other_with_the_day_on_which_they_were_asked_for(talks: Talks) -> None:
    Startup.objects.update(state_owned="no", beneficial_owner="The founders")
    Investor.objects.update(state_owned="partly")

    rows = talks.founder.get(page_of(talks.investor)).context["page"].disclosure.rows
    assert [(str(row.question), row.startup, row.partner) for row in rows][:2] == [
        ("State ownership", "No", "Partly"),
        ("Beneficial owner", "The founders", ""),
    ]
    for _time in range(2):
        talks.founder.post(f"{page_of(talks.investor)}ask/")
    assert DisclosureRequest.objects.count() == 1
    for client, other in ((talks.founder, talks.investor), (talks.partner, talks.startup)):
        assert "asked on" in client.get(page_of(other)).content.decode()
    assert not talks.founder.get(page_of(talks.investor)).context["page"].disclosure.can_ask


def test_what_does_not_agree_about_data_is_said_in_words(talks: Talks) -> None:
    Startup.objects.update(data_location="PK", data_crosses_border=False, data_classes=["location"])
    pairs.offer(talks.investor, "cloud", data_hosting="partner", data_classes=["location", "health"])
    client = talks.founder

    found = client.get(page_of(talks.investor)).context["page"].cards
    assert found.disagreements == [
        "The startup keeps its data at home; the offer “Cloud infrastructure” keeps it elsewhere.",
        "There is data that the startup does not name in the offer “Cloud infrastructure”: Health.",
    ]
    assert [card.answers[4] for card in found.startup] == [""]  # nobody said what happens at the end
    Startup.objects.update(data_location="CN", data_crosses_border=True, data_classes=[])
    assert client.get(page_of(talks.investor)).context["page"].cards.disagreements == []


def test_the_queries_do_not_grow(talks: Talks) -> None:
    client, counts = talks.founder, []
    client.get(page_of(talks.investor))
    for kinds in (("cloud",), ("hardware", "training")):
        for kind in kinds:
            pairs.offer(talks.investor, kind, data_hosting="mixed")
            need = NeedType.objects.get(code=kind)
            Need.objects.create(startup=talks.startup, type=need, data_hosting="home")
            answer(client, talks.investor)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(talks.investor)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
