"""A company's own pilots, its applications, and the pilots that fit it; and what waits for the curators."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from matchmaker.models import Pilot, PilotApplication
from matchmaker.models.pilot_table import PilotState
from matchmaker.pilots.selectors.board import BoardRow, board_row
from matchmaker.pilots.selectors.fits import FittingPilot, fitting_pilots
from matchmaker.pilots.selectors.pilot import PilotReader, own_drafts, with_parts

MOST_SHOWN = 50


@dataclass(frozen=True)
class AppliedRow:
    """A pilot that the company applied for, and how that stands."""

    row: BoardRow
    application: PilotApplication


@dataclass(frozen=True)
class OwnPilots:
    """The page of a company's pilots. `fitting` is None before the first ranking."""

    hosted: list[BoardRow]
    applied: list[AppliedRow]
    fitting: list[FittingPilot] | None


def own_pilots_page(reader: PilotReader, *, today: date) -> OwnPilots:
    """Return the page; the same queries however many pilots there are."""
    member = reader.member
    assert member is not None  # noqa: S101  the page is for people of a company
    hosted = with_parts(own_drafts(reader)).order_by("-written_at", "-pk")[:MOST_SHOWN]
    mine = PilotApplication.objects.filter(**{str(member.side): member.company}).order_by("-at", "-pk")
    applied = list(mine[:MOST_SHOWN])
    pilots = with_parts(Pilot.objects.all()).in_bulk([each.pilot_id for each in applied])
    return OwnPilots(
        hosted=[board_row(pilot, reader) for pilot in hosted],
        applied=[AppliedRow(board_row(pilots[each.pilot_id], reader), each) for each in applied],
        fitting=fitting_pilots(reader, today=today),
    )


def waiting_pilots() -> QuerySet[Pilot]:
    """Return the pilots that wait for a curator, oldest first."""
    rows = with_parts(Pilot.objects.filter(state=PilotState.SUBMITTED))
    return rows.order_by("submitted_at", "pk")
