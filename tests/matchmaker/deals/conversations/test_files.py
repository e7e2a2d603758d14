"""A message with a file: received unread, checked by the worker, and only then anyone's to read."""

import stat
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matchmaker import tasks
from matchmaker.choices import MessageState, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.integrations import dispatch
from matchmaker.models.conversation import Message
from profiles.choices import FileFault, FileState
from profiles.integrations import file_checking
from profiles.models import CheckedFile, FormDraft, Notice, Startup
from profiles.platform import leases
from profiles.platform.files import services as files
from profiles.platform.files.kinds import UNPACKED_LIMIT
from profiles.platform.limits.services import LIMITS, Kind, Limit
from tests import sent_files
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.conversations.test_conversation import page_of, text_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def send(talk, ayesha, as_user):
    """A function that sends a file from the founder."""

    def post(content, name="deck.pdf", text="Our deck"):
        return as_user(ayesha).post(
            page_of(talk.investor), {"text": text, "file": SimpleUploadedFile(name, content)}
        )

    return post


def paths_to(message, talk):
    """The addresses of its file, for both teams and for curators."""
    return [
        reverse("conversation_file", args=[talk.investor.public_id, message.pk]),
        reverse("conversation_file", args=[talk.startup.public_id, message.pk]),
        reverse("desk_message_file", args=[message.pk]),
    ]


@pytest.mark.attack
def test_before_its_check_nobody_reads_it_and_then_the_other_side_is_told(
    talk, send, ayesha, li_wei, sana, as_user, settings
):
    people = as_user(ayesha), as_user(li_wei), as_user(sana)
    founder, partner, _desk = people
    assert send(sent_files.pdf()).headers["Location"].endswith("#newest")
    message = Message.objects.get()
    assert message.state == MessageState.CHECKING
    assert "We are checking the file" in text_of(founder, page_of(talk.investor))
    assert "Our deck" not in text_of(partner, page_of(talk.startup))
    assert "1 new message" not in text_of(partner, reverse("pipeline"))
    answers = [
        person.post(path).status_code for person, path in zip(people, paths_to(message, talk), strict=True)
    ]
    assert answers == [404, 404, 404]
    assert not Notice.objects.filter(user=li_wei, kind="message").exists()
    # What came is for the site's own account alone, and goes with the check.
    (received,) = Path(settings.MEDIA_ROOT, "received").iterdir()
    assert stat.S_IMODE(received.stat().st_mode) == 0o600
    assert stat.S_IMODE(received.parent.stat().st_mode) == 0o700

    check_all()
    message = Message.objects.get()
    assert (message.state, message.file.state) == (MessageState.DELIVERED, FileState.READY)
    assert "Our deck" in text_of(partner, page_of(talk.startup))
    assert Notice.objects.filter(user=li_wei, kind="message").count() == 1
    assert b"".join(partner.post(paths_to(message, talk)[1]).streaming_content).startswith(b"%PDF-")
    assert stat.S_IMODE(Path(message.file.content.path).stat().st_mode) == 0o600
    assert not received.exists()


@pytest.mark.attack
def test_a_refused_file_is_told_to_its_sender_with_the_reason_and_to_nobody_else(
    talk, send, ayesha, li_wei, as_user
):
    send(sent_files.locked())
    check_all()
    own, theirs = (
        text_of(as_user(person), page_of(company))
        for person, company in ((ayesha, talk.investor), (li_wei, talk.startup))
    )
    assert "This file is protected with a password. Send it without one." in own
    assert "The other side has not received this message." in own
    assert "Our deck" in own  # to send it again
    assert "Our deck" not in theirs
    assert [notice.kind for notice in Notice.objects.filter(user=ayesha)] == ["message_unsent"]
    assert not Notice.objects.filter(user=li_wei).exists()
    message = Message.objects.get()
    assert (message.state, message.file.fault) == (MessageState.UNSENT, FileFault.LOCKED)
    assert (message.file.received, message.file.content) == ("", "")
    assert as_user(ayesha).post(paths_to(message, talk)[0]).status_code == 404


def test_what_ends_meanwhile_is_not_sent(talk, send, ayesha, li_wei, as_user, settings):
    send(sent_files.pdf())
    as_user(li_wei).post(reverse("match_interest", args=[talk.startup.public_id]), {"wanted": "0"})
    check_all()
    message = Message.objects.get()
    assert (message.state, message.file.fault) == (MessageState.UNSENT, FileFault.NOT_NEEDED)
    assert "Something changed while we were checking the file." in text_of(
        as_user(ayesha), page_of(talk.investor)
    )
    assert not any(Path(settings.MEDIA_ROOT, "files").iterdir())


def test_a_first_message_waits_for_its_file_and_then_for_a_curator(talk, send, ayesha, sana, as_user):
    Startup.objects.update(reviewed_at=None)
    send(sent_files.pdf())
    again = as_user(ayesha).post(page_of(talk.investor), {"text": "And more"})
    assert again.status_code == 422
    message = Message.objects.get()
    first = reverse("desk_message_first", args=[message.pk])
    assert as_user(sana).get(first).status_code == 404
    check_all()
    assert Message.objects.get().state == MessageState.WAITING
    assert "deck.pdf" in as_user(sana).get(first).content.decode()
    opened = as_user(sana).post(paths_to(message, talk)[2])
    assert b"".join(opened.streaming_content).startswith(b"%PDF-")


