"""The demonstration's logos and pictures: drawn here, of nobody's brand and of no person."""

import io
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from PIL import Image, ImageDraw, ImageFont

from matchmaker.integrations.typesetting import FONTS
from profiles.choices import PictureKind
from profiles.imports.demo.records import Row, demo_company, speaker_of
from profiles.models import Picture, User
from profiles.pictures import services
from profiles.pictures.selectors import initials_of, tint_of

MADE = Picture.objects.filter(Q(startup__is_demo=True) | Q(investor__is_demo=True))
SIDE = 256
PAPER, SOIL, LEAF = "#ffffff", "#7d5a34", "#2b8f74"
COLOURS = ("#17654f", "#3c62c4", "#d98a1c", "#a92f6b", "#5b55b5", "#b4531d", "#0f7a8c", "#4d5360")


def act(row: Row, at: datetime, now: datetime) -> None:
    """A company shows a picture, which a curator approves, or has yet to."""
    company, kind = demo_company(row["side"], row["slug"]), PictureKind(row["kind"])
    content = drawn(kind, row["text"] or company.public_id)
    by = speaker_of(company, at=at)
    picture = services.add_drawn(company, content, kind=kind, text=row["text"], by=by, at=at)
    if row["state"] == "shown":
        curator = User.objects.get(email=settings.DEMO_ACCOUNTS["curator"])
        services.approve(picture, by=curator, at=at)


def drawn(kind: PictureKind, told: str) -> bytes:
    """Return a picture as WebP, always the same for the same words."""
    size = (SIDE * 2, SIDE) if kind == PictureKind.PRODUCT else (SIDE, SIDE)
    image = Image.new("RGB", size, PAPER)
    paint = {PictureKind.LOGO: _logo, PictureKind.PERSON: _initials, PictureKind.PRODUCT: _field}[kind]
    paint(ImageDraw.Draw(image), told)
    content = io.BytesIO()
    image.save(content, "WEBP", quality=90, method=0)
    return content.getvalue()


def _logo(pen: ImageDraw.ImageDraw, told: str) -> None:
    """Draw one of five signs in two of eight colours."""
    first, second = COLOURS[tint_of(told)], COLOURS[tint_of(told[::-1]) - 3]
    sign = tint_of(f"sign {told}") % 5
    if sign == 0:
        pen.ellipse((40, 40, 216, 216), outline=first, width=36)
        pen.ellipse((104, 104, 152, 152), fill=second)
    elif sign == 1:
        for at, height in enumerate((80, 130, 180)):
            pen.rounded_rectangle(
                (44 + 60 * at, 218 - height, 92 + 60 * at, 218), 14, fill=(first, second)[at % 2]
            )
    elif sign == 2:
        pen.polygon([(128, 36), (222, 208), (34, 208)], fill=first)
        pen.polygon([(128, 118), (176, 208), (80, 208)], fill=second)
    elif sign == 3:
        pen.pieslice((36, 36, 220, 220), 90, 270, fill=first)
        pen.pieslice((36, 36, 220, 220), 270, 90, fill=second)
    else:
        pen.rounded_rectangle((40, 40, 150, 150), 26, fill=first)
        pen.rounded_rectangle((106, 106, 216, 216), 26, fill=second)


def _initials(pen: ImageDraw.ImageDraw, told: str) -> None:
    """Draw the initials of a person: the demonstration shows no faces."""
    pen.rectangle((0, 0, SIDE, SIDE), fill=COLOURS[tint_of(told)])
    font = ImageFont.truetype(str(next(Path(FONTS).glob("Public*"))), 104)
    pen.text((SIDE / 2, SIDE / 2), initials_of(told), font=font, fill=PAPER, anchor="mm")


def _field(pen: ImageDraw.ImageDraw, told: str) -> None:
    """Draw rows of a field under the sky, with something that stands in it."""
    pen.rectangle((0, 0, 2 * SIDE, 110), fill="#d9e7f5")
    pen.rectangle((0, 110, 2 * SIDE, SIDE), fill=SOIL)
    for at in range(-4, 12):
        pen.line((256, 110, at * 70, SIDE), fill=LEAF, width=10)
    pen.rounded_rectangle((226, 60, 286, 170), 12, fill=COLOURS[tint_of(told)])
    pen.ellipse((244, 74, 268, 98), fill=PAPER)
