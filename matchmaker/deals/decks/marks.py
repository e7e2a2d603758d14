"""Pages that carry the name of their reader and the day, drawn when they are handed out."""

import io
from collections.abc import Iterable
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

from matchmaker.integrations.typesetting import FONTS

SIZE = 30  # of the letters, of 1600 pixels
STEP_X, STEP_Y = 620, 260
ANGLE = 24
QUALITY = 80
GREY = (90, 90, 90, 62)  # seen on white and on dark pages, and read through
EDGE = (255, 255, 255, 62)


@cache
def font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), SIZE, layout_engine=ImageFont.Layout.RAQM)


def font_for(text: str) -> ImageFont.FreeTypeFont:
    """Return the font that has the letters of a name; each has Latin letters too."""
    if any("\u0600" <= letter <= "\u06ff" for letter in text):
        return font("NotoNastaliqUrdu-Regular.ttf")
    if any(letter >= "\u2e80" for letter in text):
        return font("NotoSansSC-Regular.ttf")
    return font("PublicSans-Regular.ttf")


@lru_cache(maxsize=1)  # all pages of a deck carry the same one; the largest takes 22 MB
def stamp(reader: str, day: str) -> Image.Image:
    """Return the mark, turned."""
    lines = [(reader, font_for(reader)), (day, font("PublicSans-Regular.ttf"))]
    width = max(int(used.getlength(line)) for line, used in lines) + 20
    drawn = Image.new("RGBA", (width, SIZE * 5), (0, 0, 0, 0))
    pen, y = ImageDraw.Draw(drawn), 0
    for line, used in lines:
        pen.text((10, y), line, font=used, fill=GREY, stroke_width=1, stroke_fill=EDGE)
        y += SIZE * 2
    return drawn.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


def marked(jpeg: bytes, *, reader: str, day: str) -> bytes:
    """Return a page that we have drawn with the mark all over it."""
    page = Image.open(io.BytesIO(jpeg), formats=["JPEG"]).convert("RGB")
    mark = stamp(reader, day)
    for row, y in enumerate(range(-40, page.height, max(STEP_Y, mark.height))):
        start = -(row % 2) * STEP_X // 2
        for x in range(start, page.width, max(STEP_X, mark.width)):
            page.paste(mark, (x, y), mark)
    written = io.BytesIO()
    page.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def bound(pages: Iterable[tuple[bytes, int, int]]) -> bytes:
    """Return a PDF of pictures alone: there is no text or layer under a mark."""
    import pikepdf  # which only processes load that draw or hand out a deck

    made = pikepdf.new()
    for jpeg, width, height in pages:
        image = pikepdf.Stream(made, jpeg)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = width, height, 8
        image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        made.add_blank_page(page_size=(width / 2, height / 2))
        page = made.pages[-1]
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.obj.Contents = pikepdf.Stream(made, f"q {width / 2} 0 0 {height / 2} 0 0 cm /Im0 Do Q".encode())
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()
