"""A company leaves: for seven days it can stay, and then the others keep their own words and the facts."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.meetings import services as meetings
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import MeetingAnswer, MeetingReply
from matchmaker.portal.own_data import services
from matchmaker.portal.own_data.selectors import copy_for
from profiles.choices import Audience
from profiles.models import CheckedFile, Investor, Notice, OutboxMail, Startup
from profiles.people.accounts.services.teams import NotOwnerError
from profiles.platform.limits.services import LimitReachedError
from tests import factories, sent_files
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import make_introduction, make_message, told
from tests.matchmaker.portal.own_data.test_own_data import CANARY, everything_stored, filled, traces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = timezone.now().replace(microsecond=0)
AFTER = NOW + 8 * DAY


@pytest.fixture
def company(startup, ayesha):
    """A startup with a canary in every text."""
    for name, value in filled(Startup, status=startup.status, data_location="PK").items():
        setattr(startup, name, value)
    startup.name_en = f"Firm {CANARY}"
    startup.save()
    return startup


@pytest.fixture
def introduction(company, investor, ayesha):
    """The startup asked, and both are interested."""
    words = dict.fromkeys(("why", "purpose", "next_step"), f"asked {CANARY}")
    state = IntroductionState.MUTUAL
    return make_introduction(company, investor, by=ayesha, state=state, line="Yes, gladly", **words)


def page(client, name, company):
    return client.get(reverse(name, args=[company.public_id]))


def send_file(client, company, text):
    """Write with a file that is named like the text, and check it."""
    name = f"{text.replace(' ', '-')}.png"
    file = SimpleUploadedFile(name, sent_files.picture("PNG"))
    client.post(reverse("conversation", args=[company.public_id]), {"text": text, "file": file})
    check_all()
    return Message.objects.latest("pk")


@pytest.fixture
def shared(introduction, company, investor, ayesha, li_wei, as_user):
    """All that two companies may have with each other: messages, files, meetings, stages."""
    make_message(introduction, Side.STARTUP, by=ayesha, text=f"theirs {CANARY}")
    make_message(introduction, Side.INVESTOR, by=li_wei, text="When do you harvest?")
    send_file(as_user(li_wei), company, "our terms")
    send_file(as_user(ayesha), investor, f"deck {CANARY}")
    confirm(propose(introduction, ayesha, step=f"step {CANARY}"), li_wei)
    propose(introduction, li_wei, step="We visit the farm")
    offered = meetings.propose(
        introduction, times=[NOW + HOUR], minutes=30, side=Side.STARTUP, by=ayesha, at=NOW
    )
    given = {"side": Side.INVESTOR, "by": li_wei}
    held = meetings.take_time(offered, slot=offered.slots.get().pk, at=NOW, **given)
    meetings.advance(at=NOW + 2 * HOUR)
    meetings.reply(held, answer=MeetingAnswer.GO_ON, at=NOW + 2 * HOUR, **given)
    meetings.reply(held, answer=MeetingAnswer.GO_ON, side=Side.STARTUP, by=ayesha, at=NOW + 2 * HOUR)
    ahead = meetings.propose(
        introduction, times=[NOW + 20 * DAY], minutes=30, side=Side.STARTUP, by=ayesha, at=NOW,
        call_address=f"https://{CANARY}.example",
    )  # fmt: skip
    meetings.take_time(ahead, slot=ahead.slots.get().pk, at=NOW, **given)
    return introduction


def erased(company, by):
    """Ask for the deletion and let the days pass."""
    services.ask_to_erase(company, by=by, at=NOW)
    services.erase_due(at=AFTER)


# --- What the other side keeps ------------------------------------------------------------------------------


def test_the_other_side_keeps_its_words_its_files_and_the_facts(shared, company, ayesha, li_wei, as_user):
    own_file = Message.objects.get(text="our terms")
    erased(company, ayesha)
    partner = as_user(li_wei)

    talk = page(partner, "conversation", company).content.decode()
    assert [word in talk for word in (company.name_en, "When do you harvest?", "our terms")] == [True] * 3
    assert [word in talk for word in (f"theirs {CANARY}", f"deck {CANARY}", "Ayesha Khan")] == [False] * 3
    path = reverse("conversation_file", args=[company.public_id, own_file.pk])
    assert b"".join(partner.post(path).streaming_content) == Path(own_file.file.content.path).read_bytes()

    record = page(partner, "introduction", company)
    seen = record.content.decode()
    assert [word in seen for word in (company.name_en, "Yes, gladly", "Last stage reached", "Cancelled")] == [
        True
    ] * 4
    assert f"asked {CANARY}" not in seen
    acts = [step.act for step in record.context["page"].steps]
    assert acts[-1] == "close"
    for name in ("meeting", "stages"):
        assert page(partner, name, company).url == reverse("introduction", args=[company.public_id])
    assert company.name_en in partner.get(reverse("pipeline")).content.decode()
    assert [reply.side for reply in MeetingReply.objects.all()] == ["investor"]
    copy = str(copy_for(li_wei))
    assert [word in copy for word in ("When do you harvest?", "our-terms.png")] == [True, True]


def test_the_notice_names_the_company(shared, company, ayesha, li_wei, as_user):
    erased(company, ayesha)
    assert told(li_wei)[-2:] == ["other_gone", "meeting_cancelled"]
    notices = as_user(li_wei).get(reverse("notices")).content.decode()
    assert "This company was deleted." in notices
    assert company.name_en in notices
    notice = Notice.objects.get(kind="other_gone")
    assert as_user(li_wei).post(reverse("notice_open", args=[notice.pk]), follow=True).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_nothing_but_the_name_remains(shared, company, ayesha):
    erased(company, ayesha)
    assert traces() == {"matchmaker_introduction"}
    row = next(text for table, text in everything_stored() if table == "matchmaker_introduction")
    assert row.casefold().count(CANARY) == 1
    stands = Startup.everything.get()
    told_by_default = {
        field.name
        for field in Startup._meta.concrete_fields
        if field.value_from_object(stands) not in (field.get_default(), None)
    }
    assert told_by_default == {"id", "public_id", "name_en", "erased_at", "created_at", "changed_at"}
    assert (stands.name_en, stands.public_id) == ("(deleted)", company.public_id)
    related = [each for each in Startup._meta.related_objects if each.related_model is not Introduction]
    for relation in related:
        pointing = relation.related_model._base_manager.filter(**{relation.field.name: stands})
        known = relation.related_model is Message
        assert known or not pointing.exists(), relation.related_model
    assert set(Message.objects.values_list("side", flat=True)) == {"investor"}
    assert [str(file.investor_id) for file in CheckedFile.objects.all()] == [str(shared.investor_id)]


def test_who_did_not_know_the_name_does_not_learn_it(company, investor, ayesha, li_wei, as_user):
    company.visibility = {"name": Audience.MUTUAL}
    company.save()
    make_introduction(company, investor, by=ayesha, why=CANARY)
    erased(company, ayesha)
    left = Introduction.objects.get()
    assert (left.state, left.left_name, left.why) == ("withdrawn", "", "")
    for path in (reverse("introduction", args=[company.public_id]), reverse("pipeline")):
        seen = as_user(li_wei).get(path).content.decode()
        assert ("The other company" in seen, CANARY in seen) == (True, False)


def test_a_request_that_waits_ends_and_keeps_the_words_of_who_asked(company, investor, ayesha, li_wei):
    make_introduction(company, investor, by=li_wei, side=Side.INVESTOR, why="We grow rice")
    erased(company, ayesha)
    left = Introduction.objects.get()
    assert (left.state, left.why, left.left_name) == ("declined", "We grow rice", company.name_en)


def test_what_never_reached_the_other_side_goes(company, investor, ayesha, li_wei, as_user):
    make_introduction(company, investor, by=ayesha, state=IntroductionState.QUEUED, why=CANARY)
    erased(company, ayesha)
    assert (Introduction.objects.exists(), Startup.everything.exists()) == (False, False)
    assert page(as_user(li_wei), "introduction", company).status_code == 404


def test_the_row_that_stands_for_it_is_found_nowhere(shared, company, ayesha, li_wei, sana, as_user):
    erased(company, ayesha)
    assert not Startup.objects.exists()
    for user, names in ((li_wei, ("matches", "directory", "home", "passed")), (sana, ("directory",))):
        for name in names:
            seen = as_user(user).get(reverse(name), follow=True).content.decode()
            assert ("(deleted)" in seen, company.public_id in seen) == (False, False), name
    assert page(as_user(li_wei), "match", company).status_code == 404
    for client in (as_user(sana), as_user(ayesha), as_user(None)):
        assert page(client, "introduction", company).status_code in (302, 404)
        assert page(client, "conversation", company).status_code in (302, 404)
    again = factories.make_startup(company.name_en, website=company.website)
    again.refresh_from_db()
    assert list(Startup.objects.all()) == [again]


def test_when_the_other_side_goes_too_nothing_is_left(shared, company, investor, ayesha, li_wei):
    erased(company, ayesha)
    services.ask_to_erase(investor, by=li_wei, at=AFTER)
    services.erase_due(at=AFTER + 8 * DAY)
    for model in (Startup, Investor):
        assert not model.everything.exists()
    assert not Introduction.objects.exists()
    assert not Message.objects.exists()
    assert not CheckedFile.objects.exists()


# --- The seven days -----------------------------------------------------------------------------------------


def test_for_seven_days_it_is_off_the_lists_and_both_sides_read_when_it_leaves(
    introduction, company, investor, ayesha, li_wei, as_user
):
    other = factories.make_partner("zhang@example.com", factories.make_investor("Jade Capital"))
    assert page(as_user(other), "match", company).status_code == 200
    answer = as_user(ayesha).post(reverse("company_delete"), {"is_sure": "on"})
    assert answer.url == reverse("own_data")
    company.refresh_from_db()
    assert timedelta(days=6, hours=23) < company.leaves_at - timezone.now() <= timedelta(days=7)
    assert (company.is_published, Startup.objects.published().exists()) == (False, False)
    assert page(as_user(other), "match", company).status_code == 404

    assert (told(ayesha)[-1], told(li_wei)[-1]) == ("company_leaves", "other_leaves")
    kinds = set(OutboxMail.objects.values_list("recipient", "kind"))
    assert {(ayesha.email, "company_leaves"), (li_wei.email, "other_leaves")} <= kinds
    for client, name, of in (
        (as_user(li_wei), "introduction", company),
        (as_user(li_wei), "conversation", company),
        (as_user(li_wei), "meeting", company),
    ):
        seen = page(client, name, of).content.decode()
        assert f"Firm {CANARY} will be deleted on" in seen, name
    assert "This company will be deleted on" in as_user(li_wei).get(reverse("pipeline")).content.decode()
    for name in ("home", "matches", "startup_status"):
        assert "will be deleted" in as_user(ayesha).get(reverse(name)).content.decode(), name
    services.erase_due(at=timezone.now() + 6 * DAY)
    assert Startup.objects.get() == company
    services.erase_due(at=timezone.now() + 7 * DAY)
    assert not Startup.objects.exists()


def test_any_owner_cancels_with_one_click_and_nobody_else(introduction, company, ayesha, li_wei, as_user):
    colleague = factories.make_founder("bilal@example.com", None)
    member = company.memberships.create(user=colleague)
    services.ask_to_erase(company, by=ayesha, at=NOW)
    keep = reverse("company_keep")
    shown = [f'action="{keep}"' in as_user(user).get(reverse("own_data")).content.decode()
             for user in (ayesha, colleague)]  # fmt: skip
    assert shown == [True, False]
    assert as_user(colleague).post(keep).status_code == 404
    with pytest.raises(NotOwnerError):
        services.keep_company(company, by=colleague, at=NOW)
    member.is_owner = True
    member.save()
    assert as_user(colleague).post(keep).url == reverse("own_data")
    company.refresh_from_db()
    assert company.is_published
    assert (told(ayesha)[-1], told(li_wei)[-1]) == ("company_stays", "other_stays")
    services.erase_due(at=AFTER)
    assert Startup.objects.get() == company


def test_who_asks_and_cancels_again_and_again_floods_nobody(introduction, company, ayesha, li_wei):
    for _time in range(2):
        services.ask_to_erase(company, by=ayesha, at=NOW)
        services.keep_company(company, by=ayesha, at=NOW)
    with pytest.raises(LimitReachedError):
        services.ask_to_erase(company, by=ayesha, at=NOW)
    assert OutboxMail.objects.filter(recipient=li_wei.email).count() <= 2


def test_a_deletion_asks_for_the_password_although_one_has_just_signed_in(company, ayesha, as_user, settings):
    settings.DEMO = False
    ayesha.set_password("three brown goats")
    ayesha.save()
    client = as_user(None)
    typed = {"login": ayesha.email, "password": "three brown goats"}
    assert client.post(reverse("account_login"), typed).status_code == 302
    for name in ("company_delete", "account_delete"):
        answer = client.post(reverse(name), {"is_sure": "on"})
        assert answer.url.startswith(reverse("account_reauthenticate"))
    wrong = client.post(answer.url, {"password": "two brown goats"})
    assert wrong.status_code == 200
    company.refresh_from_db()
    assert company.leaves_at is None
    client.get(reverse("company_delete"))
    client.post(answer.url, {"password": "three brown goats"})
    assert client.get(reverse("company_delete")).status_code == 200
