"""Pictures, who may see them, and the placeholder."""

import re
from contextlib import suppress
from dataclasses import dataclass
from zlib import crc32

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.access import Viewer, see
from profiles.catalogue.visibility.visible_profile import VisibleProfile
from profiles.choices import PictureKind, PictureState
from profiles.models import Investor, Picture, Startup, User
from profiles.validators import LEGAL_WORDS, bare, is_han

# The field of the catalogue that says who may see pictures of a kind.
FIELDS = {PictureKind.LOGO: "logo", PictureKind.PERSON: "photos", PictureKind.PRODUCT: "products"}
SMALL, LARGE = "small", "large"
TINTS = 8  # colours of tiles, in static/corridor/match.css
# What someone agrees to who shows a picture of themselves. Another text gets another version.
CONSENT_VERSION = "2026-11"
CONSENT = _(
    "This is a picture of me. I agree that companies with which we are both interested see it, also in "
    "another country, until I remove it."
)


@dataclass(frozen=True)
class Face:
    """The image beside a company's name: the logo over a tile with initials.

    `key` and `initials` are empty if hidden. `tint` is constant for a company.
    """

    key: str
    initials: str
    tint: int
    logo_of: str = ""  # whose logo it is, in words


def face_of(seen: VisibleProfile) -> Face:
    title = str(seen.title)
    initials = "" if seen.hides("name") else initials_of(title)
    return Face(seen.logo or "", initials, tint_of(seen.public_id), title)


def own_face(company: Startup | Investor) -> Face:
    return Face(company.logo, initials_of(company.name), tint_of(company.public_id), company.name)


def tint_of(public_id: str) -> int:
    return crc32(public_id.encode()) % TINTS


def initials_of(name: str) -> str:
    """Return one or two letters for a name; of a Chinese name the first two characters."""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    words = [word for word in words if bare(word) not in LEGAL_WORDS] or words
    if not words:
        return ""
    if is_han(words[0][0]):
        return words[0][:2]
    if not words[0][0].isascii() and words[0][0].upper() == words[0][0].lower():  # Urdu: letters join
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def pictures_of(company: Startup | Investor) -> QuerySet[Picture]:
    """Return everything that a company has sent, for its own people and for curators, the oldest first."""
    return company.pictures.select_related("file", "small", "person")


def waiting() -> QuerySet[Picture]:
    rows = Picture.objects.filter(state=PictureState.WAITING)
    return rows.select_related("file", "startup", "investor", "person")


def all_pictures() -> QuerySet[Picture]:
    return Picture.objects.select_related("startup", "investor", "person")


def found_picture(key: str) -> Picture | None:
    rows = Picture.objects.exclude(small=None).select_related("file", "small", "startup", "investor")
    return rows.filter(key=key).first()


def logo_bytes(face: Face) -> bytes:
    picture = found_picture(face.key) if face.key else None
    if picture is None:
        return b""
    with suppress(FileNotFoundError), picture.file.content.open("rb") as stored:  # it may be lost
        return bytes(stored.read())
    return b""


def may_see(viewer: Viewer, company: Startup | Investor, picture: Picture) -> bool:
    if picture.state != PictureState.SHOWN:
        return False
    return FIELDS[PictureKind(picture.kind)] not in see(company, viewer).hidden


def own_photo(company: Startup | Investor, user: User) -> QuerySet[Picture]:
    return company.pictures.filter(kind=PictureKind.PERSON, person=user)


APPROVED_PICTURES = Prefetch("pictures", Picture.objects.filter(state=PictureState.SHOWN))
