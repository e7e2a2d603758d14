"""What the two sides have said about each other, as one of them may know it."""

from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet, Value

from matchmaker.choices import Side
from matchmaker.models import Interest, Pass, ShortlistEntry

Keys = frozenset[int]


@dataclass(frozen=True)
class Acts:
    """Primary keys of the other side. The other side's passes are never told."""

    shortlisted: Keys = field(default_factory=frozenset)
    passed: Keys = field(default_factory=frozenset)
    interested: Keys = field(default_factory=frozenset)
    wanted_by: Keys = field(default_factory=frozenset)

    @property
    def mutual(self) -> Keys:
        """Those with whom interest is mutual."""
        return self.interested & self.wanted_by


def acts_of(side: Side | None, pk: int | None) -> Acts:
    """Return everything that was said about a company's counterparts. One query."""
    if side is None or pk is None:
        return Acts()
    own, other = Q(**{f"{side.value}_id": pk}), F(f"{side.other.value}_id")

    def arm(model: type[ShortlistEntry | Pass | Interest], name: str, by: Side) -> QuerySet[ShortlistEntry]:
        return model.objects.order_by().filter(own, side=by).values_list(Value(name), other)

    rows = arm(ShortlistEntry, "shortlisted", side).union(
        arm(Pass, "passed", side),
        arm(Interest, "interested", side),
        arm(Interest, "wanted_by", side.other),
        all=True,
    )
    found: dict[str, set[int]] = {
        "shortlisted": set(),
        "passed": set(),
        "interested": set(),
        "wanted_by": set(),
    }
    for name, counterpart in rows:
        found[name].add(counterpart)
    return Acts(**{name: frozenset(keys) for name, keys in found.items()})
