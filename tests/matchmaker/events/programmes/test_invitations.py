"""Participants and reviewers by list: a link, a spreadsheet of addresses, a company that is here."""

import io
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from matchmaker.choices import OverrideKind
from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.services import hosts, invitations, programmes
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.programmes import ProgrammeInvitation, ProgrammeReviewer
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.portal.own_data.services import erase_account, erase_company
from matchmaker.transitions import WrongStateError
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Role, Side, Status
from profiles.curation.reviews import services as curation
from profiles.models import Investor, Membership, Notice, OutboxMail, Startup
from profiles.people.accounts.services import closing, teams
from profiles.people.staff import services as staff
from profiles.platform.limits.services import LimitReachedError
from profiles.platform.notifications import services as notifications
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState
STRANGER, OTHER = "somebody@stranger.example", "other@stranger.example"
BY_MAIL = ("programme_invited_by_mail", "programme_review_by_mail")


@pytest.fixture
def programme(li_wei):
    """An open programme of the investor with five places."""
    return make_programme(li_wei.membership.investor, by=li_wei, place_count=5)


def link(programme, by, *, kind="startup", places=2, **fields):
    row = ProgrammeInvitation.objects.create(programme=programme, kind=kind, places=places, by=by, **fields)
    return reverse("programme_join", args=[row.token])


def table(*rows, name="people.csv"):
    return SimpleUploadedFile(name, "\n".join(rows).encode())


def upload(host, programme, file, kind="startup", *, follow=False):
    """Send a list: a file, or addresses as they are typed."""
    said = {
        "what": "list",
        "list-kind": kind,
        "list-addresses" if isinstance(file, str) else "list-file": file,
    }
    answer = host.post(at("programme_invitations", programme), said, follow=follow)
    return answer.content.decode() if follow else answer


def invite(host, programme, company):
    said = {"side": company.side, "company": company.public_id}
    return host.post(at("programme_invite_company", programme), said)


def joining(programme, **sought):
    return reverse("programme_join", args=[programme.invitations.get(**sought).token])


def told(user):
    return sorted(Notice.objects.filter(user=user).values_list("kind", flat=True))


# --- A link ------------------------------------------------------------------------------------------------


def test_a_link_gives_places_of_one_side_without_a_decision(as_user, programme, startup, ayesha, li_wei):
    host, page = as_user(li_wei), at("programme_invitations", programme)
    assert page in body(host, at("programme", programme))
    assert host.post(page, {"what": "link", "link-kind": "startup", "link-places": "0"}).status_code == 422
    host.post(page, {"what": "link", "link-kind": "startup", "link-places": "1"})
    address = joining(programme)
    assert address in body(host, page)
    visitor = body(as_user(None), address)
    assert f"{reverse('join')}?next={address}" in visitor
    founder = as_user(ayesha)
    assert "Take the place" in body(founder, address)
    founder.post(address)
    application = programme.applications.get()
    assert (application.state, application.startup, application.place_number) == (A.ACCEPTED, startup, 1)
    assert "programme_applied" in told(li_wei)
    assert "1 of 1 place taken" in body(host, page)
    second = factories.make_founder("two@example.com", factories.make_startup("Second"))
    assert "All places of this invitation are taken." in body(as_user(second), address)
    as_user(second).post(address)
    assert programme.applications.count() == 1
    application.refresh_from_db()
    founder.post(at("programme_withdraw", programme, "startup"), {"seen": application.version})
    as_user(second).post(address)
    assert programme.applications.filter(state=A.ACCEPTED).get().startup.name_en == "Second"


def test_a_link_is_for_its_side_and_for_no_organiser_or_reviewer(as_user, programme, ayesha, li_wei, sana):
    address = link(programme, li_wei)
    fund = factories.make_partner("fund@example.com", factories.make_investor("Fund"))
    for user in (li_wei, fund, sana):
        client = as_user(user)
        assert "This invitation is for others" in body(client, address)
        assert client.post(address).status_code == 404
    assert as_user(None).post(address).status_code == 404
    ProgrammeReviewer.objects.create(
        programme=programme, user=ayesha, email=ayesha.email, declared_at=timezone.now()
    )
    as_user(ayesha).post(address)
    assert not programme.applications.exists()


