"""Programmes as search finds and shows them: the public ones alone, as their list does."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import override

from matchmaker.events.programmes.selectors import programmes
from matchmaker.models.programmes import Programme
from matchmaker.searchable import Reader, SearchableRow, SearchDocument
from profiles.models import Investor, Startup

TITLE, TEXT, KIND = 8, 4, 2  # how much a word in it counts


def documents(pks: Collection[int]) -> list[SearchDocument]:
    programmes = Programme.objects.filter(pk__in=pks).select_related("startup", "investor", "place")
    return [
        SearchDocument(
            programme.pk,
            programme.company,
            tuple(_texts(programme)),
            (),
            tuple(programme.sectors.all()),
            (programme.place,),
        )
        for programme in programmes.prefetch_related("sectors")
    ]


def _texts(programme: Programme) -> Iterator[tuple[str, int]]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield programme.title, TITLE
            yield programme.text, TEXT
            yield str(programme.get_kind_display()), KIND


def _reader(reader: Reader) -> programmes.Reader:
    return programmes.Reader(member=reader.member)


def visible(reader: Reader | None, pks: Collection[int]) -> set[int]:
    programme_reader = _reader(reader) if reader else programmes.Reader()
    return set(programmes.listed(programme_reader).filter(pk__in=pks).values_list("pk", flat=True))


def rows(reader: Reader, pks: Collection[int]) -> dict[int, SearchableRow]:
    found = programmes.listed(_reader(reader)).filter(pk__in=pks)
    found = found.select_related("startup", "investor", "place")
    return {programme.pk: _row(programme) for programme in found.order_by()}


def _row(programme: Programme) -> SearchableRow:
    facts = (
        str(programme.get_kind_display()),
        programmes.organiser_of(programme),
        programmes.where_of(programme),
    )
    return SearchableRow(
        url=reverse("programme", args=[programme.public_id]),
        title=programme.title,
        text=programme.text,
        facts=tuple(filter(None, facts)),
        tag=str(programme.get_state_display()),
        is_demo=programme.is_demo,
    )


def facets(pks: Collection[int]) -> dict[int, tuple[int, int]]:
    programmes = Programme.objects.filter(pk__in=pks).prefetch_related("sectors")
    first = {
        programme.pk: next((sector.pk for sector in programme.sectors.all()), 0) for programme in programmes
    }
    return {programme.pk: (first[programme.pk], programme.place_id or 0) for programme in programmes}


def of_company(company: Startup | Investor) -> list[int]:
    programmes = Programme.objects.filter(**{str(company.side): company})
    return list(programmes.order_by("pk").values_list("pk", flat=True))


def changes() -> dict[int, datetime]:
    """Return when each programme, or its organiser, was last changed."""
    programmes = Programme.objects.order_by().annotate(moved_at=Max("steps__at"))
    times = programmes.values_list(
        "pk", "written_at", "moved_at", "startup__changed_at", "investor__changed_at"
    )
    return {pk: max(filter(None, each)) for pk, *each in times}
