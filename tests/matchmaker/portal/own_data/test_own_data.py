"""A copy of one's data is whole, and a deletion leaves no trace: canaries in every field are gone."""

import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.middleware import NotFoundMiddleware
from matchmaker.portal.own_data import services
from matchmaker.portal.own_data.selectors import copy_for
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, ReviewOutcome, Status
from profiles.companies.claims import services as claims
from profiles.curation.reviews import services as curation
from profiles.models import (
    AuditRecord,
    Claim,
    Deal,
    Investor,
    Membership,
    Notice,
    OutboxMail,
    Startup,
    StoppedAddress,
    User,
)
from profiles.people.accounts.services import teams
from profiles.people.accounts.services.accounts import notify_team
from profiles.people.accounts.services.teams import LastOwnerError, NotOwnerError
from profiles.platform.drafts import services as drafts
from profiles.platform.drafts.merging import query
from profiles.platform.drafts.services import FormVersion
from profiles.platform.erasure import DECISIONS, Fate
from profiles.platform.notifications.services import Message
from tests import factories
from tests.sealing import seal_and_verify

CANARY = "qxcanary"


def test_every_table_has_a_decision():
    assert {model._meta.label for model in apps.get_models()} == set(DECISIONS)


def test_what_points_at_somebody_is_not_called_nobodys():
    people = (User, Startup, Investor)
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if DECISIONS[model._meta.label].fate == Fate.NOBODYS
        and any(field.related_model in people for field in model._meta.get_fields() if field.many_to_one)
    ]
    unsaid = [name for name, each in DECISIONS.items() if each.fate == Fate.STAYS and not each.because]
    assert (wrong, unsaid) == ([], [])


def filled(model, **fields):
    """Return a canary for every text of a model."""
    told = dict(fields)
    for field in model._meta.concrete_fields:
        if field.name in told or field.choices or field.primary_key:
            continue
        if isinstance(field, models.EmailField):
            told[field.name] = f"{CANARY}@{CANARY}.example"
        elif isinstance(field, models.URLField):
            told[field.name] = f"https://{CANARY}.example"
        elif isinstance(field, (models.CharField, models.TextField)) and not field.unique and field.editable:
            told[field.name] = f"{CANARY} {field.name}"[: field.max_length or 200]
    return told


@pytest.fixture
def company(db):
    """A startup with a canary in every text of its own and of its rows, and its owner."""
    startup = factories.make_startup()
    for name, value in filled(Startup, status=startup.status, data_location="PK").items():
        setattr(startup, name, value)
    startup.name_en, startup.name_zh = f"Firm{CANARY}", f"公司{CANARY}"
    startup.save()
    owner = factories.make_founder(f"{CANARY}@people.example", startup, full_name=f"Person {CANARY}")
    kind = apps.get_model("profiles.NeedType").objects.first()
    for relation, extra in (
        ("needs", {"type": kind}),
        ("traction", {"value": 3, "as_of_on": date(2026, 1, 1)}),
        ("partners", {"share_pct": 5}),
    ):
        rows = getattr(startup, relation)
        rows.create(**filled(rows.model, **extra))
    for purpose in Purpose:
        consents.give(startup, purpose=purpose, by=owner, at=timezone.now())
    return startup, owner


@pytest.fixture
def market(company, li_wei):
    """The same, with everything that two sides can say about each other."""
    startup, owner = company
    investor, at = li_wei.membership.investor, timezone.now()
    shortlists.shortlist(startup, investor, side=Side.INVESTOR, note=f"note {CANARY}", by=li_wei, at=at)
    shortlists.shortlist(startup, investor, side=Side.STARTUP, note=f"ours {CANARY}", by=owner, at=at)
    for side, by in ((Side.INVESTOR, li_wei), (Side.STARTUP, owner)):
        decisions.express_interest(startup, investor, side=side, by=by, at=at)
    decisions.pass_on(
        startup, investor, side=Side.STARTUP, reason=PassReason.TEAM, note=f"pass {CANARY}", by=owner, at=at
    )
    Deal.objects.create(investor=investor, startup=startup, startup_name="", closed_on=date(2024, 1, 1))
    teams.invite(startup, email=f"{CANARY}-new@people.example", by=owner, at=at)
    drafts.keep(FormVersion(owner.pk, "/startup/basics/", {}), query({"pitch": [f"draft {CANARY}"]}), at=at)
    on_its_page = reverse("match_pass", args=[startup.public_id])
    drafts.keep(FormVersion(li_wei.pk, on_its_page, {}), query({"note": [f"unsent {CANARY}"]}), at=at)
    return startup, owner