@pytest.mark.parametrize(
    "event", ["block", "suspended", "consent", "hidden", "organiser suspended", "over", "withdrawn", "left"]
)
def test_what_ends_access_ends_the_invitation(as_user, programme, startup, ayesha, li_wei, sana, event):
    address, founder = link(programme, li_wei), as_user(ayesha)
    assert founder.get(address).status_code == 200
    fund, now = programme.investor, timezone.now()
    consents.give(startup, purpose=Purpose.MATCHING, by=ayesha, at=now)
    hide = {"kind": OverrideKind.HIDE, "note": "Canary", "by": sana}
    end = {
        "block": lambda: block_company(startup, fund, side=Side.INVESTOR, by=li_wei, at=now),
        "suspended": lambda: curation.suspend(startup, message="Unclear", by=sana, at=now),
        "consent": lambda: consents.withdraw(startup, purpose=Purpose.MATCHING, by=ayesha, at=now),
        "hidden": lambda: CuratorOverride.objects.create(startup=startup, investor=fund, **hide),
        "organiser suspended": lambda: curation.suspend(fund, message="Unclear", by=sana, at=now),
        "over": lambda: programmes.cancel_programme(programme, by=li_wei, at=now),
        "withdrawn": lambda: invitations.end_invitation(programme.invitations.get(), by=li_wei, at=now),
        "left": ayesha.membership.delete,
    }
    end[event]()
    text = founder.post(address, follow=True).content.decode()
    assert not programme.applications.filter(state=A.ACCEPTED).exists()
    assert event != "block" or "block" not in text.lower().replace("display:block", "")


@pytest.mark.parametrize(
    "event", ["role", "team", "account", "closed", "block", "company", "curator", "suspended"]
)
def test_who_organises_no_more_knows_no_link(programme, startup, ayesha, li_wei, sana, event, as_user):
    helper, now = factories.make_user("helper@example.com", Role.STARTUP), timezone.now()
    Membership.objects.create(user=helper, startup=startup)
    host = programme.hosts.create(email=ayesha.email, user=ayesha, startup=startup, accepted_at=now)
    programme.hosts.create(email=sana.email, user=sana, accepted_at=now)
    known, kept = link(programme, li_wei), link(programme, li_wei, email=STRANGER)
    operator = factories.make_user("operator@example.com", is_superuser=True)
    end = {
        "role": lambda: hosts.end_host(host, by=li_wei, at=now),
        "team": lambda: teams.remove(helper.membership, by=ayesha, at=now),
        "account": lambda: erase_account(helper, at=now),
        "closed": lambda: closing.close(helper, reason="Asked to.", by=sana, at=now),
        "block": lambda: block_company(startup, programme.investor, side=Side.INVESTOR, by=li_wei, at=now),
        "company": lambda: erase_company(startup, by=ayesha, at=now),
        "curator": lambda: staff.change_role(sana, role=Role.OBSERVER, by=operator, at=now),
        "suspended": lambda: curation.suspend(startup, message="Unclear", by=sana, at=now),
    }
    end[event]()
    client, renewed = as_user(None), joining(programme, email="")
    assert [client.get(address).status_code for address in (known, kept, renewed)] == [404, 200, 200]
    assert "programme_links_renewed" in told(li_wei)
    as_user(factories.make_founder("two@example.com", factories.make_startup("Second"))).post(renewed)
    gone = {"curator": [sana], "team": [helper], "account": [helper], "closed": [helper]}
    assert [
        user for user in (li_wei, *gone.get(event, [ayesha, helper])) if "programme_applied" in told(user)
    ] == [li_wei]
    assert event != "suspended" or "programme_links_renewed" not in told(ayesha)


# --- A list ------------------------------------------------------------------------------------------------


