"""Pictures of companies, for tests."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from profiles.choices import FileKind, FileState, PictureKind, PictureState
from profiles.models import CheckedFile, Picture
from profiles.models.file import checked_path
from profiles.pictures import services
from tests.factories import MOMENT


def webp(size=(200, 100)):
    """A picture as our checker writes it."""
    drawn = io.BytesIO()
    Image.new("RGB", size, "#2b8f74").save(drawn, "WEBP")
    return drawn.getvalue()


def make_picture(company, by, *, kind=PictureKind.LOGO, state=PictureState.SHOWN, **fields):
    """Return a picture that has passed its check and stands in this state."""
    file = CheckedFile.objects.create(
        **{str(company.side): company},
        state=FileState.READY,
        kind=FileKind.PNG,
        name=f"{kind}.webp",
        size=9,
        content=default_storage.save(checked_path(None, ""), ContentFile(webp())),
        by=by,
        at=MOMENT,
        checked_at=MOMENT,
    )
    person = {"person": by} if kind == PictureKind.PERSON else {}
    picture = company.pictures.create(kind=kind, file=file, by=by, at=MOMENT, **person, **fields)
    services.keep(picture, file, webp(), at=MOMENT)
    Picture.objects.filter(pk=picture.pk).update(state=state)
    picture.refresh_from_db()
    if kind == PictureKind.LOGO and state == PictureState.SHOWN:
        type(company).objects.filter(pk=company.pk).update(logo=picture.key)
        company.logo = picture.key
    return picture
