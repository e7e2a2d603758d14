"""Decks of the demonstration's startups, drawn here. Every page says on itself that it is none."""

import io
import textwrap
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, override
from PIL import Image, ImageDraw

from matchmaker.deals.decks.marks import font_for
from matchmaker.deals.decks.services import drawing, reading, sharing
from matchmaker.lab.demo.companies import Row, demo_company, speaker_of
from matchmaker.lab.demo.part import Part
from matchmaker.models.deck import Deck
from profiles.integrations.file_checking import DrawnPage
from profiles.models import Startup

SIZE = (1600, 900)
PAPER, INK, ACCENT, QUIET = "#ffffff", "#161e2e", "#17654f", "#5f697c"
LINE, WIDE_LINE = 46, 24  # letters of a line; of a script with wide ones


def show(row: Row, at: datetime, now: datetime) -> None:
    startup = demo_company("startup", row["startup"])
    if row["act"] == "deck":
        by = speaker_of(startup, at=at)
        drawing.add_drawn(startup, list(pages_of(startup, row["language"])), by=by, at=at)
        return
    investor = demo_company("investor", row["investor"])
    if row["act"] == "allow":
        decided: dict[str, Any] = {"until": at + timedelta(days=sharing.DAYS), "is_closed": False}
        sharing.decide(startup, investor, **decided, by=speaker_of(startup, at=at), at=at)
        return
    version = Deck.objects.get(startup=startup).current
    for number, seconds in enumerate(row["pages"].split(";")):
        if version:
            reader = speaker_of(investor, at=at)
            reading.open_page(version, startup, investor, number, by=reader, at=at)
        at += timedelta(seconds=int(seconds or 0))


def pages_of(startup: Startup, language: str) -> list[DrawnPage]:
    with override(language):
        facts = {
            gettext("Pitch deck"): startup.name,
            gettext("Pitch"): getattr(startup, f"pitch_{language}") or startup.pitch,
            gettext("Summary"): getattr(startup, f"summary_{language}"),
            gettext("Needs"): "\n".join(str(need.type.name) for need in startup.needs.select_related("type")),
        }
        warning = gettext("Demonstration: this is not a real document.")
        return [page(title, text, warning) for title, text in facts.items()]


def page(title: str, text: str, warning: str) -> DrawnPage:
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    is_urdu = any("\u0600" <= letter <= "\u06ff" for letter in title)
    side, anchor, align = (1500, "ra", "right") if is_urdu else (100, "la", "left")
    pen.rectangle((0, 0, SIZE[0], 20), fill=ACCENT)
    big, body = (
        font_for(words).font_variant(size=size) for words, size in ((title, 64), (text or title, 44))
    )
    pen.text((side, 90), title, font=big, fill=ACCENT, anchor=anchor)
    width = WIDE_LINE if any(letter >= "\u2e80" for letter in text) else LINE
    lines = [line for part in text.split("\n") for line in textwrap.wrap(part, width)]
    pen.multiline_text(
        (side, 280), "\n".join(lines[:6]), font=body, fill=INK, anchor=anchor, align=align, spacing=24
    )
    pen.text((side, 800), warning, font=font_for(warning), fill=QUIET, anchor=anchor)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return DrawnPage(written.getvalue(), *SIZE, "\n".join((title, text, warning)), [])


PART = Part("demo_decks", Deck.objects.filter(startup__is_demo=True), show, 35)