def test_a_spreadsheet_invites_people_with_and_without_an_account(as_user, programme, ayesha, partner):
    file = table("Name,Email", f"A,{ayesha.email.upper()}", f"B,{STRANGER}", ",", f"C,{STRANGER}")
    assert upload(partner, programme, file).status_code == 302
    assert set(programme.invitations.values_list("email", flat=True)) == {ayesha.email, STRANGER}
    assert told(ayesha) == ["programme_invited"]
    (mail,) = OutboxMail.objects.filter(recipient=STRANGER)
    assert (mail.kind, "Water hackathon" in mail.body) == ("programme_invited_by_mail", True)
    upload(partner, programme, table("email", STRANGER))
    assert OutboxMail.objects.filter(recipient=STRANGER).count() == 1, "one email an address"
    address = joining(programme, email=STRANGER)
    assert address in mail.body

    # The stranger joins with that address, and no one else takes the place.
    assert "This invitation is for others" in body(as_user(ayesha), address)
    assert as_user(ayesha).post(address).status_code == 404
    new = factories.make_founder(STRANGER, factories.make_startup("New here"))
    assert address in body(as_user(new), reverse("own_programmes"))
    as_user(new).post(address)
    assert programme.applications.get().startup.name_en == "New here"
    assert address not in body(as_user(new), reverse("own_programmes"))


def test_a_person_joins_directly_and_a_company_that_no_curator_has_approved_waits(
    as_user, programme, partner
):
    upload(partner, programme, table("email", STRANGER), kind="person")
    new = factories.make_founder(STRANGER, None)
    client = as_user(new)
    client.post(joining(programme))
    assert programme.applications.get().person == new
    assert client.get(at("programme_cohort", programme)).status_code == 200

    waits = as_user(factories.make_founder(OTHER, factories.make_startup("New", status=Status.SUBMITTED)))
    upload(partner, programme, table("email", OTHER))
    address = joining(programme, email=OTHER)
    assert "Your profile must be approved first" in body(waits, address)
    waits.post(address)
    assert programme.applications.get().person == new
    Startup.objects.update(status=Status.APPROVED)
    waits.post(address)
    assert programme.applications.get(person=None).state == A.ACCEPTED


def test_a_list_says_what_is_wrong_with_it_and_invites_nobody(programme, partner):
    book = Workbook()
    book.active.append(["Name", "E-mail"])
    book.active.append(["Stranger", STRANGER])
    stream = io.BytesIO()
    book.save(stream)
    for file, words in (
        (table("name", "Ayesha"), "no column “email”"),
        (table("email", "nonsense", STRANGER), "no valid email address: 2"),
        (table("email"), "no rows under the header"),
        (table("email", *(f"{n}@example.com" for n in range(101))), "between 1 and 100"),
        (table("email", "x" * 600_000), "too large"),
        ("", "between 1 and 100"),
        (f"{STRANGER}, nonsense", "valid email addresses: nonsense"),
    ):
        answer = upload(partner, programme, file)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert not programme.invitations.exists()
    upload(partner, programme, SimpleUploadedFile("people.xlsx", stream.getvalue()))
    upload(partner, programme, f"{OTHER.upper()};b@stranger.example\nC@stranger.example {OTHER}")
    emails = ["b@stranger.example", "c@stranger.example", OTHER, STRANGER]
    assert sorted(programme.invitations.values_list("email", flat=True)) == emails


@pytest.mark.parametrize(
    ("language", "columns"),
    [("en", ("email", "Email address")), ("ur", ("ای میل", "ای میل پتا")), ("zh-hans", ("电子邮箱", "邮箱"))],
)
def test_a_list_has_the_column_that_the_page_names_in_the_readers_language(
    programme, partner, language, columns
):
    partner.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert re.search(f"[“”]{columns[0]}[“”]", body(partner, at("programme_invitations", programme)))
    for number, column in enumerate(columns):
        upload(partner, programme, table(column, f"{number}{STRANGER}"))
        assert programme.invitations.filter(email=f"{number}{STRANGER}").exists(), column
    wrong = upload(partner, programme, SimpleUploadedFile("list.csv", "邮箱\n张".encode("gbk")))
    assert "line 1:" not in wrong.content.decode()


