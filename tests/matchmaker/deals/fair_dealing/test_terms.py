"""Fair terms: private first, opened together, every version kept, nothing read by anyone else."""

from itertools import chain

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing import services
from matchmaker.deals.fair_dealing.selectors.fair_terms import indications
from matchmaker.models.fair_dealing import FairTerms
from matchmaker.models.introduction import IntroductionState
from profiles.models import AuditRecord, FormDraft, Investor, Notice, OutboxMail, Startup, User
from tests import factories
from tests.matchmaker.introduced import make_introduction, told
from tests.racing import at_once, kinds

CANARY = "Zebrafinch valley"


def terms_of(other):
    return f"/matches/{other.public_id}/terms/"


def write(client, other, **said):
    return client.post(terms_of(other), said)


def open_newest(client, other):
    """Open one's own newest version, as its page shows it."""
    newest = client.get(terms_of(other)).context["page"].draft
    return client.post(terms_of(other) + "open/", {"seen": newest.version if newest else ""}, follow=True)


def sheet_of(client, other):
    """The words of the sheet to print, which is one page, with one space between words."""
    document = pypdfium2.PdfDocument(client.get(terms_of(other) + "print/").content)
    (page,) = (page.get_textpage().get_text_range() for page in document)
    return " ".join(page.split())


def test_what_is_typed_and_not_kept_is_there_again_and_two_versions_are_compared(talks, as_user):
    colleague = factories.make_founder("ahmed@example.com", None)
    talks.startup.memberships.create(user=colleague)
    second = as_user(colleague)
    write(talks.founder, talks.investor, exclusivity="broad", exclusivity_months=6)

    ticket = talks.founder.get(terms_of(talks.investor)).context["draft_form"].version
    said = {"exclusivity": "limited", "exclusivity_territory": CANARY, "exclusivity_months": "9"}
    talks.founder.post("/drafts/", {**said, "version": ticket})
    page = talks.founder.get(terms_of(talks.investor)).content.decode()
    assert CANARY in page
    assert "Your unsaved draft" in page
    for other in (second.get(terms_of(talks.investor)), talks.partner.get(terms_of(talks.startup))):
        assert CANARY not in other.content.decode()

    write(second, talks.investor, exclusivity="broad", exclusivity_months=12)
    both = talks.founder.post(terms_of(talks.investor), {**said, "version": ticket})
    assert both.status_code == 409
    assert [(each.mine, each.theirs) for each in both.context["draft_form"].conflicts] == [("9", "12")]
    ticket = both.context["draft_form"].version
    chosen = {**said, "version": ticket, "keep-exclusivity_months": "theirs"}
    assert talks.founder.post(terms_of(talks.investor), chosen).status_code == 302
    newest = FairTerms.objects.order_by("version").last()
    assert newest
    assert (newest.exclusivity_territory, newest.exclusivity_months) == (CANARY, 12)
    assert not FormDraft.objects.unsaved().exists()


def test_each_reads_the_others_terms_only_when_both_opened_theirs_and_both_said_yes(talks):

    def seen():
        page = talks.partner.get(terms_of(talks.startup)).content.decode()
        assert (CANARY in page) == (CANARY in sheet_of(talks.partner, talks.startup))
        return CANARY in page, "Shared" in sheet_of(talks.founder, talks.investor)

    said = {"exclusivity": "limited", "exclusivity_territory": CANARY, "ip_owner": "partner"}
    write(talks.founder, talks.investor, **said)
    write(talks.partner, talks.startup, exclusivity_territory="Punjab", ip_owner="shared")
    assert seen() == (False, False)
    talks.become_mutual()
    assert seen() == (False, False)
    open_newest(talks.founder, talks.investor)
    assert seen() == (False, False)
    open_newest(talks.partner, talks.startup)
    assert seen() == (True, True)
    talks.withdraw(Side.STARTUP)
    assert seen() == (False, False)


