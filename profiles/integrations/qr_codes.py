"""QR codes as drawings."""

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_svg(text: str) -> str:
    """Return a QR code as SVG, dark on white: squares, and nothing that anybody typed."""
    drawn: bytes = qrcode.make(text, image_factory=SvgPathFillImage, border=2).to_string()
    return drawn.decode()