@pytest.mark.parametrize("blocked", ["organiser", "co-organiser"])
def test_the_answer_tells_of_no_account_and_no_block(
    as_user, programme, startup, ayesha, li_wei, sana, blocked
):
    now, investor = timezone.now(), programme.investor
    if blocked == "co-organiser":
        programme = make_programme(None, by=sana, place_count=5)
        programme.hosts.create(email=li_wei.email, user=li_wei, investor=investor, accepted_at=now)
    block_company(startup, investor, side=Side.STARTUP, by=ayesha, at=now)
    host, page, texts = as_user(li_wei), at("programme_invitations", programme), []
    for address in (ayesha.email, STRANGER):
        upload(host, programme, table("email", address))
        texts.append(body(host, page).count("1 person is invited."))
    assert texts == [1, 1]
    invite(host, programme, startup)
    assert told(ayesha) == []
    assert not OutboxMail.objects.filter(recipient=ayesha.email, kind__startswith="programme").exists()


def strangers(count, prefix="p"):
    return [f"{prefix}{number}@stranger.example" for number in range(count)]


def mailed():
    return OutboxMail.objects.filter(kind__in=BY_MAIL).count()


def test_the_worker_sends_a_long_list_and_the_page_says_how_far_it_is(as_user, programme, ayesha, li_wei):
    host, page = as_user(li_wei), at("programme_invitations", programme)
    notifications.stop_address(strangers(1)[0], reason="bounced", at=timezone.now())
    upload(host, programme, table("email", ayesha.email, *strangers(39)))
    assert (mailed(), told(ayesha)) == (0, []), "the request sends nothing"
    assert all(words in body(host, page) for words in ("0 of 40 sent", 'hx-trigger="every 2s"'))
    assert invitations.send_waiting(at=timezone.now()) == 40
    assert (mailed(), told(ayesha)) == (38, ["programme_invited"]), "one address refuses mails"
    assert "We are sending" not in body(host, page)
    assert invitations.send_waiting(at=timezone.now()) == 0
    assert mailed() == 38


def test_a_long_list_takes_the_same_queries_as_a_longer_one(as_user, programme, li_wei):
    host, counts = as_user(li_wei), []
    for prefix, size in (("warm", 11), ("a", 12), ("b", 40)):
        with CaptureQueriesContext(connection) as queries:
            upload(host, programme, table("email", *strangers(size, prefix)))
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize("count", [2, 12], ids=["in the outbox", "in the list"])
@pytest.mark.parametrize("event", ["withdrawn", "organiser suspended", "organiser deleted", "over"])
def test_what_ends_before_the_worker_comes_is_not_sent(
    programme, ayesha, li_wei, partner, sana, event, count
):
    upload(partner, programme, table("email", ayesha.email, *strangers(count - 1)))
    now, rows, fund = timezone.now(), programme.invitations.all(), programme.investor
    end = {
        "withdrawn": lambda: [invitations.end_invitation(row, by=li_wei, at=now) for row in rows],
        "organiser suspended": lambda: curation.suspend(fund, message="Unclear", by=sana, at=now),
        "organiser deleted": lambda: erase_company(fund, by=li_wei, at=now),
        "over": lambda: programmes.cancel_programme(programme, by=li_wei, at=now),
    }
    end[event]()
    assert invitations.send_waiting(at=timezone.now()) == 0
    notifications.send_due(at=timezone.now() + notifications.WAIT)
    assert not OutboxMail.objects.filter(kind__startswith="programme_invited").exists()
    Investor.objects.filter(pk=fund.pk).update(status=Status.APPROVED)
    assert invitations.send_waiting(at=timezone.now()) == (count if event == "organiser suspended" else 0)


