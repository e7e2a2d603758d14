"""Conversations and their files: what two teams say to each other, and no one else reads."""

import logging
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.conversations.selectors import unread_counts
from matchmaker.models.conversation import Message, MessageReport
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.portal.own_data import services as own_data
from profiles.models import AuditRecord, CheckedFile, FormDraft, Membership, Notice, OutboxMail, Startup
from profiles.platform.files import services as files
from tests import factories, sent_files
from tests.mails import delivered
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.introduced import make_message

pytestmark = pytest.mark.django_db
CANARY = "qanatwhisper"


def page_of(company):
    return reverse("conversation", args=[company.public_id])


def text_of(client, path):
    return client.get(path).content.decode()


def test_two_teams_talk_and_each_sees_what_is_new_and_what_was_read(talk, ayesha, li_wei, as_user):
    colleague = factories.make_partner("colleague@example.com", None, full_name="Zhang Min")
    Membership.objects.create(user=colleague, investor=talk.investor)
    founder, partner, second = as_user(ayesha), as_user(li_wei), as_user(colleague)
    words = "Drip irrigation first? See https://indusgrow.example/plan <b>now</b>\n\nاردو بھی"
    sent = founder.post(page_of(talk.investor), {"text": words})
    assert sent.headers["Location"] == page_of(talk.investor) + "#newest"

    page = text_of(partner, page_of(talk.startup))
    assert '<a href="https://indusgrow.example/plan" rel="nofollow">' in page
    assert "&lt;b&gt;now&lt;/b&gt;\n\nاردو بھی" in page
    assert "1 new message" in text_of(partner, reverse("pipeline"))
    assert (unread_counts(li_wei), unread_counts(colleague)) == ({talk.pk: 1}, {talk.pk: 1})
    assert "Read on" not in text_of(founder, page_of(talk.investor))

    # Looking changes nothing; the page marks as read by itself, or by a button.
    newest = Message.objects.get().pk
    marked = partner.post(reverse("conversation_read", args=[talk.startup.public_id]), {"newest": newest})
    assert marked.headers["Location"] == page_of(talk.startup)
    assert (unread_counts(li_wei), unread_counts(colleague)) == ({}, {talk.pk: 1})
    page = text_of(founder, page_of(talk.investor))
    assert "Read on" in page
    assert not re.search("Li Wei|Zhang Min", page)  # by whom is not told
    partner.post(page_of(talk.startup), {"text": "Gladly."})
    assert [message.side for message in Message.objects.all()] == ["startup", "investor"]
    assert "Li Wei" in text_of(second, page_of(talk.startup))  # the own team knows who wrote
    acts = AuditRecord.objects.filter(action="conversed").order_by("pk")
    assert [record.details["done"] for record in acts] == ["sent", "sent"]
    assert "irrigation" not in str([record.details for record in acts])


def test_both_sides_read_who_wrote_by_name_and_role_and_never_by_address(talk, ayesha, li_wei, as_user):
    li_wei.job_title = "Head of purchasing"
    li_wei.save()
    colleague = factories.make_partner("nameless@example.com", None, full_name="")
    Membership.objects.create(user=colleague, investor=talk.investor)
    for person in (li_wei, colleague):
        make_message(talk, Side.INVESTOR, by=person, text=f"From {person.pk}")
    own = text_of(as_user(colleague), page_of(talk.startup))
    theirs = text_of(as_user(ayesha), page_of(talk.investor))
    for page in (own, theirs):
        assert "<bdi>Li Wei</bdi>" in page
        assert "<bdi>Head of purchasing</bdi>" in page
    assert "nameless@example.com" not in theirs
    # Whoever writes is told before sending what goes with it.
    assert "The other side sees this name next to the message:" in theirs
    assert "<bdi>Ayesha Khan</bdi>" in theirs
    assert "only your company’s name next to the message" in own


