"""The pages of a deck as pictures, and the text of each for those who cannot see them."""

import io
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from profiles.integrations.file_checker.budget import Refused, refuse_if
from profiles.integrations.file_checker.page_text import text_of

MOST_PAGES = 60
EDGE = 1600  # pixels of the longer side
MOST_LETTERS = 20_000  # of the text of a page
MOST_RATIO = 20  # of the longer side of a page to the shorter one
QUALITY = 82
POINTS, EMU = 72, 914_400  # an inch
JOINERS = "\u200c\u200d"  # between Arabic letters
FONTS = Path(__file__).resolve().parents[3] / "matchmaker" / "integrations" / "fonts"
Described = tuple[bytes, int, int, str, list[str]]


def pages(content: bytes, kind: str, first: int, most: int) -> bytes:
    """Return a line that describes the pages, and their pictures one after the other."""
    total, drawn = (presentation if kind == "pptx" else document)(content, first, most)
    found = list(drawn)
    head = json.dumps([total, [(len(image), *rest) for image, *rest in found]])
    return head.encode() + b"\n" + b"".join(image for image, *_rest in found)


def document(content: bytes, first: int, most: int) -> tuple[int, Iterator[Described]]:
    import pikepdf
    import pypdfium2

    # PDFium believes what a document says of its number of pages.
    with pikepdf.open(io.BytesIO(content)) as counted:
        total = len(counted.pages)
    refuse_if(total > MOST_PAGES, "long")
    opened = pypdfium2.PdfDocument(content)
    refuse_if(len(opened) != total, "damaged")

    def drawn() -> Iterator[Described]:
        for number in range(first - 1, min(total, first - 1 + most)):
            page = opened[number]
            size = width, height = page.get_size()
            refuse_if(not 0 < max(size) <= MOST_RATIO * min(size), "damaged")
            image = page.render(scale=EDGE / max(width, height)).to_pil()
            yield (*jpeg(image), tidy(text_of(page)), [])
            page.close()

    return total, drawn()


def presentation(content: bytes, first: int, most: int) -> tuple[int, Iterator[Described]]:
    import rpptx

    try:
        opened = rpptx.Presentation.from_bytes(content)
        width, height = int(opened.slide_width or 0), int(opened.slide_height or 0)
    except rpptx.RpptxError as error:
        raise Refused("undrawn") from error
    slides = list(opened.slides)
    refuse_if(len(slides) > MOST_PAGES, "long")
    refuse_if(not slides or not width or not height, "undrawn")
    refuse_if(max(width, height) > MOST_RATIO * min(width, height), "damaged")
    dots = EDGE / (max(width, height) / EMU)
    fonts = [(file.stem, file.read_bytes()) for file in sorted(FONTS.glob("*.ttf"))]

    def drawn() -> Iterator[Described]:
        for number, slide in list(enumerate(slides))[first - 1 : first - 1 + most]:
            png, missing = opened.render_slide_to_png_with_diagnostics(number, dots, fonts=fonts)
            refuse_if(not png, "undrawn")
            image = Image.open(io.BytesIO(png or b""), formats=["PNG"])
            yield (*jpeg(image), tidy("\n".join(texts_of(slide.shapes))), list(missing)[:20])

    return len(slides), drawn()


def texts_of(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield " · ".join(cell.text for cell in row.cells)
        elif getattr(shape, "has_text_frame", False):
            yield shape.text_frame.text
        elif inner := getattr(shape, "shapes", None):  # a group
            yield from texts_of(inner)


def jpeg(image: Image.Image) -> tuple[bytes, int, int]:
    written = io.BytesIO()
    image.convert("RGB").save(written, "JPEG", quality=QUALITY)
    return written.getvalue(), image.width, image.height


def tidy(text: str) -> str:
    """Return the text in letters that people type, without signs that show nothing."""
    lines = unicodedata.normalize("NFKC", text).replace("\r", "\n").split("\n")
    shown_lines = []
    for line in lines:
        shown_line = "".join(filter(is_shown, line)).strip()
        if shown_line:
            shown_lines.append(shown_line)
    return "\n".join(shown_lines)[:MOST_LETTERS]


def is_shown(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter)[0] != "C"
