"""Pilots as search finds and shows them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Prefetch, Q
from django.urls import reverse
from django.utils.translation import override

from matchmaker.events.pilots.selectors.pilot import (
    PilotReader,
    host_title,
    pilots_for,
    see_pilot,
    with_parts,
)
from matchmaker.matching.lists.selectors.list_page import NAMED
from matchmaker.models.pilot import Pilot, PilotApplication
from matchmaker.searchable import Reader, SearchableRow, SearchDocument
from profiles.catalogue.visibility.access import NOBODY, Viewer
from profiles.choices import Role, Side
from profiles.models import Investor, Startup

CURATOR = Viewer(role=Role.CURATOR, is_curator=True)
TITLE, SUMMARY = 8, 4  # how much a word in it counts


def documents(pks: Collection[int]) -> list[SearchDocument]:
    return [_document(pilot) for pilot in with_parts(Pilot.objects.filter(pk__in=pks))]


def _document(pilot: Pilot) -> SearchDocument:
    seen = see_pilot(pilot, NOBODY)
    texts, curated = tuple(_texts(pilot, NOBODY)), tuple(_texts(pilot, CURATOR))
    return SearchDocument(pilot.pk, pilot.company, texts, curated, seen.sectors, (seen.place,))


def _texts(pilot: Pilot, viewer: Viewer) -> Iterator[tuple[str, int]]:
    seen = see_pilot(pilot, viewer)
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(seen.title), TITLE
            yield str(seen.summary or ""), SUMMARY


def visible(reader: Reader | None, pks: Collection[int]) -> set[int]:
    pilot_reader = PilotReader(reader.viewer, reader.member) if reader else PilotReader(NOBODY)
    return set(pilots_for(pilot_reader).filter(pk__in=pks).order_by().values_list("pk", flat=True))


def rows(reader: Reader, pks: Collection[int]) -> dict[int, SearchableRow]:
    applications = PilotApplication.objects.filter(slot__isnull=False).select_related("startup", "investor")
    seated = applications.only("pilot", "slot", "is_named", *SEATED).order_by()
    pilots = Pilot.objects.select_related("startup__place", "investor__place", "place").only(*PILOT)
    pilots = pilots.prefetch_related(Prefetch("applications", seated)).order_by()
    return {pk: _row(pilot, reader.viewer) for pk, pilot in pilots.in_bulk(pks).items()}


SEATED = [f"{side}__{name}" for side in Side for name in ("name_en", "name_zh", "name_ur", "website")]
PILOT = (
    *("public_id", "state", "is_demo", "approved_at", "opened", "place__name_en", "place__name_zh"),
    *("place__name_ur", *(f"{part}_{code}" for part in ("title", "summary") for code in ("en", "ur", "zh"))),
    *(f"{side}__{name}" for side in Side for name in (*NAMED, "website")),
)


def _row(pilot: Pilot, viewer: Viewer) -> SearchableRow:
    seen = see_pilot(pilot, viewer)
    return SearchableRow(
        url=reverse("pilot", args=[pilot.public_id]),
        title=str(seen.title),
        text=str(seen.summary or ""),
        facts=(host_title(pilot, viewer), str(pilot.place)),
        tag=str(pilot.get_state_display()),
        is_demo=pilot.is_demo,
    )


def facets(pks: Collection[int]) -> dict[int, tuple[int, int]]:
    rows = Pilot.objects.filter(pk__in=pks).values_list("pk", "sector_id", "place_id")
    return {pk: (sector, place) for pk, sector, place in rows}


def of_company(company: Startup | Investor) -> list[int]:
    owner = {str(company.side): company}
    joined = PilotApplication.objects.filter(**owner).order_by().values("pilot")
    pilots = Pilot.objects.filter(Q(**owner) | Q(pk__in=joined))
    return list(pilots.order_by("pk").values_list("pk", flat=True))


def changes() -> dict[int, datetime]:
    pilots = Pilot.objects.order_by().annotate(moved_at=Max("steps__at"))
    times = pilots.values_list("pk", "written_at", "moved_at", "startup__changed_at", "investor__changed_at")
    return {pk: max(filter(None, each)) for pk, *each in times}