def test_times_of_a_conversation_are_on_its_readers_clock(talk, ayesha, li_wei, as_user):
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)  # the next day in Lahore and in Tokyo
    make_message(talk, Side.STARTUP, by=ayesha, at=late, read_at=late)
    make_message(talk, Side.INVESTOR, by=li_wei, at=late, read_at=late)
    li_wei.time_zone = "Asia/Tokyo"
    li_wei.save()
    founder, partner = as_user(ayesha), as_user(li_wei)
    page = text_of(founder, page_of(talk.investor))
    assert "Read on 21 Nov 2026, 03:30 (Pakistan Time)" in page
    assert page.count('title="21 Nov 2026, 03:30"') == 2
    assert "Read on 21 Nov 2026, 07:30 (Japan Time)" in text_of(partner, page_of(talk.startup))

    ticket = founder.get(page_of(talk.investor)).context["draft_form"].version
    saved = founder.post(reverse("draft_save"), {"version": ticket, "text": "Dear partner"})
    FormDraft.objects.update(saved_at=timezone.now().replace(hour=0, minute=5))
    assert re.search(r"Draft kept at \d\d:\d\d \(Pakistan Time\)", saved.content.decode())
    assert "05:05 (Pakistan Time). Save it to apply it" in text_of(founder, page_of(talk.investor))


def test_terms_stand_beside_the_text_in_the_readers_language(talk, ayesha, li_wei, as_user):
    make_message(talk, Side.STARTUP, by=ayesha, text="We sell drip irrigation and seek an equity investment.")
    partner = as_user(li_wei)
    partner.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = " ".join(text_of(partner, page_of(talk.startup)).split())
    assert "We sell drip irrigation and seek an equity investment." in page
    assert '<bdi lang="en">equity investment</bdi> = <bdi>股权投资</bdi>' in page
    # The tables know it as one of several words for a field, so the page does not say that it is the same.
    assert '<bdi lang="en">drip irrigation</bdi> 属于：智能灌溉与用水管理' in page
    partner.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "message-terms" not in text_of(partner, page_of(talk.startup))


def test_a_burst_is_told_once_until_it_is_read_and_tells_nothing(talk, ayesha, li_wei, as_user):
    at = timezone.now()
    for minute in range(3):
        conversations.send_message(
            talk, side=Side.STARTUP, text=f"{CANARY} {minute}", by=ayesha, at=at + timedelta(minutes=minute)
        )
    told = Notice.objects.filter(user=li_wei, kind="message")
    assert (told.count(), OutboxMail.objects.filter(kind="message").count()) == (1, 1)
    path = page_of(talk.startup)
    assert told.get().path == path
    (letter,) = delivered()
    assert CANARY not in f"{letter.subject} {letter.body} {letter.message()}".casefold()
    newest = Message.objects.latest("pk").pk
    as_user(li_wei).post(reverse("conversation_read", args=[talk.startup.public_id]), {"newest": newest})
    assert told.get().read_at is not None
    conversations.send_message(
        talk, side=Side.STARTUP, text="Still there?", by=ayesha, at=at + timedelta(hours=1)
    )
    assert (told.count(), len(delivered(at + timedelta(hours=1)))) == (2, 2)
    assert not Notice.objects.filter(user=ayesha, kind="message").exists()


