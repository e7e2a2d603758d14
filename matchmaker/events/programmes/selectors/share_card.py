"""The picture of a programme that chats show beside its link, with a QR code that leads to its page."""

from base64 import b64encode
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.events.programmes.selectors.programmes import address_of, organiser_of, where_of
from matchmaker.integrations.typesetting import TEMPLATES
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import ProgrammeState
from profiles.integrations.qr_codes import qr_svg
from profiles.people.accounts.time_zones import with_zone

TEMPLATE = TEMPLATES / "events" / "programmes" / "card.typ"


def qr_picture(address: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(address).encode()).decode()}"


def card_of(programme: Programme) -> dict[str, Any]:
    lines = [where_of(programme)]
    if programme.starts_at and programme.ends_at:
        days = [date_format(localtime(moment)) for moment in (programme.starts_at, programme.ends_at)]
        lines.append(" – ".join(dict.fromkeys(days)))
    if programme.apply_by and programme.state == ProgrammeState.OPEN:
        when = date_format(localtime(programme.apply_by), "DATETIME_FORMAT")
        lines.append(_("Applications close: %(when)s") % {"when": with_zone(when, programme.zone)})
    address = address_of("programme", programme.public_id)
    return {
        "language": (get_language() or "en")[:2],
        "kind": str(programme.get_kind_display()),
        "title": programme.title,
        "organiser": organiser_of(programme),
        "lines": [line for line in lines if line],
        "site": str(settings.SITE_URL).partition("://")[2].rstrip("/"),
        "qr": qr_svg(address),
    }
