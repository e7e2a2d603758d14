"""Fair terms: private first, opened together, every version kept, nothing read by anybody else."""

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.fair_terms import indications
from matchmaker.introductions.services import decisions
from matchmaker.models import FairTerms
from profiles.models import AuditRecord, FormDraft, Investor, Startup, User
from tests import factories
from tests.matchmaker.fair_dealing import pairs

As = Callable[[User | None], Client]
CANARY = "Zebrafinch valley"


@pytest.fixture
def investor(li_wei: User) -> Investor:
    return li_wei.membership.investor


def terms_of(other: Startup | Investor) -> str:
    return f"/matches/{other.public_id}/terms/"


def write(client: Client, other: Startup | Investor, **said: Any) -> Any:
    return client.post(terms_of(other), said)


def sheet_of(client: Client, other: Startup | Investor) -> str:
    """The words of the sheet to print, which is one page, with one space between words."""
    document = pypdfium2.PdfDocument(client.get(terms_of(other) + "print/").content)
    (page,) = (page.get_textpage().get_text_range() for page in document)
    return " ".join(page.split())


def test_what_is_typed_and_not_kept_is_there_again_and_two_versions_are_compared(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    colleague = factories.make_founder("ahmed@example.com", None)
    startup.memberships.create(user=colleague)
    founder, second, partner = as_user(ayesha), as_user(colleague), as_user(li_wei)
    write(founder, investor, exclusivity="broad", exclusivity_months=6)

    ticket = founder.get(terms_of(investor)).context["draft_form"].version
    said = {"exclusivity": "limited", "exclusivity_territory": CANARY, "exclusivity_months": "9"}
    founder.post("/drafts/", {**said, "version": ticket})
    page = founder.get(terms_of(investor)).content.decode()
    assert CANARY in page
    assert "Your draft, not saved yet" in page
    for other in (second.get(terms_of(investor)), partner.get(terms_of(startup))):
        assert CANARY not in other.content.decode()

    write(second, investor, exclusivity="broad", exclusivity_months=12)
    both = founder.post(terms_of(investor), {**said, "version": ticket})
    assert both.status_code == 409
    assert [(each.mine, each.theirs) for each in both.context["draft_form"].conflicts] == [("9", "12")]
    ticket = both.context["draft_form"].version
    chosen = {**said, "version": ticket, "keep-exclusivity_months": "theirs"}
    assert founder.post(terms_of(investor), chosen).status_code == 302
    newest = FairTerms.objects.order_by("version").last()
    assert newest
    assert (newest.exclusivity_territory, newest.exclusivity_months) == (CANARY, 12)
    assert not FormDraft.objects.exists()


def test_each_reads_the_others_terms_only_when_both_opened_theirs_and_both_said_yes(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    founder, partner = as_user(ayesha), as_user(li_wei)

    def seen() -> tuple[bool, bool]:
        page = partner.get(terms_of(startup)).content.decode()
        assert (CANARY in page) == (CANARY in sheet_of(partner, startup))
        return CANARY in page, "Shared" in sheet_of(founder, investor)

    write(founder, investor, exclusivity="limited", exclusivity_territory=CANARY, exclusivity_months=9)
    write(partner, startup, exclusivity="broad", ip_owner="shared")
    assert seen() == (False, False)
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    assert seen() == (False, False)
    founder.post(terms_of(investor) + "open/")
    assert seen() == (False, False)
    partner.post(terms_of(startup) + "open/")
    assert seen() == (True, True)
    decisions.withdraw_interest(startup, investor, side=Side.STARTUP, by=ayesha, at=factories.MOMENT)
    assert seen() == (False, False)


def test_what_differs_is_listed_and_what_is_missing_is_open(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    founder, partner = as_user(ayesha), as_user(li_wei)
    write(founder, investor, exclusivity="none", law="third", exit_notice_days=60)
    write(partner, startup, exclusivity="limited", law="third")
    for client, other in ((founder, investor), (partner, startup)):
        client.post(terms_of(other) + "open/")

    page = founder.get(terms_of(investor)).context["page"]
    states = {row.label: row.state for group in page.groups for row in group.rows}
    assert [row.label for row in page.disagreements] == ["Exclusivity"]
    assert (states["Law of the contract"], states["Notice to leave, days"]) == ("agreed", "open")
    same = partner.get(terms_of(startup)).context["page"]
    assert [(g.label, g.rows) for g in same.groups] == [(g.label, g.rows) for g in page.groups]
    write(founder, investor, exclusivity="none", law="third", exit_notice_days=61)  # private: on no paper
    sheet = sheet_of(founder, investor)
    assert sheet == sheet_of(partner, startup)
    told = [
        "Not legal advice",
        "Agreed: 1",
        "to talk about: 1",
        "Open: 12",
        "60 not answered",
        "version 1 of",
    ]
    assert [words for words in told if words not in sheet] == []
    write(founder, investor, exclusivity_territory="ہ渠W" * 26, law="third")
    founder.post(terms_of(investor) + "open/")
    for language, mark in (("ur", b"/Lang(ur)"), ("zh-hans", b"/Lang(zh)")):
        User.objects.update(language=language)
        founder.cookies["django_language"] = language
        assert mark in founder.get(terms_of(investor) + "print/").content
        assert sheet_of(founder, investor)


def test_versions_are_kept_and_a_new_one_is_private_again(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor
) -> None:
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    founder, partner = as_user(ayesha), as_user(li_wei)
    write(founder, investor, exclusivity="none")
    write(founder, investor, exclusivity="none")
    founder.post(terms_of(investor) + "open/")
    write(partner, startup, exclusivity="none")
    partner.post(terms_of(startup) + "open/")
    write(founder, investor, exclusivity="limited", exclusivity_territory=CANARY)

    kept = FairTerms.objects.filter(side="startup").order_by("version")
    assert [(one.version, one.exclusivity, one.opened_at is not None) for one in kept] == [
        (1, "none", True),
        (2, "limited", False),
    ]
    assert CANARY not in partner.get(terms_of(startup)).content.decode()
    assert CANARY in founder.get(terms_of(investor)).content.decode()  # in the form


def test_terms_leak_to_nobody_else(
    as_user: As, ayesha: User, startup: Startup, li_wei: User, investor: Investor, sana: User
) -> None:
    pairs.become_mutual(startup, investor, ayesha, li_wei)
    write(as_user(ayesha), investor, exclusivity="limited", exclusivity_territory=CANARY)
    as_user(ayesha).post(terms_of(investor) + "open/")
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
    pk = FairTerms.objects.get().pk
    pages = [
        as_user(operator).get("/admin/matchmaker/fairterms/"),
        as_user(operator).get(f"/admin/matchmaker/fairterms/{pk}/change/"),
        as_user(sana).get("/desk/audit/"),
        as_user(sana).get("/desk/audit/export/"),
        as_user(li_wei).get(f"/matches/{startup.public_id}/"),
        as_user(li_wei).get(f"/matches/{startup.public_id}/fair-dealing/"),
    ]
    for page in pages:
        content = b"".join(page.streaming_content) if page.streaming else page.content
        assert (page.status_code, CANARY.encode() in content) == (200, False)
    assert [record.details for record in AuditRecord.objects.filter(action="terms").order_by("pk")] == [
        {"side": "startup", "version": 1, "done": "written"},
        {"side": "startup", "version": 1, "done": "opened"},
    ]


def test_opening_nothing_is_refused(as_user: As, ayesha: User, investor: Investor) -> None:
    response = as_user(ayesha).post(terms_of(investor) + "open/", follow=True)
    assert "Write down your own terms first." in response.content.decode()


def test_more_seats_than_there_are_are_refused(as_user: As, ayesha: User, investor: Investor) -> None:
    response = write(as_user(ayesha), investor, board_partner=3, board_total=2)
    assert (response.status_code, set(response.context["draft_form"].form.errors)) == (422, {"board_partner"})


# The deals of the demonstration: Paani Paimana with Qiquan, Rezgari Raah with Qiaoxi Pay, and variations.
FAIR = {"exclusivity": "limited", "exclusivity_territory": "Punjab", "exclusivity_months": 12}


@pytest.mark.parametrize(
    ("said", "bands"),
    [
        ({}, {}),
        ({"exclusivity": "none"}, {"FD-EXCL": "green"}),
        (FAIR, {"FD-EXCL": "amber"}),
        ({**FAIR, "exclusivity_months": 13}, {"FD-EXCL": "red"}),
        ({**FAIR, "exclusivity_territory": ""}, {"FD-EXCL": "red"}),
        ({"exclusivity": "broad", "exclusivity_months": 36}, {"FD-EXCL": "red"}),
        ({"ip_owner": "shared"}, {"FD-IP": "green"}),
        ({"ip_owner": "licence_back"}, {"FD-IP": "amber"}),
        ({"ip_owner": "partner"}, {"FD-IP": "red"}),
        ({"ip_owner": "startup"}, {"FD-IP": "red"}),
        ({"board_partner": 1, "board_total": 5}, {"FD-BOARD": "green"}),
        ({"board_partner": 1, "board_total": 3}, {"FD-BOARD": "amber"}),
        ({"board_partner": 2, "board_total": 4}, {"FD-BOARD": "amber"}),
        ({"board_partner": 3, "board_total": 5}, {"FD-BOARD": "red"}),
        ({"step_in": "none"}, {"FD-STEPIN": "green"}),
        ({"step_in": "insolvency", "cure_days": 30}, {"FD-STEPIN": "amber"}),
        ({"step_in": "insolvency", "cure_days": 29}, {"FD-STEPIN": "red"}),
        ({"step_in": "commercial", "cure_days": 60}, {"FD-STEPIN": "red"}),
        ({"first_refusal": "pro_rata"}, {"FD-ROFR": "green"}),
        ({"first_refusal": "founder"}, {"FD-ROFR": "amber"}),
        ({"first_refusal": "whole"}, {"FD-ROFR": "red"}),
        ({"exit_notice_days": 90}, {"FD-EXIT": "green"}),
        ({"exit_notice_days": 180}, {"FD-EXIT": "amber"}),
        ({"exit_notice_days": 240}, {"FD-EXIT": "red"}),
    ],
)
def test_yardsticks_speak_of_what_is_said_alone(said: dict[str, Any], bands: dict[str, str]) -> None:
    found = indications(FairTerms(**said))
    assert {one.yardstick["code"]: one.band for one in found} == bands
    assert all(one.yardstick["threshold_source"] and one.yardstick["caveat"] for one in found)