def test_an_address_gets_one_email_of_a_programme_whatever_the_organiser_does(as_user, programme, partner):
    upload(partner, programme, table("email", STRANGER))
    partner.post(at("programme_invitation_end", programme, programme.invitations.get().pk))
    assert mailed() == 0, "what had not left yet is sent when the address is invited again"
    upload(partner, programme, table("email", STRANGER))
    assert (invitations.send_waiting(at=timezone.now()), mailed()) == (1, 1)

    notifications.send_due(at=timezone.now())
    row = programme.invitations.get()
    join = reverse("programme_join", args=[row.token])
    partner.post(at("programme_invitation_end", programme, row.pk))
    assert STRANGER not in body(partner, at("programme_invitations", programme))
    assert as_user(None).get(join).status_code == 404
    upload(partner, programme, table("email", STRANGER), kind="person")
    again = programme.invitations.get()
    assert (again.pk, again.kind, again.ended_at) == (row.pk, "person", None)
    assert as_user(None).get(join).status_code == 200
    words = "1 person was invited before and gets no second email."
    assert words in upload(partner, programme, table("email", STRANGER), follow=True)
    invitations.send_waiting(at=timezone.now())
    assert mailed() == 1


def test_a_first_programme_of_forty_and_twenty_five_is_within_the_limit_and_no_flood_is(programme, li_wei):
    """A hundred at once for an account, and again within a day; a list goes as a whole or not at all."""
    now, said = timezone.now(), {"kind": "startup", "by": li_wei}
    for prefix, count in (("startup", 40), ("partner", 25)):
        invitations.invite_addresses(programme, strangers(count, prefix), at=now, **said)
    with pytest.raises(LimitReachedError):
        invitations.invite_addresses(programme, strangers(36, "more"), at=now, **said)
    assert programme.invitations.count() == 65
    invitations.invite_addresses(programme, strangers(35, "more"), at=now, **said)
    with pytest.raises(LimitReachedError):
        invitations.invite_addresses(programme, strangers(6, "hour"), at=now + timedelta(hours=1), **said)
    invitations.invite_addresses(programme, strangers(100, "day"), at=now + timedelta(days=1), **said)


def test_no_one_is_written_to_before_a_curator_has_approved_the_programme(as_user, li_wei):
    for state in (ProgrammeState.DRAFT, ProgrammeState.REVIEW):
        programme = make_programme(li_wei.membership.investor, by=li_wei, state=state)
        assert upload(as_user(li_wei), programme, table("email", STRANGER)).status_code == 404
        for kind in ("startup", REVIEWER):
            with pytest.raises(WrongStateError):
                invitations.invite_addresses(programme, [STRANGER], kind=kind, by=li_wei, at=timezone.now())
    assert mailed() == 0


# --- A company ---------------------------------------------------------------------------------------------


def test_a_company_that_is_here_is_found_by_name_and_joins_with_one_click(
    as_user, programme, startup, ayesha, li_wei
):
    host, page = as_user(li_wei), at("programme_invitations", programme)
    make_application(programme, startup, by=ayesha, state=A.DRAFT)
    assert startup.public_id in body(host, f"{page}?q=indus"), "who invites is not told of the draft"
    invite(host, programme, startup)
    assert told(ayesha) == ["programme_invited"]
    address = joining(programme)
    invite(host, programme, startup)
    assert programme.invitations.count() == 1
    assert address in body(as_user(ayesha), reverse("own_programmes"))
    other = factories.make_founder("two@example.com", factories.make_startup("Second"))
    assert as_user(other).post(address).status_code == 404
    as_user(ayesha).post(address)
    assert programme.applications.get().state == A.ACCEPTED, "the draft gives way to the place"


def test_only_companies_that_the_organiser_may_see_are_found_and_invited(programme, startup, partner, sana):
    said = {"kind": OverrideKind.HIDE, "note": "Canary", "by": sana}
    CuratorOverride.objects.create(startup=startup, investor=programme.investor, **said)
    fund = factories.make_investor("Indus Fund")
    text = body(partner, at("programme_invitations", programme) + "?q=indus")
    assert startup.public_id not in text
    assert fund.public_id not in text
    assert [invite(partner, programme, company).status_code for company in (startup, fund)] == [404, 404]


