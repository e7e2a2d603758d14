"""A disk without room: who sends a file reads so beside the field, and no part of a file stays."""

import re
import secrets
from contextlib import contextmanager

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from profiles.choices import FileState
from profiles.models import CheckedFile, ImportRun
from profiles.platform.files import services as files
from tests import sent_files
from tests.disks import room_for
from tests.matchmaker.events.programmes.programmed import make_programme
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
NO_ROOM = "There is no storage space for files at the moment."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def kept(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def large(name):
    start = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n"}[name[-3:]]
    return SimpleUploadedFile(name, start + bytes(8 * MB - len(start)))


def sent_to(page, startup, li_wei, ayesha):
    """Return who sends a file to a page, the page's address, and the form."""
    investor = li_wei.membership.investor
    if page == "pictures":
        return ayesha, reverse(page), {"kind": "logo", "logo-file": large("a.png")}
    if page == "evidence":
        typed = {"claim": "registration", "title": "Licence", "kind": "file", "issued_on": "2025-03-04"}
        return ayesha, reverse("evidence_add"), {**typed, "file": large("a.pdf")}
    if page == "conversation":
        make_introduction(startup, investor, by=ayesha, state="mutual")
        return ayesha, reverse(page, args=[investor.public_id]), {"text": "Our deck", "file": large("a.pdf")}
    programme = make_programme(investor, by=li_wei)
    path = reverse("programme_cohort", args=[programme.public_id])
    return li_wei, path, {"what": "file", "file": large("a.pdf")}


@pytest.mark.parametrize("page", ["pictures", "evidence", "conversation", "programme"])
def test_an_upload_is_answered_beside_the_field(page, startup, ayesha, li_wei, as_user, folder):
    person, path, form = sent_to(page, startup, li_wei, ayesha)
    client = as_user(person)
    with room_for(7 * MB):
        answer = client.post(path, form)
    assert answer.status_code == 422
    assert NO_ROOM in answer.text
    assert re.search(r'<input[^>]* name="(logo-)?file"[^>]* aria-invalid="true"', answer.text)
    assert not CheckedFile.objects.exists()
    assert kept(folder) == []
    for file in form.values():
        if isinstance(file, SimpleUploadedFile):
            file.seek(0)
    assert client.post(path, form).status_code == 302
    assert len(kept(folder)) == 1


def test_a_check_that_finds_no_room_is_made_again_later(startup, ayesha, li_wei, as_user, folder):
    def draw(made):
        made.pages[0].Contents = made.make_stream(secrets.token_bytes(7 * MB + 1000))

    _person, path, form = sent_to("evidence", startup, li_wei, ayesha)
    certificate = SimpleUploadedFile("a.pdf", sent_files.pdf(draw))
    assert as_user(ayesha).post(path, {**form, "file": certificate}).status_code == 302
    before = kept(folder)
    for _time in range(files.MOST_ATTEMPTS + 1):
        CheckedFile.objects.update(leased_until=None)
        with room_for(7 * MB):
            assert files.check_next(at=timezone.now())
        assert kept(folder) == before
    file = CheckedFile.objects.get()
    assert (file.state, file.fault) == (FileState.CHECKING, "")
    CheckedFile.objects.update(leased_until=None)
    assert files.check_next(at=timezone.now())
    file.refresh_from_db()
    assert file.state == FileState.READY
    assert default_storage.exists(file.content.name)


@contextmanager
def database_with_room_for(pages):
    """Let SQLite grow by so many pages of 4 kB."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + pages}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.sqlite
@pytest.mark.vendor("sqlite")
def test_a_table_for_which_the_database_has_no_room(sana, as_user):
    rows = "\n".join(f"{secrets.token_urlsafe(90)},{number}" for number in range(5_000))
    curator, file = as_user(sana), SimpleUploadedFile("a.csv", f"name_en,x\n{rows}".encode())
    with database_with_room_for(25):
        answer = curator.post(reverse("imports"), {"kind": "startups", "file": file})
    assert answer.status_code == 422
    assert NO_ROOM in answer.text
    assert not ImportRun.objects.exists()
