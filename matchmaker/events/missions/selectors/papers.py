"""Schedules to print and for calendars, badges of people, and a sign for each table."""

import re
from collections.abc import Iterable, Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.selectors.missions import grid, present_delegations, words_of
from matchmaker.events.programmes.selectors.programmes import address_of
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.integrations.calendar_files import Appointment, agenda_text
from matchmaker.integrations.typesetting import TEMPLATES
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionTable
from matchmaker.models.missions.mission import COMPANIES, COMPANIES_OF_BOTH
from matchmaker.models.missions.plan import OCCUPIES
from profiles.catalogue.visibility.visible_profile import joined
from profiles.integrations.qr_codes import qr_svg
from profiles.models import User
from profiles.people.accounts.time_zones import zone_label

TEMPLATE = TEMPLATES / "events" / "missions" / "papers.typ"
BADGES = TEMPLATES / "events" / "missions" / "badges.typ"
SEPARATORS = re.compile(r"[,;،؛、，；\n]")  # between the names of people
PAGES = 60  # of one file: two seconds of a processor in Urdu, half a second in English


def meetings_in(mission: Mission, of: Q | None = None) -> list[MissionMeeting]:
    rows = mission.meetings.filter(of or Q(), state__in=OCCUPIES, slot__isnull=False)
    related = ("slot", "table", "interpreter", *COMPANIES_OF_BOTH)
    return list(rows.select_related(*related).order_by("slot__starts_at", "pk"))


