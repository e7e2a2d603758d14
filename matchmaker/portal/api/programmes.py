"""Programmes in the API: deleted with the capability `programmes`."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from matchmaker.events.programmes.selectors.programmes import (
    Reader,
    free_in,
    organiser_of,
    programmes_for,
    reader_of,
    where_of,
    with_parts,
)
from matchmaker.models.api import Scope
from matchmaker.models.programmes import Programme as ProgrammeRow
from matchmaker.models.programmes import ProgrammeApplication
from matchmaker.models.programmes.programme import ACTIVE_STATES
from matchmaker.portal.api.api import CURSOR, LIMIT, PUBLIC_ID, get, only
from matchmaker.portal.api.guards import ApiRequest, Token
from matchmaker.portal.api.schemas import NextCursor, PublicId
from matchmaker.portal.api.selectors import cut, url_of
from profiles.models import User


class Programme(Schema):
    """A programme that you may read of."""

    id: PublicId
    title: str
    text: str
    kind: str
    state: str
    organiser: str
    is_own: bool
    sectors: list[str]
    place: str
    time_zone: str
    apply_by: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    places: int
    free_places: int
    application: Annotated[str | None, Field(description="The state of your own application, if any")]
    url: str


class ProgrammePage(Schema):
    """A page of programmes, in the order of ids."""

    items: list[Programme]
    next: NextCursor


def programme_page(user: User, *, cursor: str, limit: int, public_id: str = "") -> ProgrammePage:
    """Return the programmes that exist for a member, in the order of ids."""
    reader = reader_of(user)
    wanted = {"public_id": public_id} if public_id else {"public_id__gt": cursor}
    rows = with_parts(programmes_for(reader).filter(**wanted)).order_by("public_id")
    programmes = list(rows[: limit + 1])
    applied = ProgrammeApplication.objects.filter(reader.own, programme__in=programmes[:limit])
    # The newest wins, and one that is not over before all others.
    states = dict(
        sorted(
            applied.values_list("programme", "state").order_by("pk"), key=lambda row: row[1] in ACTIVE_STATES
        )
    )
    items = [_programme(programme, reader, states.get(programme.pk)) for programme in programmes[:limit]]
    return ProgrammePage(items=items, next=cut(programmes, limit, "public_id"))


def _programme(programme: ProgrammeRow, reader: Reader, application: str | None) -> Programme:
    return Programme(
        id=programme.public_id,
        title=programme.title,
        text=programme.text,
        kind=programme.kind,
        state=programme.state,
        organiser=organiser_of(programme),
        is_own=reader.leads(programme) or reader.organises(programme),
        sectors=[str(sector) for sector in programme.sectors.all()],
        place=where_of(programme),
        time_zone=programme.time_zone,
        apply_by=programme.apply_by,
        starts_at=programme.starts_at,
        ends_at=programme.ends_at,
        places=programme.place_count,
        free_places=free_in(programme),
        application=application,
        url=url_of("programme", programme.public_id),
    )


@get("/programmes", auth=Token(Scope.PROGRAMMES), response=ProgrammePage)
def programmes(request: ApiRequest, cursor: str = CURSOR, limit: int = LIMIT) -> ProgrammePage:
    """The public programmes, your own, and those that you applied for."""
    return programme_page(request.auth.token.user, cursor=cursor, limit=limit)


@get("/programmes/{public_id}", auth=Token(Scope.PROGRAMMES), response=Programme)
def programme(request: ApiRequest, public_id: str = PUBLIC_ID) -> Programme:
    """One programme."""
    return only(programme_page(request.auth.token.user, cursor="", limit=1, public_id=public_id).items)
