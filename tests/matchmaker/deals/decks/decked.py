"""Decks for tests: PDFs with words on their pages, and decks whose pages are drawn."""

import io

import pikepdf
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from matchmaker.deals.decks.services import drawing
from matchmaker.models.deck import Deck, DeckAccess
from profiles.catalogue.consents import services as consents
from profiles.choices import FileKind, Purpose
from profiles.platform.files import services as files


def pdf(pages=2, *, text="Smart irrigation", size=(960, 540), change=None):
    """Return a PDF whose pages say which they are."""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(1, pages + 1):
        made.add_blank_page(page_size=size)
        page = made.pages[-1]
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        words = f"BT /F1 40 Tf 60 {size[1] // 2} Td ({text}, page {number}) Tj ET"
        page.obj.Contents = made.make_stream(words.encode())
    if change:
        change(made)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def jpeg(size=(160, 90)):
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, "JPEG")
    return drawn.getvalue()


def draw_all():
    """Draw every page that is due, and do what follows when that is stored."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        while drawing.draw_next(at=timezone.now()):
            pass


def agree_to_all(startup, by):
    for purpose in Purpose:
        consents.give(startup, purpose=purpose, by=by, at=timezone.now())


def make_deck(startup, by, *, pages=2, text="Smart irrigation", **fields):
    """Return a deck whose pages are ready, of a startup that agrees to show it also abroad."""
    at = timezone.now()
    agree_to_all(startup, by)
    deck, _made = Deck.objects.get_or_create(startup=startup, defaults={"at": at, **fields})
    number = deck.versions.count() + 1
    values = {"state": "ready", "page_count": pages, "by": by, "at": at, "ready_at": at}
    version = deck.versions.create(number=number, **values)
    for page in range(1, pages + 1):
        image = files.keep(startup, jpeg(), kind=FileKind.JPEG, name=f"{page}.jpg", by=by, at=at)
        version.pages.create(number=page, text=f"{text}, page {page}", image=image, width=160, height=90)
    deck.current = version
    deck.save()
    return deck


def let_in(startup, investor, *, until):
    """Let an investor read the deck of a startup until a moment."""
    now = timezone.now()
    values = {"asked_at": now, "decided_at": now, "until": until}
    return DeckAccess.objects.update_or_create(startup=startup, investor=investor, defaults=values)[0]


def send(client, content, name="deck.pdf"):
    return client.post(reverse("deck"), {"file": SimpleUploadedFile(name, content)})


def text_of(client, path):
    answer = client.get(path)
    return " ".join(answer.content.decode().split()) if answer.status_code == 200 else answer.status_code


def cover(startup):
    return reverse("deck_read", args=[startup.public_id])


def page_of(startup, page=1, number=1):
    return reverse("deck_page", args=[startup.public_id, number, page])


def image_of(startup, page=1, number=1):
    return reverse("deck_image", args=[startup.public_id, number, page])


def show_to(startup, audience):
    startup.visibility = {**startup.visibility, "deck": audience}
    startup.save(update_fields=["visibility"])


def begin(client, startup):
    """Read the first page, as someone who is allowed to."""
    assert client.post(cover(startup)).status_code == 302
    assert client.get(page_of(startup)).status_code == 200


def kept():
    """Names of all files on the disk."""
    return set(default_storage.listdir("files")[1]) if default_storage.exists("files") else set()
