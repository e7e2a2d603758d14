"""Pilots in the API: deleted with the capability `pilots`."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

from matchmaker.events.pilots.selectors.pilot import (
    free_slots,
    host_title,
    is_own,
    pilots_for,
    reader_of,
    see_pilot,
    with_parts,
)
from matchmaker.models.api import Scope
from matchmaker.models.pilot import Pilot as PilotRow
from matchmaker.portal.api.api import CURSOR, LIMIT, PUBLIC_ID, get, only
from matchmaker.portal.api.guards import ApiRequest, Token
from matchmaker.portal.api.schemas import NextCursor, PublicId
from matchmaker.portal.api.selectors import cut, url_of
from profiles.models import User


class Pilot(Schema):
    """A pilot that you may read of."""

    id: PublicId
    title: str
    summary: str
    state: str
    host: str
    is_own: bool
    sectors: list[str]
    place: str
    when: str
    apply_by: date | None
    seats: int
    free_seats: int
    application: Annotated[str | None, Field(description="The state of your own application, if any")]
    url: str


class PilotPage(Schema):
    """A page of pilots, in the order of ids."""

    items: list[Pilot]
    next: NextCursor


def pilot_page(user: User, *, cursor: str, limit: int, public_id: str = "") -> PilotPage:
    """Return the pilots that exist for a member, in the order of ids."""
    reader = reader_of(user)
    wanted = {"public_id": public_id} if public_id else {"public_id__gt": cursor}
    rows = with_parts(pilots_for(reader).filter(**wanted)).order_by("public_id")
    pilots = list(rows[: limit + 1])
    items = [_pilot(pilot, reader.viewer) for pilot in pilots[:limit]]
    return PilotPage(items=items, next=cut(pilots, limit, "public_id"))


def _pilot(pilot: PilotRow, viewer: Any) -> Pilot:
    seen = see_pilot(pilot, viewer)
    application = max(
        (one for one in pilot.applications.all() if is_own(one, viewer)), key=_age, default=None
    )
    return Pilot(
        id=pilot.public_id,
        title=seen.title,
        summary=seen.summary or "",
        state=seen.state,
        host=host_title(pilot, viewer),
        is_own=is_own(pilot, viewer),
        sectors=[str(sector) for sector in seen.sectors or ()],
        place=str(seen.place or ""),
        when=seen.when or "",
        apply_by=seen.apply_by,
        seats=pilot.slots,
        free_seats=free_slots(pilot),
        application=application.state if application else None,
        url=url_of("pilot", pilot.public_id),
    )


def _age(one: Any) -> tuple[datetime, int]:
    return one.at, one.pk


@get("/pilots", auth=Token(Scope.PILOTS), response=PilotPage)
def pilots(request: ApiRequest, cursor: str = CURSOR, limit: int = LIMIT) -> PilotPage:
    """The pilots on the board, your own, and those that you applied for."""
    return pilot_page(request.auth.token.user, cursor=cursor, limit=limit)


@get("/pilots/{public_id}", auth=Token(Scope.PILOTS), response=Pilot)
def pilot(request: ApiRequest, public_id: str = PUBLIC_ID) -> Pilot:
    """One pilot."""
    return only(pilot_page(request.auth.token.user, cursor="", limit=1, public_id=public_id).items)
