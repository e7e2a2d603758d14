"""Which columns name sectors: each table's owner registers them, and changes of the tree move their rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from profiles.models import Deal, Startup, Thesis


@dataclass(frozen=True)
class SectorUse:
    """A foreign key at the sectors, of a record or of a link table."""

    counts_as: str
    model: Any
    column: str
    row: str = "pk"

    @property
    def is_link(self) -> bool:
        return self.row != "pk"

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.column}"


USES: list[SectorUse] = []


def register(counts_as: str, model: type[Model], *names: str) -> None:
    for name in names:
        field: Any = model._meta.get_field(name)
        if field.many_to_many:
            through = field.remote_field.through
            row = f"{field.m2m_field_name()}_id"
            USES.append(SectorUse(counts_as, through, field.m2m_reverse_field_name(), row))
        else:
            USES.append(SectorUse(counts_as, model, name))


register("startup", Startup, "primary_sector", "other_sectors")
register("thesis", Thesis, "sectors", "sectors_out")
register("deal", Deal, "sector")