def test_every_term_is_explained_and_prices_are_read_like_the_others(talks):
    form = talks.founder.get(terms_of(talks.investor)).context["form"]
    assert [name for name, field in form.fields.items() if not field.help_text] == []
    said = {"price": f"USD 42 in {CANARY}", "minimum_order": "613 kits", "payment_terms": "credit"}
    write(talks.founder, talks.investor, **said)
    write(talks.partner, talks.startup, price="USD 30", payment_terms="days_60")
    talks.become_mutual()
    open_newest(talks.founder, talks.investor)
    before = talks.partner.get(terms_of(talks.startup)).content.decode()
    open_newest(talks.partner, talks.startup)
    after = talks.partner.get(terms_of(talks.startup)).content.decode()
    assert (CANARY in before, CANARY in after, "613 kits" in after) == (False, True, False)
    page = talks.partner.get(terms_of(talks.startup)).context["page"]
    assert [row.label for row in page.disagreements] == ["Price", "Payment terms"]


def test_whoever_opens_an_empty_or_a_thin_sheet_reads_nothing_for_it(talks):
    talks.become_mutual()
    write(talks.founder, talks.investor, exclusivity_territory=CANARY, exit_notice_days=61)
    open_newest(talks.founder, talks.investor)

    write(talks.partner, talks.startup)
    refused = open_newest(talks.partner, talks.startup).content.decode()
    assert ("Write down your own terms first." in refused, CANARY in refused) == (True, False)

    write(talks.partner, talks.startup, exit_notice_days=90)
    shown = open_newest(talks.partner, talks.startup).content.decode()
    assert CANARY not in shown + sheet_of(talks.partner, talks.startup)
    states = [
        row for group in talks.partner.get(terms_of(talks.startup)).context["page"].groups for row in group
    ]
    assert [(row.startup, row.partner) for row in states if row.startup or row.partner] == [("61", "90")]


def test_an_own_answer_that_is_open_is_shown_and_waits_for_them(talks):
    talks.become_mutual()
    write(talks.founder, talks.investor, exit_notice_days=45, law="third")
    open_newest(talks.founder, talks.investor)
    write(talks.partner, talks.startup, law="third", exclusivity="none")
    for is_opened in (False, True):
        if is_opened:
            open_newest(talks.partner, talks.startup)
        answer = talks.founder.get(terms_of(talks.investor))
        rows = {row.label: row for group in answer.context["page"].groups for row in group}
        ours = rows["Notice period, days"]
        assert (ours.startup, ours.partner, ours.waits_for) == ("45", "", "investor")
        assert "waiting for their answer" in answer.content.decode()
        theirs = rows["Exclusivity"]
        assert (theirs.startup, theirs.partner, theirs.waits_for) == ("", "", "")
    assert "45" not in sheet_of(talks.partner, talks.startup)


@pytest.mark.parametrize("sent", ["1", "x"])
def test_opening_publishes_what_was_read_and_no_newer_version_of_a_colleague(talks, sent):
    talks.become_mutual()
    write(talks.founder, talks.investor, exclusivity="none")
    write(talks.founder, talks.investor, exclusivity="broad")  # a colleague, meanwhile

    told = talks.founder.post(terms_of(talks.investor) + "open/", {"seen": sent}, follow=True)

    assert "This has changed since you opened the page" in told.content.decode()
    assert not FairTerms.objects.exclude(opened_at=None).exists()
    assert FairTerms.objects.count() == 2


def decided(rows):
    return [row for row in rows if row.state != "open"]


