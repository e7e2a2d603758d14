"""Pictures of companies, for tests."""

import io

from PIL import Image

from profiles.choices import PictureKind, PictureState
from profiles.companies.pictures import services
from profiles.models import Picture
from tests.factories import MOMENT


def webp(size=(200, 100)):
    """A picture as our checker writes it."""
    drawn = io.BytesIO()
    Image.new("RGB", size, "#2b8f74").save(drawn, "WEBP")
    return drawn.getvalue()


def make_picture(company, by, *, kind=PictureKind.LOGO, state=PictureState.SHOWN, text=""):
    """Return a picture that has passed its check and stands in this state."""
    picture = services.add_drawn(company, webp(), kind=kind, text=text, by=by, at=MOMENT)
    Picture.objects.filter(pk=picture.pk).update(state=state)
    picture.refresh_from_db()
    if kind == PictureKind.LOGO and state == PictureState.SHOWN:
        type(company).objects.filter(pk=company.pk).update(logo=picture.key)
        company.logo = picture.key
    return picture