def test_a_lost_message_and_a_killed_worker_lose_no_file(send, monkeypatch):
    """The row is the truth: it is found without a message, and again when the lease of a dead worker ends."""
    sent = []
    monkeypatch.setattr(dispatch, "enqueue", lambda task, *_arguments, **_options: sent.append(task))
    send(sent_files.pdf())
    now = timezone.now()
    tasks.operations.resume_checks(at=now)
    assert sent == [dispatch.CHECK_FILES]
    assert leases.claim(files.due(now), until=now + files.LEASE)  # a worker that dies now
    assert not files.check_next(at=now)
    tasks.operations.resume_checks(at=now)
    assert sent == [dispatch.CHECK_FILES]
    assert files.check_next(at=now + files.LEASE)
    assert Message.objects.get().state == MessageState.DELIVERED


def test_a_check_that_is_killed_starts_again_and_ends_in_a_refusal_with_a_reason(send, monkeypatch, tmp_path):
    """The kernel may kill the process for want of memory, which is no verdict on the file."""
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o700)
    send(sent_files.pdf())
    monkeypatch.setattr(file_checking.sys, "executable", str(killed))
    at = timezone.now()
    for attempt in range(1, files.MOST_ATTEMPTS + 1):
        assert files.check_next(at=at)
        assert not files.check_next(at=at)
        assert CheckedFile.objects.get().attempts == attempt
        at += files.LEASE
    assert files.check_next(at=at)
    message = Message.objects.get()
    assert (message.state, message.file.fault) == (MessageState.UNSENT, FileFault.FAILED)
    assert not files.check_next(at=at + timedelta(days=1))


def test_a_file_far_too_large_costs_nobody_what_was_typed(talk, send, founder):
    version = founder.get(page_of(talk.investor)).context["draft_form"].version
    file = SimpleUploadedFile("deck.pdf", b"%PDF-" + bytes(10 * 1024 * 1024))
    sent = {"version": version, "text": "灌溉 our plan", "file": file}
    answer = founder.post(page_of(talk.investor), sent)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "The file is larger than this page accepts" in page
    assert "灌溉 our plan" in page
    assert f'href="{page_of(talk.investor)}"' in page
    assert "灌溉 our plan" in text_of(founder, page_of(talk.investor))
    assert not Message.objects.exists()


@pytest.mark.attack
def test_a_file_far_too_large_keeps_words_for_nobody_without_their_form(talk, send, ayesha):
    answer = send(b"%PDF-" + bytes(10 * 1024 * 1024), text="words without a form")
    assert answer.status_code == 413
    assert "words without a form" not in answer.content.decode()
    assert not FormDraft.objects.unsaved().exists()


@pytest.mark.attack
def test_what_files_unpack_to_is_counted_by_company_and_hour(send, talk, ayesha, as_user, monkeypatch):
    monkeypatch.setitem(LIMITS, UNPACKED_LIMIT, {Kind.COMPANY: Limit(10, 10)})
    large = sent_files.png(4_000, 4_000, zlib.compress(b"\0" * (4_000 * 501)))  # 16 MB
    assert send(large, "a.png").status_code == 302
    check_all()
    refused = send(sent_files.pdf())
    assert (refused.status_code, "Our deck" in refused.content.decode()) == (429, True)
    assert as_user(ayesha).post(page_of(talk.investor), {"text": "Words cost nothing"}).status_code == 302


@pytest.mark.attack
def test_a_company_has_few_files_in_the_queue(send, settings):
    answers = [send(sent_files.pdf()) for _file in range(files.MOST_WAITING + 1)]
    assert [answer.status_code for answer in answers] == [302] * files.MOST_WAITING + [422]
    assert "files that are still being checked" in answers[-1].content.decode()
    assert len(list(Path(settings.MEDIA_ROOT, "received").iterdir())) == files.MOST_WAITING


def test_what_a_killed_process_left_behind_goes(send, settings):
    send(sent_files.pdf())
    check_all()
    kept = CheckedFile.objects.get().content.name
    with files.stored(file_checking.SentFile("pdf", b"left behind", "a.pdf")) as left:
        assert files.remove_orphans(at=timezone.now()) == 0  # its row may come still
        assert files.remove_orphans(at=timezone.now() + timedelta(hours=2)) == 1
    assert not Path(settings.MEDIA_ROOT, left).exists()
    assert Path(settings.MEDIA_ROOT, kept).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_check_one_file_once(talk, ayesha, li_wei):
    sent = file_checking.SentFile("pdf", sent_files.pdf(), "deck.pdf")
    conversations.send_message(talk, side=Side.STARTUP, text="Once", file=sent, by=ayesha, at=timezone.now())
    at = timezone.now()
    at_once(lambda: files.check_next(at=at), lambda: files.check_next(at=at))
    assert Message.objects.get().state == MessageState.DELIVERED
    assert CheckedFile.objects.get().attempts == 1
    assert Notice.objects.filter(user=li_wei, kind="message").count() == 1
