"""Calendar entries as RFC 5545 writes them, for the mail programs and calendars of both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

AROUND = timedelta(days=370)  # what the zone's rules in the file cover, before and after


class Method(StrEnum):
    REQUEST = "REQUEST"  # by mail: enters it, or replaces an earlier version
    CANCEL = "CANCEL"  # by mail: takes it out
    PUBLISH = "PUBLISH"  # a file to open


@dataclass(frozen=True)
class Appointment:
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    summary: str
    place: str
    link: str
    organizer: str
    attendee: str
    written_at: datetime


def calendar_text(appointment: Appointment, *, method: Method) -> str:
    """Return the entry as a calendar file, its times in the zone of its reader."""
    calendar = Calendar()
    calendar.add("prodid", "-//Corridor//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", str(method))
    calendar.add_component(_event(appointment, method))
    day = appointment.starts_at.date()
    calendar.add_missing_timezones(day - AROUND, day + AROUND)
    text: str = calendar.to_ical().decode()
    return text


def agenda_text(appointments: Sequence[Appointment]) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Corridor//Programmes//EN")
    calendar.add("version", "2.0")
    calendar.add("method", str(Method.PUBLISH))
    for appointment in appointments:
        calendar.add_component(_event(appointment, Method.PUBLISH))
    if appointments:
        days = [appointment.starts_at.date() for appointment in appointments]
        calendar.add_missing_timezones(min(days) - AROUND, max(days) + AROUND)
    text: str = calendar.to_ical().decode()
    return text


def _event(appointment: Appointment, method: Method) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.written_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(appointment.zone))
    event.add("dtend", appointment.ends_at.astimezone(appointment.zone))
    event.add("summary", appointment.summary)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{appointment.organizer}"))
    if appointment.place:
        event.add("location", appointment.place)
    if appointment.link:
        event.add("url", appointment.link)
    if method is not Method.PUBLISH:
        attendee = vCalAddress(f"mailto:{appointment.attendee}")
        attendee.params["PARTSTAT"], attendee.params["RSVP"] = vText("ACCEPTED"), vText("FALSE")
        event.add("attendee", attendee)
    return event
