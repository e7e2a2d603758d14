"""What the worker draws: presentations, Urdu and Chinese text, large files, and a store that is full."""

import errno
import io
import resource
import zipfile

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.urls import reverse
from django.utils import timezone
from rpptx import Presentation

from matchmaker.deals.decks.services import drawing
from matchmaker.models.deck import DeckPage, DeckVersion
from profiles.integrations.file_checker.deck import tidy
from profiles.integrations.file_checking import check_file, draw_pages
from tests.disks import room_for
from tests.matchmaker.deals.conversations.checks import check_all
from tests.matchmaker.deals.decks.decked import draw_all, pdf, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def slides(*titles, change=None):
    made = Presentation()
    for title in titles:
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
    return made.to_bytes()


def test_a_presentation_is_drawn_with_its_words_in_three_scripts(startup, ayesha, as_user):
    titles = ["Smart irrigation", "پانی کی بچت", "智能灌溉"]
    send(as_user(ayesha), slides(*titles), "deck.pptx")
    check_all()
    draw_all()
    version = DeckVersion.objects.get()
    assert (version.state, version.fault) == ("ready", "")
    assert [page.text for page in version.pages.all()] == titles
    assert {page.width for page in version.pages.all()} == {1600}


def test_the_owner_reads_what_a_presentation_does_not_show(startup, founder):
    send(founder, slides("Smart irrigation"), "deck.pptx")
    check_all()
    DeckVersion.objects.update(not_drawn=["0: an older note"])
    draw_all()
    page = founder.get(reverse("deck")).content.decode()
    assert "What its pages do not show" in page
    assert "save the deck as a PDF and send the PDF" in page


def test_text_is_kept_as_people_type_it():
    assert tidy("ﭘﺎﻧﯽ\x00 ﬁne\u202e\r\n\n") == "پانی fine"
    assert "\u200c" in tidy("می\u200cخواہم")
    assert len(tidy("a" * 50_000)) == 20_000


def test_the_first_page_comes_alone():
    verdict = check_file("pdf", pdf(20))
    drawn = draw_pages("pdf", verdict.content, first=1, most=drawing.FIRST)
    assert (drawn.total, len(drawn.pages)) == (20, 1)


@pytest.mark.vendor("postgresql")  # the other database is a file of this process
def test_nothing_is_half_written_when_the_store_takes_nothing(startup, ayesha, as_user):
    send(as_user(ayesha), pdf(2), "deck.pdf")
    check_all()
    assert drawing.draw_next(at=timezone.now())  # the first page
    with room_for(8_000):
        assert drawing.draw_next(at=timezone.now())
    version = DeckVersion.objects.get()
    assert (version.state, version.pages.count()) == ("drawing", 1)
    assert version.leased_until > timezone.now()  # it is asked for again after a pause
    DeckVersion.objects.update(leased_until=None)
    draw_all()
    version.refresh_from_db()
    assert version.state == "ready"
    assert sorted(DeckPage.objects.values_list("number", flat=True)) == [1, 2]
    assert all(default_storage.size(page.image.content.name) for page in DeckPage.objects.all())


class FullStore(FileSystemStorage):
    def _save(self, name, content):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_for_an_hour_costs_a_deck_no_attempt(startup, ayesha, as_user, settings):
    send(as_user(ayesha), pdf(2), "deck.pdf")
    check_all()
    stores = settings.STORAGES
    settings.STORAGES = {**stores, "default": {"BACKEND": f"{__name__}.FullStore"}}
    for _hour in range(drawing.MOST_ATTEMPTS + 1):
        assert drawing.draw_next(at=timezone.now())
        DeckVersion.objects.update(leased_until=None)
    settings.STORAGES = stores
    draw_all()
    assert (DeckVersion.objects.get().state, DeckPage.objects.count()) == ("ready", 2)


def test_a_deck_of_30_megabytes_costs_the_web_process_little(startup, founder):
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w") as archive:
        archive.writestr("a", b"\0" * 29 * 1024 * 1024)
    content = b"%PDF-1.7\n" + zeros.getvalue()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = send(founder, content, "deck.pdf")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert answer.status_code == 302
    # The client of the test makes a copy or two of what it sends; they count here.
    assert (after - before) / 1024 <= 100 + 3 * 30
    assert send(founder, content, "deck.pdf").status_code == 422  # the last one still waits