def everything_stored():
    """Yield every row of every table of the database as text, with its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  our own tables
            for row in cursor.fetchall():
                yield table, " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for v in row)


def traces():
    """Return the tables and the files of the data folder in which a canary stands."""
    tables = {table for table, text in everything_stored() if CANARY in text.casefold()}
    files = {path for path in settings.VAR_DIR.rglob("*") if path.is_file() and "sqlite3" not in path.name}
    return tables | {path.name for path in files if CANARY.encode() in path.read_bytes().lower()}


def delete_company(client):
    """Ask for the deletion of the company and let the days pass."""
    answer = client.post(reverse("company_delete"), {"is_sure": "on"})
    services.erase_due(at=timezone.now() + services.LEAVES_AFTER)
    return answer


@pytest.mark.django_db
class TestCopy:
    def test_it_holds_every_own_word_and_nobody_elses(self, market, li_wei, as_user):
        startup, owner = market
        answer = as_user(owner).post(reverse("own_data_copy"))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="corridor-data.zip"'
        archive = ZipFile(BytesIO(b"".join(answer.streaming_content)))
        told = archive.read("corridor-data.json").decode()
        copy = json.loads(told)
        assert [f"{word} {CANARY}" in told for word in ("ours", "note", "draft")] == [True, False, True]
        acts = [copy.get(f"matchmaker.{name}", []) for name in ("Interest", "Pass", "ShortlistEntry")]
        assert {row["side"] for rows in acts for row in rows} == {"startup"}
        assert [row["public_id"] for row in copy["profiles.Startup"]] == [startup.public_id]
        assert [row["email"] for row in copy["profiles.User"]] == [owner.email]
        assert not re.search(r'pbkdf2|"(token|password|hash)"', told)
        theirs = json.dumps(copy_for(li_wei), default=str, ensure_ascii=False)
        assert (f"note {CANARY}" in theirs, f"ours {CANARY}" in theirs) == (True, False)
        assert AuditRecord.objects.filter(action="exported", actor=owner).exists()

    def test_every_field_of_the_profile_is_in_it(self, market):
        _startup, owner = market
        copy, fields = copy_for(owner), Startup._meta
        (row,) = copy["profiles.Startup"]
        own = [f.attname for f in fields.concrete_fields] + [f.name for f in fields.many_to_many]
        assert set(own) - set(row) == {"name_key"}
        assert {"profiles.Need", "profiles.TractionFigure", "profiles.ExistingPartner"} < set(copy)


@pytest.mark.django_db(transaction=True)
class TestErasing:
    def test_a_company_leaves_no_trace(self, market, li_wei, as_user):
        startup, owner = market
        settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
        letter = Path(settings.MAIL_DIR) / "a-canary.log"
        head = "Content-Type: text/plain\nSubject: x\nTo: other@x.example\n\n"
        letter.write_text(f"{head}About Firm{CANARY}\n{'-' * 79}\n{head}About others\n{'-' * 79}\n")
        assert len(traces()) >= 10
        client = as_user(owner)
        assert client.post(reverse("company_delete"), {}).status_code == 422
        deleted = delete_company(client)
        assert deleted.headers["Location"] == reverse("own_data")
        # The owner's own account stays: its name, its address, and no company. Li Wei keeps its name.
        assert traces() == {"profiles_user", "account_emailaddress", "matchmaker_introduction"}
        assert not Startup.objects.filter(pk=startup.pk).exists()
        assert not Membership.objects.filter(user=owner).exists()
        assert [deal.startup_name for deal in Deal.objects.all()] == ["(deleted)"]
        assert (CANARY in letter.read_text(), "About others" in letter.read_text()) == (False, True)
        letter.unlink()
        assert seal_and_verify().holds
        assert as_user(li_wei).get(reverse("match", args=[startup.public_id])).status_code == 404

    def test_no_notice_of_others_leads_to_a_page_that_is_gone(self, market, li_wei, as_user):
        startup, owner = market
        for path in (reverse("introduction", args=[startup.public_id]), reverse("matches")):
            Notice.objects.create(user=li_wei, kind="mutual_interest", key=path, path=path)
        client = as_user(li_wei)
        assert len(client.get(reverse("notices")).context["rows"]) >= 2

        delete_company(as_user(owner))

        rows = client.get(reverse("notices")).context["rows"]
        left = [notice for _name, newest, earlier in rows for notice, _event in (newest, *earlier)]
        assert reverse("matches") in {notice.path for notice in left}
        for notice in left:
            answer = client.post(reverse("notice_open", args=[notice.pk]), follow=True)
            assert answer.status_code == 200, notice.path

    def test_a_company_called_like_a_common_word_takes_no_mail_of_others_along(self, company, as_user):
        startup, owner = company
        Startup.objects.filter(pk=startup.pk).update(name_en="Corridor")
        other = "other@x.example"
        mails = {
            "reset": ("password_reset", other, "A new password on Corridor"),
            "digest": ("new_matches", other, f"Corridor: 80 of 100 /matches/{startup.public_id}/"),
            "elsewhere": ("new_matches", other, "Corridor: 80 of 100 /matches/another/"),
            "own": ("profile_approved", owner.email, "Corridor is approved"),
            "own reset": ("password_reset", owner.email, "A new password on Corridor"),
        }
        for key, (kind, to, body) in mails.items():
            OutboxMail.objects.create(key=key, kind=kind, recipient=to, language="en", body=body)
        delete_company(as_user(owner))
        assert set(OutboxMail.objects.values_list("key", flat=True)) == {"reset", "elsewhere", "own reset"}

    def test_a_name_that_mails_write_apart_is_found_in_them(self, company, as_user):
        startup, owner = company
        Startup.objects.filter(pk=startup.pk).update(name_en="Pump.example")
        startup.refresh_from_db()
        notify_team(startup, Message(kind="profile_approved", path="/x/", event="1", at=timezone.now()))
        assert OutboxMail.objects.get().subject.startswith("Pump.\u200bexample on Corridor")
        delete_company(as_user(owner))
        assert not OutboxMail.objects.exists()

    def test_then_the_account_leaves_none_either(self, market, li_wei, as_user):
        _startup, owner = market
        client = as_user(owner)
        delete_company(client)
        mail = {"key": "k", "kind": "confirmation", "language": "en", "body": "x"}
        OutboxMail.objects.create(recipient=owner.email, **mail)
        deleted = client.post(reverse("account_delete"), {"is_sure": "on"})
        assert deleted.headers["Location"] == reverse("front")
        assert traces() == {"matchmaker_introduction"}
        assert client.get(reverse("home")).status_code == 302
        owner.refresh_from_db()
        assert (owner.is_active, owner.has_usable_password(), owner.full_name) == (False, False, "")
        assert seal_and_verify().holds
        assert AuditRecord.objects.filter(actor=owner).exists()

    def test_every_session_of_the_account_ends(self, stranger, as_user):
        here, elsewhere = as_user(stranger), as_user(stranger)
        services.erase_account(stranger, at=timezone.now())
        assert [tab.get(reverse("own_data")).status_code for tab in (here, elsewhere)] == [302, 302]
        assert not Session.objects.exists()

    def test_no_address_of_the_account_stays_anywhere(self, startup, ayesha, as_user):
        person = factories.make_founder(f"{CANARY}@people.example", None)
        person.set_password("three brown goats")
        person.save()
        second, third = f"{CANARY}@second.example", f"{CANARY}@third.example"
        EmailAddress.objects.create(user=person, email=second, verified=True)
        EmailAddress.objects.create(user=person, email=third, verified=False)
        typed = {"login": person.email, "password": "three brown goats"}
        assert as_user(None).post(reverse("account_login"), typed).status_code == 302
        claims.ask(factories.make_startup("Unclaimed", is_unclaimed=True), by=person, at=timezone.now())
        imported = factories.make_startup("Invited", is_unclaimed=True)
        Claim.objects.create(startup=imported, email=second.upper())
        teams.invite(startup, email=second, by=ayesha, at=timezone.now())
        for address in (second, third):
            StoppedAddress.objects.create(email=address)
            mail = {"key": address, "kind": "confirmation", "language": "en", "body": "x"}
            OutboxMail.objects.create(recipient=address, **mail)
        sessions = Session.objects.count()
        services.erase_account(person, at=timezone.now())
        assert traces() == set()
        assert (Session.objects.count(), Claim.objects.count()) == (sessions - 1, 0)

    def test_an_address_that_somebody_else_confirmed_stays_theirs(self, startup, ayesha, li_wei, stranger):
        EmailAddress.objects.create(user=stranger, email=li_wei.email, verified=False)
        teams.invite(startup, email=f"{CANARY}@people.example", by=ayesha, at=timezone.now())
        EmailAddress.objects.create(user=stranger, email=f"{CANARY}@people.example", verified=False)
        mail = {"key": "k", "kind": "password_reset", "language": "en", "body": "x"}
        OutboxMail.objects.create(recipient=li_wei.email, **mail)
        services.erase_account(stranger, at=timezone.now())
        assert OutboxMail.objects.filter(key="k").exists()
        assert OutboxMail.objects.filter(kind="team_invitation").exists()
        assert startup.invitations.exists()

    def test_a_company_is_never_left_without_an_owner(self, company, as_user):
        _startup, owner = company
        with pytest.raises(LastOwnerError):
            services.erase_account(owner, at=timezone.now())
        answer = as_user(owner).post(reverse("account_delete"), {"is_sure": "on"})
        assert answer.headers["Location"] == reverse("own_data")
        assert User.objects.get(pk=owner.pk).is_active

    def test_only_an_owner_deletes_the_company(self, company, as_user):
        startup, _owner = company
        member = factories.make_founder("member@example.com", None)
        startup.memberships.create(user=member)
        assert as_user(member).post(reverse("company_delete"), {"is_sure": "on"}).status_code == 404
        with pytest.raises(NotOwnerError):
            services.erase_company(startup, by=member, at=timezone.now())
        assert Startup.objects.filter(pk=startup.pk).exists()

    def test_a_stale_session_proves_itself_first(self, stranger, as_user, monkeypatch):
        monkeypatch.setattr(settings, "DEMO", False)
        answer = as_user(stranger).post(reverse("account_delete"), {"is_sure": "on"})
        assert "reauthenticate" in answer.headers["Location"]
        assert User.objects.get(pk=stranger.pk).is_active


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
def test_how_the_house_is_run_is_told_in_three_languages(language):
    client, names = Client(), ("terms", "privacy", "contact", "help")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for name in names:
        page = client.get(reverse(name)).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert f'<html lang="{language}"' in page
        assert all(f'href="{reverse(each)}"' in page for each in names)
        english = re.findall(r">\s*[A-Z][a-z]+ [a-z]+ [a-z]+", main)
        assert bool(english) == (language == "en"), name


@pytest.mark.django_db
def test_a_copy_has_no_word_of_a_decision_that_can_still_be_undone(startup, ayesha, sana):
    Startup.objects.update(status=Status.SUBMITTED)
    now = timezone.now()
    said = {"message": CANARY, "reasons": {"pitch": f"{CANARY} too"}}
    curation.decide(startup, ReviewOutcome.RETURNED, by=sana, at=now, **said)
    assert CANARY not in str(copy_for(ayesha))
    curation.notify_due(at=now + curation.UNDO_TIME)
    assert str(copy_for(ayesha)).count(CANARY) == 2


def test_who_acts_on_a_company_that_is_gone_by_now_finds_no_page(rf):
    middleware = NotFoundMiddleware(lambda request: HttpResponse())
    refused = middleware.process_exception(rf.post("/"), Startup.DoesNotExist())
    assert refused is not None
    assert refused.status_code == 404
    assert middleware.process_exception(rf.post("/"), ValueError()) is None