def test_what_differs_is_listed_and_what_is_missing_is_open(talks):
    talks.become_mutual()
    write(talks.founder, talks.investor, exclusivity="none", law="third", exit_notice_days=60)
    write(talks.partner, talks.startup, exclusivity="limited", law="third")
    for client, other in ((talks.founder, talks.investor), (talks.partner, talks.startup)):
        open_newest(client, other)

    page = talks.founder.get(terms_of(talks.investor)).context["page"]
    same = talks.partner.get(terms_of(talks.startup)).context["page"]
    rows = list(chain(*page.groups))
    same_rows = list(chain(*same.groups))
    states = {row.label: row.state for row in rows}
    assert [row.label for row in page.disagreements] == ["Exclusivity"]
    assert (states["Governing law"], states["Notice period, days"]) == ("agreed", "open")
    assert decided(rows) == decided(same_rows)
    # A private version is on no paper.
    write(talks.founder, talks.investor, exclusivity="none", law="third", exit_notice_days=61)
    sheet = sheet_of(talks.founder, talks.investor)
    assert sheet == sheet_of(talks.partner, talks.startup)
    told = (
        "This is not legal advice",
        "Agreed: 1",
        "to talk about: 1",
        "Open: 15",
        "not answered not answered",
        "version 1 of",
    )
    assert [words for words in told if words not in sheet] == []
    write(talks.founder, talks.investor, exclusivity_territory="ہ渠W" * 26, law="third")
    open_newest(talks.founder, talks.investor)
    for language, mark in (("ur", b"/Lang(ur)"), ("zh-hans", b"/Lang(zh)")):
        User.objects.update(language=language)
        talks.founder.cookies["django_language"] = language
        assert mark in talks.founder.get(terms_of(talks.investor) + "print/").content
        assert sheet_of(talks.founder, talks.investor)


def test_versions_are_kept_and_a_new_one_is_private_again(talks):
    talks.become_mutual()
    write(talks.founder, talks.investor, exclusivity="none")
    write(talks.founder, talks.investor, exclusivity="none")
    open_newest(talks.founder, talks.investor)
    write(talks.partner, talks.startup, exclusivity="none")
    open_newest(talks.partner, talks.startup)
    write(talks.founder, talks.investor, exclusivity="limited", exclusivity_territory=CANARY)

    kept = FairTerms.objects.filter(side="startup").order_by("version")
    assert [(one.version, one.exclusivity, one.opened_at is not None) for one in kept] == [
        (1, "none", True),
        (2, "limited", False),
    ]
    assert CANARY not in talks.partner.get(terms_of(talks.startup)).content.decode()
    assert CANARY in talks.founder.get(terms_of(talks.investor)).content.decode()  # in the form


def test_terms_leak_to_nobody_else(talks, as_user, sana):
    talks.become_mutual()
    write(talks.founder, talks.investor, exclusivity="limited", exclusivity_territory=CANARY)
    open_newest(talks.founder, talks.investor)
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
    pk = FairTerms.objects.get().pk
    pages = [
        as_user(operator).get("/admin/matchmaker/fairterms/"),
        as_user(operator).get(f"/admin/matchmaker/fairterms/{pk}/change/"),
        as_user(sana).get("/desk/audit/"),
        as_user(sana).get("/desk/audit/export/"),
        talks.partner.get(f"/matches/{talks.startup.public_id}/"),
        talks.partner.get(f"/matches/{talks.startup.public_id}/fair-dealing/"),
    ]
    for page in pages:
        content = b"".join(page.streaming_content) if page.streaming else page.content
        assert (page.status_code, CANARY.encode() in content) == (200, False)
    assert [record.details for record in AuditRecord.objects.filter(action="terms").order_by("pk")] == [
        {"side": "startup", "version": 1, "done": "written"},
        {"side": "startup", "version": 1, "done": "opened"},
    ]


def test_more_seats_than_there_are_are_refused(talks):
    response = write(talks.founder, talks.investor, board_partner=3, board_total=2)
    assert (response.status_code, set(response.context["draft_form"].form.errors)) == (422, {"board_partner"})


# The deals of the demonstration: Paani Paimana with Qiquan, Rezgari Raah with Qiaoxi Pay, and variations.
FAIR = {"exclusivity": "limited", "exclusivity_territory": "Punjab", "exclusivity_months": 12}


