"""Sectors for curators: the tree, and the number of rows that use each sector."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from profiles.models import Deal, Sector, Startup, Thesis


@dataclass(frozen=True)
class Uses:
    """Number of rows that use a sector."""

    startups: int
    theses: int
    deals: int

    @property
    def total(self) -> int:
        return self.startups + self.theses + self.deals


@dataclass(frozen=True)
class Branch:
    """A sector, its uses, and its sub-sectors."""

    sector: Sector
    uses: Uses
    fields: "list[Branch]"


def active() -> QuerySet[Sector]:
    return Sector.objects.filter(is_active=True)


def uses(sector: Sector) -> Uses:
    return _all_uses().get(sector.pk, Uses(0, 0, 0))


def tree() -> list[Branch]:
    """Return the active sectors with their sub-sectors, by code, in six queries."""
    counted = _all_uses()
    branches = {
        sector.pk: Branch(sector, counted.get(sector.pk, Uses(0, 0, 0)), [])
        for sector in active().order_by("code")
    }
    for branch in branches.values():
        if branch.sector.parent_id in branches:
            branches[branch.sector.parent_id].fields.append(branch)
    return [branch for branch in branches.values() if branch.sector.parent_id is None]


def _all_uses() -> dict[int, Uses]:
    main = _counts(Startup.objects.exclude(primary_sector=None), "primary_sector")
    other = _counts(Startup.objects.exclude(other_sectors=None), "other_sectors")
    wanted = _counts(Thesis.objects.exclude(sectors=None), "sectors")
    excluded = _counts(Thesis.objects.exclude(sectors_out=None), "sectors_out")
    deals = _counts(Deal.objects.exclude(sector=None), "sector")
    return {
        pk: Uses(
            main.get(pk, 0) + other.get(pk, 0), wanted.get(pk, 0) + excluded.get(pk, 0), deals.get(pk, 0)
        )
        for pk in {*main, *other, *wanted, *excluded, *deals}
    }


def _counts(rows: "QuerySet[Startup] | QuerySet[Thesis] | QuerySet[Deal]", column: str) -> dict[int, int]:
    """Return how often each value of a column occurs."""
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))
