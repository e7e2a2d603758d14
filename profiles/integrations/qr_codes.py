"""QR codes as drawings."""

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_svg(text: str) -> str:
    drawn: bytes = qrcode.make(text, image_factory=SvgPathFillImage, border=2).to_string()
    return drawn.decode()
