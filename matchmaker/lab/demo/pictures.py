"""The demonstration's logos and pictures: drawn here, of no one's brand and of no person."""

import io
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from PIL import Image, ImageDraw, ImageFont

from matchmaker.integrations.typesetting import FONTS
from matchmaker.lab.demo.companies import Row, demo_company, speaker_of
from matchmaker.lab.demo.part import Part
from profiles.choices import PictureKind
from profiles.companies.pictures import services
from profiles.companies.pictures.selectors import initials_of, tint_of
from profiles.models import Picture, User

SIDE = 512
PAPER, SOIL, LEAF = "#ffffff", "#7d5a34", "#2b8f74"
COLOURS = ("#17654f", "#3c62c4", "#d98a1c", "#a92f6b", "#5b55b5", "#b4531d", "#0f7a8c", "#4d5360")


def show_picture(row: Row, at: datetime, now: datetime) -> None:
    company, kind = demo_company(row["side"], row["slug"]), PictureKind(row["kind"])
    content = drawn(kind, row["text"] or company.public_id)
    by = speaker_of(company, at=at)
    picture = services.add_drawn(company, content, kind=kind, text=row["text"], by=by, at=at)
    if row["state"] == "shown":
        curator = User.objects.get(email=settings.DEMO_ACCOUNTS["curator"])
        services.approve(picture, by=curator, at=at)


def drawn(kind: PictureKind, told: str) -> bytes:
    size = (SIDE * 2, SIDE) if kind == PictureKind.PRODUCT else (SIDE, SIDE)
    image = Image.new("RGB", size, PAPER)  # drawn large, so that edges are smooth once it is smaller
    paint = {PictureKind.LOGO: _logo, PictureKind.PERSON: _initials, PictureKind.PRODUCT: _field}[kind]
    paint(ImageDraw.Draw(image), told)
    content = io.BytesIO()
    image = image.reduce(2)
    image.save(content, "WEBP", quality=90, method=0)
    return content.getvalue()


def _logo(pen: ImageDraw.ImageDraw, told: str) -> None:
    first, second = COLOURS[tint_of(told)], COLOURS[tint_of(told[::-1]) - 3]
    sign = tint_of(f"sign {told}") % 5
    if sign == 0:
        pen.ellipse((80, 80, 432, 432), outline=first, width=72)
        pen.ellipse((208, 208, 304, 304), fill=second)
    elif sign == 1:
        for at, height in enumerate((160, 260, 360)):
            pen.rounded_rectangle(
                (88 + 120 * at, 436 - height, 184 + 120 * at, 436), 28, fill=(first, second)[at % 2]
            )
    elif sign == 2:
        pen.polygon([(256, 72), (444, 416), (68, 416)], fill=first)
        pen.polygon([(256, 236), (352, 416), (160, 416)], fill=second)
    elif sign == 3:
        pen.pieslice((72, 72, 440, 440), 90, 270, fill=first)
        pen.pieslice((72, 72, 440, 440), 270, 90, fill=second)
    else:
        pen.rounded_rectangle((80, 80, 300, 300), 52, fill=first)
        pen.rounded_rectangle((212, 212, 432, 432), 52, fill=second)


def _initials(pen: ImageDraw.ImageDraw, told: str) -> None:
    pen.rectangle((0, 0, SIDE, SIDE), fill=COLOURS[tint_of(told)])
    font = ImageFont.truetype(str(next(Path(FONTS).glob("Public*"))), 208)
    pen.text((SIDE / 2, SIDE / 2), initials_of(told), font=font, fill=PAPER, anchor="mm")


def _field(pen: ImageDraw.ImageDraw, told: str) -> None:
    pen.rectangle((0, 0, 2 * SIDE, 220), fill="#d9e7f5")
    pen.rectangle((0, 220, 2 * SIDE, SIDE), fill=SOIL)
    for at in range(-4, 12):
        pen.line((512, 220, at * 140, SIDE), fill=LEAF, width=20)
    pen.rounded_rectangle((452, 120, 572, 340), 24, fill=COLOURS[tint_of(told)])
    pen.ellipse((488, 148, 536, 196), fill=PAPER)


PART = Part(
    "demo_pictures",
    Picture.objects.filter(Q(startup__is_demo=True) | Q(investor__is_demo=True)),
    show_picture,
    20,
)
