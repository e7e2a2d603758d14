"""Pages of participants: announcements, agenda, teams and matches."""

from collections.abc import Collection
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone

from matchmaker.events.programmes.selectors.people import own_part, participants
from matchmaker.events.programmes.selectors.programmes import Reader, address_of
from matchmaker.events.programmes.selectors.secrets import opened_with, secret_of
from matchmaker.events.programmes.selectors.share_card import qr_picture
from matchmaker.integrations.calendar_files import Appointment, agenda_text
from matchmaker.matching.current_company.selectors import CurrentCompany, listed_counterparts
from matchmaker.matching.lists.selectors.cards import Card, CardContext, plain_card, scored_card
from matchmaker.matching.lists.selectors.facets import facet_values
from matchmaker.matching.lists.selectors.list_page import card_facts, for_cards
from matchmaker.matching.lists.selectors.own_deals import own_deals
from matchmaker.matching.lists.selectors.own_list import OwnList, own_list
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeSession
from matchmaker.models.programmes.programme import PUBLIC, ProgrammeApplicationState
from profiles.catalogue.taxonomy.selectors.terms import all_terms

PER_PAGE, MOST_TO_MEET, MOST_SESSIONS = 10, 10, 100
EARLY = timedelta(hours=1)  # before its beginning from which one can say that one is there


def cohort_page(reader: Reader, programme: Programme, number: str) -> dict[str, Any]:
    own_application, organises = own_part(reader, programme), reader.organises(programme)
    present = set(own_application.attendance.values_list("session", flat=True)) if own_application else set()
    return {
        "own": own_application,
        "announcements": Paginator(programme.announcements.all(), PER_PAGE).get_page(number),
        "files": [
            row
            for row in programme.files.select_related("file")[:MOST_SESSIONS]
            if organises or row.file.is_ready
        ],
        "sessions": [
            (session, session.pk in present) for session in programme.sessions.all()[:MOST_SESSIONS]
        ],
        "participants": [
            participant
            for participant in participants(programme, shows_all=organises)
            if organises or participant.application.person_id is None or participant.card
        ],
        "cards": to_meet(reader.member, programme) if own_application and reader.member else [],
        "feed": address_of("programme_feed", secret_of(own_application, reader.user))
        if own_application and reader.user
        else "",
    }


def takes_part(reader: Reader, programme: Programme) -> bool:
    if programme.state not in PUBLIC:
        return False
    return reader.organises(programme) or own_part(reader, programme) is not None


def to_meet(member: CurrentCompany, programme: Programme) -> list[Card]:
    """Return the companies of the other side that take part, as the reader's own list has them."""
    column = f"{member.side.other}_id"
    rows = programme.applications.filter(
        state=ProgrammeApplicationState.ACCEPTED, **{f"{column}__isnull": False}
    )
    here, lists = set(rows.values_list(column, flat=True)), own_list(member)
    if lists is None or not here:
        return []
    keys = [entry.counterpart_id for entry in lists.stored.entries if entry.counterpart_id in here]
    cards = cards_of(member, listed_counterparts(member), keys[:MOST_TO_MEET], lists)
    return [cards[key] for key in keys if key in cards]


def cards_of(
    member: CurrentCompany, companies: QuerySet[Any], keys: Collection[int], lists: OwnList | None
) -> dict[int, Card]:
    """Return the cards of some companies as the own list has them, without numbers where it has not."""
    listed = [each for each in lists.stored.entries if each.counterpart_id in keys] if lists else []
    theses = {entry.thesis_id for entry in listed} or None
    profiles = {row.pk: row for row in for_cards(companies.filter(pk__in=keys), theses)}
    entries = {entry.counterpart_id: entry for entry in listed if entry.counterpart_id in profiles}
    terms = all_terms()
    context = CardContext(
        member,
        facet_values(profiles.keys(), member.side.other, terms),
        terms,
        lists.stored.weights if lists else ({}, {}),
        card_facts(member, [(profiles[key], entry) for key, entry in entries.items()], terms),
        deals=own_deals(member, profiles),
    )
    return {
        key: scored_card(row, entries[key], context) if key in entries else plain_card(row, context)
        for key, row in profiles.items()
    }


def agenda_of(token: str) -> str | None:
    """Return the agenda as a calendar file, for who takes part; None for a token that is not, or no more."""
    rows = ProgrammeApplication.objects.filter(
        state=ProgrammeApplicationState.ACCEPTED, programme__state__in=PUBLIC
    ).select_related("programme")
    application, reader = opened_with(token, rows) or (None, Reader())
    if application is None or not rows.filter(reader.own, pk=application.pk).exists():
        return None
    programme = application.programme
    return agenda_text([_appointment(programme, session) for session in programme.sessions.all()])


def _appointment(programme: Programme, session: ProgrammeSession) -> Appointment:
    return Appointment(
        uid=f"programme-session-{session.pk}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}",
        sequence=0,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=programme.zone,
        summary=f"{programme.title}: {session.title}",
        place=session.place,
        link=address_of("programme_cohort", programme.public_id),
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee="",
        written_at=programme.approved_at or timezone.now(),
    )


def attended(code: str, reader: Reader) -> tuple[ProgrammeSession, ProgrammeApplication] | None:
    session = ProgrammeSession.objects.filter(code=code).select_related("programme").first()
    own_application = own_part(reader, session.programme) if session else None
    return (session, own_application) if session and own_application else None


def is_on(session: ProgrammeSession, at: datetime) -> bool:
    return session.starts_at - EARLY <= at <= session.ends_at


def session_page(programme: Programme, session: ProgrammeSession) -> dict[str, Any]:
    present = set(session.attendance.values_list("application", flat=True))
    rows, address = participants(programme, shows_all=True), address_of("programme_attend", session.code)
    return {
        "rows": [(row, row.pk in present) for row in rows],
        "count": len(present),
        "address": address,
        "picture": qr_picture(address),
    }
