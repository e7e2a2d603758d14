"""A meeting as an entry of one person's calendar: in their language and time zone, with the other's name."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.integrations.calendar_files import Appointment, Method, calendar_text
from matchmaker.models import Meeting
from profiles.accounts.time_zones import zone_label, zone_of
from profiles.models import User


def calendar_entry(
    meeting: Meeting, side: Side, user: User, *, method: Method, at: datetime, is_alone: bool = False
) -> str:
    """Return the calendar file of an agreed meeting for a person of `side`.

    It names the other company, which is open to both at this point: a calendar that does not say with whom is
    of no use. What leads to the call stands in it while the meeting stands. `is_alone`: the other company is
    being deleted, and nothing may name it or lead to it any more.
    """
    assert meeting.starts_at  # noqa: S101  constraint meeting_decided
    assert meeting.ends_at  # noqa: S101
    own, theirs = meeting.introduction.company_on(side), meeting.introduction.company_on(side.other)
    with override(user.language):
        told = _("Cancelled: meeting of %(own)s") if is_alone else _("Meeting: %(own)s and %(theirs)s")
        summary = told % {"own": own.name, "theirs": theirs.name}
    site = str(settings.SITE_URL).rstrip("/")
    return calendar_text(
        Appointment(
            uid=f"{meeting.key}@{urlsplit(site).hostname or 'localhost'}",
            sequence=meeting.sequence,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            zone=zone_of(user, own),
            summary=summary,
            place=meeting.call_address,
            link=site
            + (reverse("introductions") if is_alone else reverse("meeting", args=[theirs.public_id])),
            organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            attendee=user.email,
            written_at=at,
        ),
        method=method,
    )


def moment_for(meeting: Meeting, side: Side, user: User) -> str:
    """Return when an agreed meeting begins on its reader's clock, in the active language."""
    if meeting.starts_at is None:
        return ""
    zone = zone_of(user, meeting.introduction.company_on(side))
    moment = date_format(timezone.localtime(meeting.starts_at, zone), _("l j F Y, H:i"))
    return f"{moment} ({zone_label(zone)})"