def test_neither_the_search_nor_an_invitation_tells_a_hidden_name(as_user, programme, ayesha, partner):
    startup, page = ayesha.membership.startup, at("programme_invitations", programme)
    Startup.objects.filter(pk=startup.pk).update(name_en="Canary Fields", visibility={"name": "mutual"})
    assert startup.public_id not in body(partner, f"{page}?q=canary")
    invite(partner, programme, startup)
    assert programme.invitations.exists(), "its match page names the company by what it does"
    assert "Canary Fields" not in body(partner, page)
    address = joining(programme)
    assert "see this name even if your profile hides it" in " ".join(body(as_user(ayesha), address).split())
    as_user(ayesha).post(address)
    assert "Canary Fields" in body(partner, page), "by taking the place it shows its name"


# --- Reviewers by list -------------------------------------------------------------------------------------


def ask(host, programme, *addresses):
    said = {"what": "list", "list-file": table("email", *addresses)}
    return host.post(at("programme_jury", programme), said, follow=True).content.decode()


def test_reviewers_are_asked_by_list_and_review_once_they_have_joined(
    as_user, programme, startup, ayesha, li_wei
):
    make_application(programme, startup, by=ayesha, answers=["Canary answer"])
    host, knows = as_user(li_wei), factories.make_partner("knows@example.com", None)
    text = ask(host, programme, knows.email, STRANGER.upper())
    assert "2 people are invited." in text
    assert STRANGER in text
    assert told(knows) == ["programme_review_asked"]
    (mail,) = OutboxMail.objects.filter(recipient=STRANGER)
    address = joining(programme, email=STRANGER)
    assert (mail.kind, address in mail.body) == ("programme_review_by_mail", True)
    assert STRANGER not in body(host, at("programme_invitations", programme)), "no place is offered"

    assert f"{reverse('join')}?next={address}" in body(as_user(None), address)
    assert "This invitation is for another email address" in body(as_user(ayesha), address)
    new, review = factories.make_partner(STRANGER, None), at("programme_review_list", programme)
    client = as_user(new)
    assert client.get(address).url == review
    assert client.get(review).status_code == 200
    assert review in body(client, reverse("own_programmes"))
    assert not programme.applications.filter(person=new).exists()
    assert client.post(address).status_code == 302
    assert not programme.applications.filter(person=new).exists(), "to review is no place"

    assert "1 person was invited before" in ask(host, programme, STRANGER)
    notifications.send_due(at=timezone.now())
    host.post(at("programme_reviewer_remove", programme, programme.reviewers.get(email=STRANGER).pk))
    assert client.get(review).status_code == 404
    assert client.get(address).status_code == 404
    ask(host, programme, STRANGER)
    assert client.get(review).status_code == 200
    assert OutboxMail.objects.filter(recipient=STRANGER).count() == 1
    erase_account(new, at=timezone.now())
    assert not programme.invitations.filter(email=STRANGER).exists()
    assert not programme.reviewers.filter(email=STRANGER).exists()


def test_reviewing_and_taking_part_exclude_each_other_also_by_invitation(
    as_user, programme, startup, ayesha, li_wei
):
    host, new = as_user(li_wei), factories.make_founder(STRANGER, factories.make_startup("New here"))
    review = at("programme_review_list", programme)
    ask(host, programme, STRANGER, ayesha.email)
    upload(host, programme, table("email", STRANGER))
    assert [each.kind for each in programme.invitations.filter(email=STRANGER)] == [REVIEWER], "one of both"
    as_user(ayesha).post(link(programme, li_wei))
    assert programme.applications.filter(startup=startup).exists()
    assert as_user(ayesha).get(review).status_code == 404, "who takes part does not review"
    as_user(new).post(review)  # says that there are no connections
    as_user(new).post(link(programme, li_wei))
    assert not programme.applications.filter(startup__name_en="New here").exists()


def test_reviewers_are_twenty_at_most_and_a_list_is_taken_as_a_whole(programme, partner):
    assert "at most twenty reviewers" in ask(partner, programme, *strangers(21))
    assert not programme.reviewers.exists()
    assert not programme.invitations.exists()
    ask(partner, programme, *strangers(20))
    assert (programme.reviewers.count(), mailed()) == (20, 0)
    assert "0 of 20 sent" in body(partner, at("programme_jury", programme))
    invitations.send_waiting(at=timezone.now())
    assert mailed() == 20