def test_a_file_goes_to_both_teams_and_to_nobody_when_it_ends(
    talk, ayesha, li_wei, as_user, settings, tmp_path
):
    founder, partner = as_user(ayesha), as_user(li_wei)
    photo = sent_files.photograph(CANARY)
    posted = {"text": "", "file": SimpleUploadedFile(f"{CANARY}.JPG", photo)}
    assert founder.post(page_of(talk.investor), posted).status_code == 302
    check_all()
    message = Message.objects.get()
    assert (message.file.kind, message.file.name) == ("jpeg", f"{CANARY}.jpg")
    assert CANARY not in message.file.content.name
    stored = Path(message.file.content.path).read_bytes()
    assert CANARY.encode() not in stored

    own = reverse("conversation_file", args=[talk.investor.public_id, message.pk])
    theirs = reverse("conversation_file", args=[talk.startup.public_id, message.pk])
    answer = partner.post(theirs)
    assert b"".join(answer.streaming_content) == stored
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CANARY}.jpg"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert AuditRecord.objects.first().details["done"] == "file opened"

    partner.post(reverse("match_interest", args=[talk.startup.public_id]), {"wanted": "0"})
    assert partner.post(theirs).status_code == 404
    assert "A file that is no longer available." in text_of(partner, page_of(talk.startup))
    assert b"".join(founder.post(own).streaming_content) == stored  # what one sent stays one's own
    assert "This conversation is closed." in text_of(founder, page_of(talk.investor))
    late = founder.post(page_of(talk.investor), {"text": "Hello once more?"})
    assert (late.status_code, "Hello once more?" in late.content.decode()) == (422, True)
    assert Message.objects.count() == 1