def parts_of(count: int, size: int = PAGES) -> list[int]:
    return list(range(1, -(-count // size) + 1))


def schedules(mission: Mission, delegations: Sequence[Delegation], *, by: User) -> dict[str, Any]:
    """Return the data of templates/events/missions/papers.typ: a page for each delegation. One query.

    Its codes hold the secret addresses of the person who prints it.
    """
    keys = {delegation.pk for delegation in delegations}
    meetings: dict[int, list[MissionMeeting]] = {}
    for meeting in meetings_in(mission, Q(startup__in=keys) | Q(investor__in=keys)):
        for key in {meeting.startup_id, meeting.investor_id} & keys:
            meetings.setdefault(key, []).append(meeting)
    return _sheet(
        mission,
        [
            _page_of(delegation, meetings.get(delegation.pk, []), secret_of(delegation, by))
            for delegation in delegations
        ],
    )


def _page_of(delegation: Delegation, meetings: Iterable[MissionMeeting], secret: str) -> dict[str, Any]:
    other = Side(delegation.side).other
    rows = []
    for meeting in meetings:
        counterpart: Delegation = getattr(meeting, str(other))
        languages = joined(words_of(counterpart.languages))
        if meeting.interpreter:
            languages += " · " + _("Interpreter: %(name)s") % {"name": meeting.interpreter.name}
        rows.append(
            _row(meeting, counterpart.called, [counterpart.people, languages], place_of(meeting.table))
        )
    return {
        "title": delegation.called,
        "note": delegation.people,
        "qr": qr_svg(address_of("mission_day_open", secret)),
        "hint": _(
            "Scan this code for the latest schedule. Keep it private: anyone who has it can read your "
            "schedule."
        ),
        "days": _by_day(rows),
        "is_sign": False,
    }


def badges(mission: Mission, delegations: Sequence[Delegation]) -> dict[str, Any]:
    """Return the data of templates/events/missions/badges.typ: a badge for each person. No query.

    Everyone can scan a badge, so its code holds no secret: it leads to the profile, for those who may see it.
    """
    return {
        **_sheet(mission, []),
        "badges": [
            {
                "name": person or delegation.called,
                "company": delegation.called if person else "",
                "languages": joined(words_of(delegation.languages)),
                "qr": qr_svg(_profile_of(delegation, mission)),
            }
            for delegation in delegations
            for person in people_in(delegation) or [""]
        ],
    }


def _profile_of(delegation: Delegation, mission: Mission) -> str:
    company = delegation.application.company
    if company is None:
        return address_of("programme", mission.programme.public_id)
    return address_of("match", company.public_id)


def people_in(delegation: Delegation) -> list[str]:
    """Return the people of a delegation, who are written in one line."""
    return [name for part in SEPARATORS.split(delegation.people) if (name := part.strip())]


def signs(mission: Mission, tables: Sequence[MissionTable]) -> dict[str, Any]:
    meetings: dict[int | None, list[MissionMeeting]] = {}
    for each in meetings_in(mission, Q(table__in=tables)):
        meetings.setdefault(each.table_id, []).append(each)
    pages = []
    for table in tables:
        rows = [
            _row(
                meeting,
                f"{meeting.startup.called} – {meeting.investor.called}",
                [
                    _("Interpreter: %(name)s") % {"name": meeting.interpreter.name}
                    if meeting.interpreter
                    else ""
                ],
                "",
            )
            for meeting in meetings.get(table.pk, [])
        ]
        page = {"title": table.name, "note": table.hall, "qr": "", "hint": "", "is_sign": True}
        # A day fits on a page in letters that can be read from across the table; without meetings it says so.
        pages += [{**page, "days": [day]} for day in _by_day(rows)] or [{**page, "days": []}]
    return _sheet(mission, pages)


def _row(meeting: MissionMeeting, who: str, more: Iterable[str], place: str) -> dict[str, Any]:
    slot = meeting.slot
    assert slot is not None  # noqa: S101  meetings_in asks for it
    starts, ends = localtime(slot.starts_at), localtime(slot.ends_at)
    return {
        "day": f"{date_format(starts, 'l')} {date_format(starts, 'MONTH_DAY_FORMAT')}",
        "time": f"{date_format(starts, 'H:i')}–{date_format(ends, 'H:i')}",
        "who": who,
        "more": [each for each in more if each],
        "place": place,
    }


def _by_day(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    days: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        days.setdefault(row["day"], []).append(row)
    return [{"day": day, "rows": each} for day, each in days.items()]


def _sheet(mission: Mission, pages: list[dict[str, Any]]) -> dict[str, Any]:
    now = date_format(localtime(timezone.now()), "DATETIME_FORMAT")
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "title": mission.programme.title,
        "made": _("Updated %(moment)s") % {"moment": now},
        "zone": _("All times are in this time zone: %(zone)s.")
        % {"zone": zone_label(mission.programme.zone)},
        "none": _("No meeting"),
        "pages": pages,
    }


def calendar_of(delegation: Delegation, secret: str) -> str:
    side = Side(delegation.side)
    rows = meetings_in(delegation.mission, Q(**{str(side): delegation}))
    link = address_of("mission_day_open", secret)
    return agenda_text(
        [
            _appointment(delegation.mission, meeting, getattr(meeting, str(side.other)).name, link)
            for meeting in rows
        ]
    )


def calendar_of_all(mission: Mission) -> str:
    link = address_of("mission_board", mission.programme.public_id)
    return agenda_text(
        [
            _appointment(mission, meeting, f"{meeting.startup.called} – {meeting.investor.called}", link)
            for meeting in meetings_in(mission)
        ]
    )


def _appointment(mission: Mission, meeting: MissionMeeting, who: str, link: str) -> Appointment:
    slot = meeting.slot
    assert slot is not None  # noqa: S101  meetings_in asks for it
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    online = meeting.table.address if meeting.table else ""
    return Appointment(
        uid=f"mission-meeting-{meeting.key}@{sender.rpartition('@')[2]}",
        sequence=meeting.sequence,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        zone=mission.programme.zone,
        summary=f"{mission.programme.title}: {who}",
        place=online or place_of(meeting.table),
        link=link,
        organizer=sender,
        attendee="",
        written_at=meeting.at,
    )


def papers_of(mission: Mission) -> dict[str, list[int]]:
    tables = parts_of(mission.tables.count(), tables_in_a_file(mission))
    people = parts_of(present_delegations(mission).count())
    return {"schedules": people, "badges": people, "signs": tables}


def tables_in_a_file(mission: Mission) -> int:
    return max(1, PAGES // max(1, len(grid(mission))))


def paper(mission: Mission, kind: str, part: int, *, by: User) -> dict[str, Any] | None:
    """Return the data of one file; None where there is no such one."""
    rows: Any = present_delegations(mission).select_related(*COMPANIES).order_by("side", "name", "pk")
    size = PAGES
    if kind == "signs":
        rows, size = mission.tables.order_by("hall", "pk"), tables_in_a_file(mission)
    chosen = list(rows[size * (part - 1) : size * part]) if part > 0 else []
    if not chosen:
        return None
    if kind == "badges":
        return badges(mission, chosen)
    return signs(mission, chosen) if kind == "signs" else schedules(mission, chosen, by=by)