JUDGED = [
    ({}, ""),
    ({"exclusivity": "none"}, "FD-EXCL green"),
    (FAIR, "FD-EXCL amber"),
    ({**FAIR, "exclusivity_months": 13}, "FD-EXCL red"),
    ({**FAIR, "exclusivity_territory": ""}, "FD-EXCL red"),
    ({"exclusivity": "broad", "exclusivity_months": 36}, "FD-EXCL red"),
    ({"ip_owner": "shared"}, "FD-IP green"),
    ({"ip_owner": "licence_back"}, "FD-IP amber"),
    ({"ip_owner": "partner"}, "FD-IP red"),
    ({"ip_owner": "startup"}, "FD-IP red"),
    ({"board_partner": 1, "board_total": 5}, "FD-BOARD green"),
    ({"board_partner": 1, "board_total": 3}, "FD-BOARD amber"),
    ({"board_partner": 2, "board_total": 4}, "FD-BOARD amber"),
    ({"board_partner": 3, "board_total": 5}, "FD-BOARD red"),
    ({"step_in": "none"}, "FD-STEPIN green"),
    ({"step_in": "insolvency", "cure_days": 30}, "FD-STEPIN amber"),
    ({"step_in": "insolvency", "cure_days": 29}, "FD-STEPIN red"),
    ({"step_in": "commercial", "cure_days": 60}, "FD-STEPIN red"),
    ({"first_refusal": "pro_rata"}, "FD-ROFR green"),
    ({"first_refusal": "founder"}, "FD-ROFR amber"),
    ({"first_refusal": "whole"}, "FD-ROFR red"),
    ({"exit_notice_days": 90}, "FD-EXIT green"),
    ({"exit_notice_days": 180}, "FD-EXIT amber"),
    ({"exit_notice_days": 240}, "FD-EXIT red"),
]


@pytest.mark.parametrize(("said", "judged"), JUDGED)
def test_yardsticks_speak_of_what_is_said_alone(said, judged):
    found = indications(FairTerms(**said))
    assert " ".join(f"{one.yardstick['code']} {one.band}" for one in found) == judged
    assert all(one.yardstick["threshold_source"] and one.yardstick["caveat"] for one in found)


@pytest.mark.django_db(transaction=True)
def test_of_opening_and_a_colleagues_new_version_at_once_only_what_was_read_is_opened(
    startup, ayesha, li_wei, rounds
):
    investor = li_wei.membership.investor
    for turn in range(rounds):
        FairTerms.objects.all().delete()
        said = {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
        services.write_terms(startup, investor, values={"exclusivity": "none"}, **said)
        pair = [(Startup.objects.get(), Investor.objects.get()) for _each in range(2)]
        outcomes = at_once(
            lambda pair=pair[0], said=said: services.open_terms(*pair, version=1, **said),
            lambda pair=pair[1], said=said: services.write_terms(*pair, values={"law": "third"}, **said),
        )
        opened = FairTerms.objects.exclude(opened_at=None).values_list("version", flat=True)
        assert (kinds(outcomes), list(opened)) in [(["", ""], [1]), (["", "ChangedSinceReadError"], [])], turn


pytestmark = pytest.mark.django_db


def terms(startup, investor, by):
    said = {"side": Side.STARTUP, "by": by, "at": timezone.now()}
    written = services.write_terms(startup, investor, values={"exclusivity": "none"}, **said)
    services.open_terms(startup, investor, version=written.version, **said)


def test_who_is_asked_for_disclosures_reads_it_now_with_the_name_and_the_page(
    ayesha, startup, li_wei, investor, as_user
):
    for _time in range(2):
        services.ask_to_disclose(startup, investor, side=Side.STARTUP, by=ayesha, at=timezone.now())
    notice = Notice.objects.get(user=li_wei)
    assert (notice.kind, notice.path) == (
        "disclosure_asked",
        reverse("fair_dealing", args=[startup.public_id]),
    )
    assert OutboxMail.objects.get().recipient == li_wei.email
    page = as_user(li_wei).get(reverse("notices")).content.decode()
    assert startup.name in page
    assert "asks you to state what is “Not stated” in your profile" in page
    assert told(ayesha) == []


def test_opened_terms_are_told_once_both_said_yes_and_not_before(ayesha, startup, li_wei, investor):
    terms(startup, investor, ayesha)
    assert told(li_wei) == []
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    said = {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    written = services.write_terms(startup, investor, values={"exclusivity": "limited"}, **said)
    for _time in range(2):
        services.open_terms(startup, investor, version=written.version, **said)
    assert told(li_wei) == ["terms_opened"]
    assert Notice.objects.get().path == reverse("fair_terms", args=[startup.public_id])
