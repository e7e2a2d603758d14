"""Pictures are drawn again."""

import io

from PIL import Image, ImageOps

from profiles.integrations.file_checker.budget import budget, refuse_if

MOST_PIXELS = 50_000_000
SIDE = 4096  # pixels that a picture keeps


def picture(content: bytes, form: str, longest_edge: int = 0) -> bytes:
    """Return the picture drawn again: its dots and nothing else that was in the file."""
    Image.MAX_IMAGE_PIXELS = None  # counted here
    opened = Image.open(io.BytesIO(content), formats=[form])
    refuse_if(opened.width * opened.height > MOST_PIXELS, "large")
    side = longest_edge or SIDE
    opened.draft("RGB", (side, side))  # a large photograph is read smaller at once
    budget.spend(opened.width * opened.height * len(opened.getbands()))
    opened.load()
    image: Image.Image = ImageOps.exif_transpose(opened)
    image.thumbnail((side, side))
    has_alpha = form == "PNG" and (image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info)
    is_grey = image.mode in ("1", "L")
    if has_alpha:
        image = image.convert("RGBA")
    elif is_grey:
        image = image.convert("L")
    else:
        image = image.convert("RGB")
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    written = "WEBP" if longest_edge else form
    drawn = io.BytesIO()
    clean.save(drawn, written, **({} if written == "PNG" else {"quality": 88}))
    return drawn.getvalue()
