"""Governance checks: for the two sides of a pair, for curators, and what they are based on."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.forms.models import model_to_dict
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing import services as fair_dealing
from matchmaker.deals.fair_dealing.forms import CheckForm
from matchmaker.deals.fair_dealing.kinds import WORDS_OF_CHECKS
from matchmaker.deals.fair_dealing.selectors.fair_terms import TABLES
from matchmaker.models.fair_dealing import CheckAnswer, DisclosureRequest
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, GovernanceCheck, Investor, Need, NeedType, Startup, User
from profiles.models.profile import public_id_of
from tests import factories
from tests.matchmaker.deals.fair_dealing import pairs

CANARY = "Zebrafinch 7731"
SANCTIONS = "GOV-IN-01"


def page_of(other):
    return f"/matches/{other.public_id}/fair-dealing/"


def codes(response):
    return [row.check.code for row in response.context["page"]["checks"].rows]


def answer(client, other, **said):
    said = {"state": "answered", "text": CANARY, **said}
    return client.post(f"{page_of(other)}{SANCTIONS}/", said)


def test_both_sides_read_the_same_checks_of_a_form_the_three_that_weigh_most_first(talks):
    page = talks.founder.get(page_of(talks.investor), {"form": "equity"})
    checks, html = page.context["page"]["checks"], page.content.decode()
    assert len(checks.first) == 3
    assert [row.check.code for row in checks.first] == codes(page)[:3]
    assert checks.first[0].check.weight == "specialist"
    folded = [row for _topic, rows, _answered in checks.topics for row in rows]
    assert sorted(row.check.code for row in [*checks.first, *folded]) == sorted(codes(page))
    assert {
        str(topic): "GOV-PK-01" in [row.check.code for row in rows]
        for topic, rows, _answered in checks.topics
    }["Shares, money and contracts"]
    # What leads stands open, above the tables; the rest is one line a topic until someone opens it.
    lead, _mark, rest = html.partition('<details class="fold">')
    assert [f'id="{row.check.code}"' in lead for row in checks.first] == [True] * 3
    assert not any(f'id="{row.check.code}"' in lead for row in folded)
    assert "What each side discloses" in rest
    assert "<details open" not in rest

    assert codes(page) == codes(talks.partner.get(page_of(talks.startup), {"form": "equity"}))
    assert (codes(page)[0], "GOV-PK-01" in codes(page)) == ("GOV-CN-01", True)
    assert list(dict.fromkeys(row.check.weight for row in checks.rows)) == ["specialist", "check", "info"]

    talks.investor.theses.get().forms.add(*factories.PartnershipForm.objects.filter(code="grant"))
    assert "GOV-PK-01" not in codes(talks.founder.get(page_of(talks.investor), {"form": "grant"}))


def test_an_answer_is_read_by_its_own_side_only_until_interest_is_mutual(talks):
    assert answer(talks.founder, talks.investor).status_code == 302

    assert CANARY in talks.founder.get(page_of(talks.investor)).content.decode()
    assert CANARY not in talks.partner.get(page_of(talks.startup)).content.decode()

    talks.become_mutual()
    assert CANARY in talks.partner.get(page_of(talks.startup)).content.decode()

    talks.withdraw(Side.INVESTOR)
    assert CANARY not in talks.partner.get(page_of(talks.startup)).content.decode()


def test_an_answer_leaks_to_nobody_else(talks, as_user, sana):
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


def test_not_yet_known_names_who_finds_out_by_when(talks):
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


def test_what_is_hidden_changes_nobodys_page(talks):
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


def test_a_check_says_what_is_not_stated_and_that_its_review_is_due(talks):
    page = talks.founder.get(page_of(talks.investor), {"form": "equity"}).context["page"]

    found = {check.code: [str(word) for word in facts] for check, facts in page["checks"].open}
    assert found["GOV-PK-05"] == ["whether there is a holding company abroad"]

    client, words = talks.founder, "due for review by"
    GovernanceCheck.objects.update(review_by=date(2999, 1, 1))
    assert words not in client.get(page_of(talks.investor)).content.decode()

    GovernanceCheck.objects.filter(code=SANCTIONS).update(
        checked_on=date(2025, 1, 1), review_by=date(2025, 2, 1)
    )
    assert client.get(page_of(talks.investor)).content.decode().count(words) == 1


def test_every_page_says_that_it_is_no_advice(talks):
    for language, advice in (
        ("en", "This is not legal advice"),
        ("ur", "یہ قانونی مشورہ نہیں"),
        ("zh-hans", "不构成法律意见"),
    ):
        client = talks.founder
        client.cookies["django_language"] = language
        talks.ayesha.language = language
        talks.ayesha.save()
        for path in (page_of(talks.investor), f"{page_of(talks.investor)}{SANCTIONS}/"):
            assert advice in client.get(path).content.decode()


def test_disclosures_stand_beside_each_other_with_the_day_on_which_they_were_asked_for(talks):
    Startup.objects.update(state_owned="no", beneficial_owner="The founders")
    Investor.objects.update(state_owned="partly")

    rows = talks.founder.get(page_of(talks.investor)).context["page"]["disclosure"]["rows"]
    assert [(str(row["question"]), row["startup"], row["partner"]) for row in rows][:2] == [
        ("State ownership", "No", "Partly"),
        ("Beneficial owner", "The founders", ""),
    ]
    for _time in range(2):
        talks.founder.post(f"{page_of(talks.investor)}ask/")
    assert DisclosureRequest.objects.count() == 1
    for client, other in ((talks.founder, talks.investor), (talks.partner, talks.startup)):
        assert "asked on" in client.get(page_of(other)).content.decode()
    assert not talks.founder.get(page_of(talks.investor)).context["page"]["disclosure"]["can_ask"]


def test_what_does_not_agree_about_data_is_said_in_words(talks):
    Startup.objects.update(data_location="PK", data_crosses_border=False, data_classes=["location"])
    pairs.offer(talks.investor, "cloud", data_hosting="partner", data_classes=["location", "health"])
    client = talks.founder

    found = client.get(page_of(talks.investor)).context["page"]["cards"]
    assert found["disagreements"] == [
        "The startup keeps its data at home; the offer “Cloud infrastructure” keeps it elsewhere.",
        "The startup does not list some types of data that the offer “Cloud infrastructure” uses: Health.",
    ]
    assert [card.answers[4] for card in found["startup"]] == [""]  # no one said what happens at the end
    Startup.objects.update(data_location="CN", data_crosses_border=True, data_classes=[])
    assert client.get(page_of(talks.investor)).context["page"]["cards"]["disagreements"] == []


def test_the_queries_do_not_grow(talks, same_queries):
    client = talks.founder
    client.get(page_of(talks.investor))
    for kinds in (("cloud",), ("hardware", "training")):
        for kind in kinds:
            pairs.offer(talks.investor, kind, data_hosting="mixed")
            need = NeedType.objects.get(code=kind)
            Need.objects.create(startup=talks.startup, type=need, data_hosting="home")
            answer(client, talks.investor)
        with same_queries():
            assert client.get(page_of(talks.investor)).status_code == 200


ADDRESS = "/desk/governance/GOV-PK-13/"


def typed(**changed):
    """Return the form of a check as the browser sends it."""
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    form = CheckForm(instance=check)
    values = {name: form[name].value() for name in form.fields}
    return {**{name: value for name, value in values.items() if value is not None}, **changed}


def test_an_edit_is_saved_recorded_and_kept(as_user, sana):
    response = as_user(sana).post(ADDRESS, typed(status="replaced"))

    assert response.status_code == 302
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    assert (check.status, check.edited_at is not None) == ("replaced", True)
    record = AuditRecord.objects.get(action="governance")
    assert (record.subject, record.details) == (
        "check:GOV-PK-13",
        {"before": {"status": "in force (reported)"}, "after": {"status": "replaced"}},
    )


def test_only_curators_edit(ayesha):
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    before = model_to_dict(check)
    with pytest.raises(NotACuratorError):
        fair_dealing.revise_check(check, changes={"status": "x"}, by=ayesha, at=timezone.now())
    assert model_to_dict(GovernanceCheck.objects.get(code="GOV-PK-13")) == before


def test_those_past_their_review_date_come_first(as_user, sana):
    GovernanceCheck.objects.update(review_by="2090-01-01")  # the dates that come with the software pass
    GovernanceCheck.objects.filter(code="GOV-PL-03").update(checked_on="2025-01-01", review_by="2025-02-01")
    checks = as_user(sana).get("/desk/governance/").context["checks"]
    assert [check.code for check in checks if check.is_past_review] == [checks[0].code] == ["GOV-PL-03"]


PAGE = Path(settings.BASE_DIR) / "docs" / "for-a-lawyer.md"
# What no page may say of anyone, in its English original; "security clearance" is an authority's own word.
VERDICTS = r"\b(cleared|compliant|certified|guaranteed?|risk[- ]free|legally (?:safe|sound)|we recommend)\b"


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_are_those_that_the_product_reads(heading):
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")] == TABLES[heading]().splitlines()


def test_no_text_gives_a_verdict():
    texts = (settings.BASE_DIR / "matchmaker/locale/ur/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    said = re.findall(r'^msgid(?:_plural)? "(.*)"', texts, re.M)
    assert len(said) > 1000
    assert [text for text in said if re.search(VERDICTS, text, re.I)] == []


def test_every_page_with_a_check_says_that_it_is_no_advice():
    pages = {
        "fair_dealing", "governance", "governance_check", "governance_rule", "governance_restore", "answer",
        "terms", "dependency",
    }  # fmt: skip
    folder = settings.BASE_DIR / "templates" / "deals" / "fair_dealing"
    without = {
        name
        for name in pages
        if "_no_advice.html" not in (folder / f"{name}.html").read_text(encoding="utf-8")
    }
    assert without == set()


@pytest.fixture
def _demo(db, settings):
    settings.DEMO = True
    call_command("load_demo", "dealings", verbosity=0)


@pytest.mark.usefixtures("_demo")
def test_the_founder_reads_a_warning_what_differs_and_what_was_asked(as_user, settings):
    ayesha = User.objects.get(email=settings.DEMO_ACCOUNTS["founder"])
    li_wei = User.objects.get(email=settings.DEMO_ACCOUNTS["investor"])
    startup = Startup.objects.get(public_id=public_id_of("startup", "paani-paimana"))
    investor = Investor.objects.get(public_id=public_id_of("investor", "chengsui-agritech"))
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    client, address = as_user(ayesha), f"/matches/{investor.public_id}/"

    page = client.get(f"{address}fair-dealing/").context["page"]
    terms = client.get(f"{address}terms/").context["page"]
    assert len(page["cards"]["disagreements"]) == 2
    assert page["disclosure"]["partner_asked_at"] is not None
    assert [row.label for row in terms.disagreements][:2] == ["Exclusivity", "Exclusivity period, months"]
    depends = client.get("/startup/dependency/").context["dependency"]
    assert depends["partners"][0]["sole"]


def test_the_state_of_a_check_is_in_the_readers_language_and_no_authors_note_is_shown(talks):
    client = talks.founder
    for language, states in (("en", ("in force", "primary")), ("zh-hans", ("现行有效", "一手资料"))):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = " ".join(client.get(page_of(talks.investor), {"form": "equity"}).content.decode().split())
        assert all(f"<bdi>{state}</bdi>" in page for state in states)
        assert "our reading" not in page
    shipped = GovernanceCheck.objects.values_list("status", "confidence")
    assert {text for both in shipped for text in both} <= {*WORDS_OF_CHECKS}