def test_what_was_said_stays_readable_when_a_company_has_left_the_lists(talk, ayesha, li_wei, sana, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    sent = SimpleUploadedFile("plan.png", sent_files.picture("PNG", "L"))
    founder.post(page_of(talk.investor), {"text": "Drip valves first?", "file": sent})
    check_all()
    make_message(talk, Side.INVESTOR, by=li_wei, text="Gladly, in spring.")
    both = (founder, talk.investor), (partner, talk.startup)
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    left = timezone.now()
    Startup.objects.filter(pk=talk.startup.pk).update(matching_consent=False)
    assert [client.get(page_of(other)).status_code for client, other in both] == [404, 404]  # it rests

    Introduction.objects.update(state=IntroductionState.CLOSED, ended_at=left)
    away = [
        {"matching_consent": False},
        {"matching_consent": True, "stale_at": left},
        {"stale_at": None, "status": "rejected"},
    ]
    for gone in away:
        Startup.objects.filter(pk=talk.startup.pk).update(**gone)
        for client, other in both:
            page = text_of(client, page_of(other))
            assert "Drip valves first?" in page
            assert "Gladly, in spring." in page
            assert "one of the two companies is not shown in match lists now" in page
            assert "Conversation: The other company" in page
            assert other.name_en not in page
            assert ("Li Wei" if client is founder else "Ayesha Khan") not in page
            assert 'name="text"' not in page
    for client, other in both:
        assert f'href="{page_of(other)}"' in text_of(client, reverse("pipeline"))
        assert client.post(page_of(other), {"text": "Hello?"}).status_code == 404
        assert client.get(reverse("match", args=[other.public_id])).status_code == 404
    assert as_user(rival).get(page_of(talk.investor)).status_code == 404
    pk = Message.objects.get(file__isnull=False).pk
    own, theirs = (reverse("conversation_file", args=[each.public_id, pk]) for _client, each in both)
    assert b"".join(founder.post(own).streaming_content).startswith(b"\x89PNG")
    assert partner.post(theirs).status_code == 404
    report = reverse("conversation_report", args=[talk.startup.public_id, pk])
    assert f'href="{report}"' in text_of(partner, page_of(talk.startup))
    assert "Drip valves first?" in text_of(partner, report)
    assert partner.post(report, {"reason": "fraud"}).headers["Location"] == page_of(talk.startup)
    assert "You have reported this message." in text_of(partner, page_of(talk.startup))
    assert "Drip valves first?" in text_of(
        as_user(sana), reverse("desk_message_report", args=[MessageReport.objects.get().pk])
    )
    assert as_user(rival).get(report).status_code == 404

    CuratorOverride.objects.create(
        kind=OverrideKind.HIDE, startup=talk.startup, investor=talk.investor, note="Kept apart", by=sana
    )
    for client, other in both:
        assert page_of(other) not in text_of(client, reverse("pipeline"))
        assert client.get(page_of(other)).status_code == 404
    assert partner.get(report).status_code == 404


def test_what_is_said_is_found_nowhere_outside_the_two_teams(talk, ayesha, li_wei, sana, as_user, caplog):
    caplog.set_level(logging.DEBUG)
    founder = as_user(ayesha)
    png = SimpleUploadedFile(f"{CANARY}.png", sent_files.png_with_text(CANARY))
    founder.post(page_of(talk.investor), {"text": f"{CANARY} text", "file": png})
    check_all()
    spoiled = SimpleUploadedFile(f"{CANARY}.pdf", b"spoiled")
    refused = founder.post(page_of(talk.investor), {"text": f"{CANARY} kept", "file": spoiled})
    assert refused.status_code == 422
    assert f"{CANARY} kept" in refused.content.decode()
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    other = factories.make_partner("other@example.com", factories.make_investor("Another Fund"))
    operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
    message = Message.objects.get()
    paths = [
        page_of(talk.startup),
        page_of(talk.investor),
        reverse("home"),
        reverse("pipeline"),
        reverse("notices"),
        reverse("desk"),
        reverse("desk_messages"),
        reverse("desk_message_first", args=[message.pk]),
        reverse("audit"),
        reverse("audit_export"),
        reverse("admin:matchmaker_message_changelist"),
        reverse("admin:matchmaker_message_change", args=[message.pk]),
    ]
    for person in (None, rival, other, sana, operator):
        client = as_user(person)
        for path in paths:
            answer = client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert CANARY.encode() not in body, (person, path)
        for company in (talk.startup, talk.investor):
            assert client.post(
                reverse("conversation_file", args=[company.public_id, message.pk])
            ).status_code in (302, 404)
        assert client.post(reverse("desk_message_file", args=[message.pk])).status_code in (302, 404)
    letters = " ".join(str(letter.message()) for letter in delivered())
    assert CANARY not in letters
    assert CANARY not in caplog.text
    stored = [path for path in settings.VAR_DIR.rglob("*") if path.is_file() and "sqlite3" not in path.name]
    assert [path for path in stored if CANARY.encode() in path.read_bytes() or CANARY in path.name] == []


def test_what_was_typed_stays_and_a_draft_is_kept(talk, ayesha, as_user):
    founder, path = as_user(ayesha), page_of(talk.investor)
    assert founder.post(path, {"text": "x" * 5001}).status_code == 422
    assert founder.post(path, {"text": "Deck‮fdp"}).status_code == 422
    assert founder.post(path, {"text": " "}).status_code == 422
    ticket = re.search(r'name="version" value="([^"]+)"', text_of(founder, path))
    assert ticket
    founder.post(reverse("draft_save"), {"text": "Half a sentence", "version": ticket[1]})
    assert "Half a sentence" in text_of(founder, path)
    founder.post(path, {"text": "A whole sentence.", "version": ticket[1]})
    assert not FormDraft.objects.unsaved().exists()
    assert Message.objects.get().text == "A whole sentence."


def test_a_company_has_room_for_so_many_files_and_no_more(talk, ayesha, as_user, monkeypatch):
    monkeypatch.setattr(files, "QUOTA", 60_000)
    one, two = (
        SimpleUploadedFile("a.png", sent_files.picture("PNG", "L", size=(200, 200))) for _file in range(2)
    )
    founder = as_user(ayesha)
    assert founder.post(page_of(talk.investor), {"text": "one", "file": one}).status_code == 302
    answer = founder.post(page_of(talk.investor), {"text": "two, with words", "file": two})
    assert answer.status_code == 422
    assert "no room for another file" in answer.content.decode()
    assert "two, with words" in answer.content.decode()


def test_the_page_asks_as_much_with_one_message_as_with_many(talk, ayesha, li_wei, as_user, same_queries):
    partner, at = as_user(li_wei), timezone.now()
    text_of(partner, page_of(talk.startup))  # the first look of a day leaves its receipt
    for number in (1, 39):
        for minute in range(number):
            moment = at + timedelta(minutes=minute, hours=number)
            make_message(talk, Side.STARTUP, by=ayesha, text=f"Message {number}-{minute}", at=moment)
        with same_queries():
            page = text_of(partner, page_of(talk.startup))
    assert page.index("Message 39-9<") < page.index("Message 39-38<")  # the newest at the bottom
    assert ("Older messages" in page, "Message 1-0" in page) == (True, False)
    assert "Message 1-0" in text_of(partner, page_of(talk.startup) + "?page=2")
    mark = re.search(r"known=(\w+)", page)
    assert mark
    assert partner.get(page_of(talk.startup), {"known": mark[1]}).status_code == 204
    make_message(talk, Side.STARTUP, by=ayesha, at=at + timedelta(days=9))
    assert partner.get(page_of(talk.startup), {"known": mark[1]}).status_code == 200


def test_who_writes_too_much_is_told_when_to_go_on_and_keeps_the_text(talk, ayesha, as_user, monkeypatch):
    from profiles.platform.limits.services import LIMITS, Kind, Limit

    monkeypatch.setitem(LIMITS, "message", {Kind.ACCOUNT: Limit(1, 1)})
    monkeypatch.setitem(LIMITS, "upload", {Kind.ACCOUNT: Limit(1, 1)})
    founder, path = as_user(ayesha), page_of(talk.investor)
    assert founder.post(path, {"text": "one"}).status_code == 302
    refused = founder.post(path, {"text": "two words"})
    assert (refused.status_code, "two words" in refused.content.decode()) == (429, True)
    broken = [SimpleUploadedFile("a.pdf", b"none") for _file in range(2)]
    answers = [founder.post(path, {"text": "a file", "file": each}) for each in broken]
    assert [answer.status_code for answer in answers] == [422, 429]
    assert "a file" in answers[1].content.decode()


def test_the_copy_has_ones_own_words_and_a_deleted_company_takes_its_own_along(
    talk, founder, li_wei, as_user, django_capture_on_commit_callbacks
):
    png = SimpleUploadedFile("plan.png", sent_files.picture("PNG"))
    founder.post(page_of(talk.investor), {"text": f"{CANARY} ours", "file": png})
    check_all()
    sent = Message.objects.get().file
    path = Path(sent.content.path)
    theirs = SimpleUploadedFile("theirs.png", sent_files.picture("PNG", "L"))
    as_user(li_wei).post(page_of(talk.startup), {"text": f"{CANARY} theirs", "file": theirs})
    check_all()
    kept = [Path(each.content.path) for each in CheckedFile.objects.all()]
    archive = ZipFile(BytesIO(b"".join(founder.post(reverse("own_data_copy")).streaming_content)))
    copy = archive.read("corridor-data.json").decode()
    assert (f"{CANARY} ours" in copy, f"{CANARY} theirs" in copy, "plan.png" in copy) == (True, False, True)
    assert archive.namelist() == ["corridor-data.json", f"files/{sent.pk}-plan.png"]
    assert archive.read(f"files/{sent.pk}-plan.png") == path.read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        founder.post(reverse("company_delete"), {"is_sure": "on"})
    with django_capture_on_commit_callbacks(execute=True):
        own_data.erase_due(at=timezone.now() + own_data.LEAVES_AFTER)
    assert [message.text for message in Message.objects.all()] == [f"{CANARY} theirs"]
    assert [file.name for file in CheckedFile.objects.all()] == ["theirs.png"]
    assert [path.exists() for path in kept] == [False, True]


def test_a_mail_about_a_message_names_the_company_that_wrote(talk, ayesha, li_wei):
    make_message(talk, Side.STARTUP, by=ayesha)
    conversations.notify_of_message(Message.objects.get(), at=timezone.now())
    mail = OutboxMail.objects.get(kind="message")
    assert mail.recipient == li_wei.email
    assert "Indus Grow" in mail.subject
    assert "About: Indus Grow" in mail.body
