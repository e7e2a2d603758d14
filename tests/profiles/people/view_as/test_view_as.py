"""A curator looks at the site as a member: what is shown, what is not, and that nothing changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import shortlist
from matchmaker.models.pair_action import Interest
from profiles.choices import Role
from profiles.models import AuditRecord, FormDraft, Receipt, Startup, User
from profiles.people.view_as import services as service
from profiles.people.view_as.middleware import SHOWN
from tests.factories import make_investor, make_user
from tests.mails import delivered
from tests.matchmaker import ranked

REASON = "She wrote that her list is empty."


@pytest.fixture
def investor(startup):
    """An investor on Ayesha's list."""
    made = make_investor("Lotus Ventures")
    ranked.rank_whole()
    return made


@pytest.fixture
def as_ayesha(sana, ayesha, investor, as_user):
    """Sana's browser, which looks at the site as Ayesha."""
    browser = as_user(sana)
    sent = browser.post(reverse("view_as", args=[ayesha.pk]), {"reason": REASON})
    assert sent.headers["Location"] == reverse("home")
    return browser


def test_the_curator_sees_the_members_pages_under_a_banner_and_the_member_is_told_why(
    as_ayesha, ayesha, sana
):
    page = as_ayesha.get(reverse("matches")).content.decode()
    assert "Lotus Ventures" in page
    assert "You are viewing the site as <strong><bdi>Ayesha Khan</bdi></strong>" in page
    (mail,) = delivered()
    assert (mail.to, REASON in mail.body) == ([ayesha.email], True)
    record = AuditRecord.objects.get(action="viewed_as")
    assert (record.actor, record.subject, record.details) == (sana, f"user:{ayesha.pk}", {"message": REASON})


def test_reading_leaves_no_receipt_and_the_members_own_visit_still_does(as_ayesha, as_user, ayesha, investor):
    path = reverse("match", args=[investor.public_id])
    assert as_ayesha.get(path).status_code == 200
    assert not Receipt.objects.exists()
    as_user(ayesha).get(path)
    assert Receipt.objects.filter(investor=investor).exists()


def test_the_note_and_the_draft_of_the_member_stay_hers(as_ayesha, as_user, ayesha, startup, investor):
    shortlist.shortlist(
        startup, investor, note="Canary in a note", side=Side.STARTUP, by=ayesha, at=timezone.now()
    )
    step, match = reverse("startup_edit", args=["basics"]), reverse("match", args=[investor.public_id])
    typed = {"name_en": ["Canary in a draft"]}
    FormDraft.objects.create(user=ayesha, path=step, sent=typed)
    own = as_user(ayesha)
    assert all("Canary" in own.get(path).content.decode() for path in (match, step))
    assert "Canary" not in as_ayesha.get(match).content.decode()
    assert "Canary" not in as_ayesha.get(step).content.decode()


def test_what_is_the_members_alone_and_what_changes_something_is_refused(as_ayesha, startup, investor):
    for name in ("pipeline", "notices", "team", "account_settings", "own_data", "receipts", "desk"):
        page = as_ayesha.get(reverse(name))
        assert page.status_code == 403
        assert "This page is private to the member" in page.content.decode()
    sent = {"pitch": "Changed", "team_size": 3}
    for path in (
        reverse("startup_edit", args=["basics"]),
        reverse("match_interest", args=[investor.public_id]),
        reverse("account_settings"),
    ):
        assert as_ayesha.post(path, sent).status_code == 403
    assert Startup.objects.get(pk=startup.pk).pitch == startup.pitch
    assert not Interest.objects.exists()


def test_it_ends_by_a_click_after_its_time_and_with_the_members_account(
    as_ayesha, sana, ayesha, as_user, monkeypatch
):
    assert as_ayesha.get(reverse("desk")).status_code == 403
    as_ayesha.post(reverse("view_as_end"))
    assert as_ayesha.get(reverse("desk")).status_code == 200

    as_ayesha.post(reverse("view_as", args=[ayesha.pk]), {"reason": REASON})
    session = as_ayesha.session
    session["view_as"] = {**session["view_as"], "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert as_ayesha.get(reverse("desk")).status_code == 200

    as_ayesha.post(reverse("view_as", args=[ayesha.pk]), {"reason": REASON})
    User.objects.filter(pk=ayesha.pk).update(is_active=False)
    assert as_ayesha.get(reverse("desk")).status_code == 200


def test_who_is_no_curator_any_more_is_nobody_else_either(as_ayesha, sana):
    User.objects.filter(pk=sana.pk).update(role="")
    page = as_ayesha.get(reverse("matches"))
    assert page.status_code == 404


def test_signing_out_ends_the_session_for_good(as_ayesha):
    key = as_ayesha.session.session_key
    as_ayesha.post(reverse("account_logout"))
    as_ayesha.cookies["sessionid"] = key
    assert reverse("account_login") in as_ayesha.get(reverse("desk")).headers["Location"]


def test_neither_curators_nor_operators_nor_closed_accounts_are_looked_through(sana, as_user, db):
    others = [
        make_user("other@example.com", Role.CURATOR),
        User.objects.create_superuser("operator@example.com", "x"),
        make_user("gone@example.com", Role.STARTUP, is_active=False),
    ]
    for person in others:
        assert as_user(sana).get(reverse("view_as", args=[person.pk])).status_code == 404
        with pytest.raises(service.NotAMemberError):
            service.begin(person, reason=REASON, by=sana, at=timezone.now())
    assert not AuditRecord.objects.filter(action="viewed_as").exists()


def test_a_reason_is_asked_for_beside_its_field(sana, ayesha, as_user):
    page = as_user(sana).post(reverse("view_as", args=[ayesha.pk]), {"reason": " "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])


def test_every_page_that_is_shown_answers_to_reading(as_ayesha, startup):
    arguments = {
        "match": None,
        "picture": None,
        "pilot": None,
        "row_create": ["needs"],
        "row_edit": None,
        "thesis_edit": None,
        "deal_edit": None,
        "startup_edit": ["basics"],
    }
    for name in sorted(SHOWN):
        if arguments.get(name, []) is not None:
            assert as_ayesha.get(reverse(name, args=arguments.get(name, []))).status_code in (
                200,
                302,
                404,
            ), name


def test_what_the_curator_sends_never_becomes_the_members_draft(as_ayesha, ayesha):
    step = reverse("startup_edit", args=["basics"])
    FormDraft.objects.create(user=ayesha, path=step, sent={"name_en": ["Two hours of my own typing"]})
    version = as_ayesha.get(step).context["draft_form"].version
    assert version == ""
    as_ayesha.post(step, {"version": version, "name_en": "Planted"})
    as_ayesha.post(reverse("view_as_end"))
    as_ayesha.post(step, {"version": version, "name_en": "Planted"})
    assert FormDraft.objects.get(user=ayesha).sent == {"name_en": ["Two hours of my own typing"]}
