"""How much of what a startup needs hangs on one partner: before and after accepting one.

An *input* is a kind of thing that the startup needs or that a partner provides already. It weighs as urgently
as the need says (1 to 3), as "soon" where no need is stated. Companies of one group count as one partner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.lists.selectors.counterparts import counterparts, for_cards
from matchmaker.ranking.selectors import stored_lists
from profiles.choices import Urgency
from profiles.models import ExistingPartner, Investor, Startup
from profiles.visibility.access import see

WHOLE = 100  # of one input
OTHERS = 3  # alternatives named at most


@dataclass
class Input:
    """One input: how much it weighs, and the percent of it by partner group."""

    name: str
    weight: int
    shares: dict[str, int] = field(default_factory=dict)
    told: list[tuple[str, int]] = field(default_factory=list)  # who provides how much, as stated

    def besides(self, keys: frozenset[str]) -> int:
        """Return how much of it others than these provide, at most all."""
        return min(WHOLE, sum(share for key, share in self.shares.items() if key not in keys))

    def of(self, keys: frozenset[str]) -> int:
        """Return how much of it these provide."""
        return min(WHOLE, sum(share for key, share in self.shares.items() if key in keys))


@dataclass(frozen=True)
class PartnerShare:
    """One partner or group: percent of all inputs, and the inputs of which it is the only source."""

    name: str
    percent: int
    sole: list[str]


@dataclass(frozen=True)
class Dependency:
    """A startup's inputs and partners, the one with most first."""

    inputs: list[Input]
    partners: list[PartnerShare]
    without: list[str]


@dataclass(frozen=True)
class PairDependency:
    """What accepting one partner would change: percent of all inputs; those with no other source."""

    before: int
    after: int
    sole: list[str]
    others: list[str]


def key_of_name(name: str) -> str:
    """Return a name as partners are told apart by it."""
    return " ".join(name.split()).casefold()


def group_key(investor: Investor) -> str:
    """Return what stands for an investor's group, or for itself where it names none."""
    return key_of_name(investor.group_name or investor.name_en)


def dependency_of(startup: Startup) -> Dependency:
    """Return a startup's own inputs and partners, from what it states of itself. Two queries."""
    partners = list(startup.partners.select_related("type"))
    inputs = _inputs(startup, partners)
    names = {_group_of(partner): partner.group_name or partner.name for partner in reversed(partners)}
    shares = [_share(name, frozenset({key}), inputs) for key, name in names.items()]
    return Dependency(
        inputs=list(inputs.values()),
        partners=sorted(shares, key=lambda share: (-share.percent, share.name)),
        without=[one.name for one in inputs.values() if not one.shares],
    )


def pair_dependency(both: BothSides) -> PairDependency:
    """Return what accepting this partner would change for the startup; for the startup's own eyes."""
    startup, investor = both.pair.startup, both.pair.investor
    inputs = _inputs(startup, startup.partners.all())
    names = (investor.group_name, investor.name_en, investor.name_zh, investor.name_ur)
    keys = frozenset(key_of_name(name) for name in names if name)
    kinds = [offer.type.code for offer in both.investor.offers or () if offer.type.code in inputs]
    before = _percent(inputs, keys)
    for kind in kinds:
        taken = max(inputs[kind].of(keys), WHOLE - inputs[kind].besides(keys))
        inputs[kind].shares = {
            **{key: share for key, share in inputs[kind].shares.items() if key not in keys},
            group_key(investor): taken,
        }
    return PairDependency(
        before=before,
        after=_percent(inputs, keys),
        sole=[inputs[kind].name for kind in kinds if not inputs[kind].besides(keys)],
        others=_others(both, kinds, group_key(investor)),
    )


def _inputs(startup: Startup, partners: Iterable[ExistingPartner]) -> dict[str, Input]:
    """Return the inputs by the code of their kind; what has no kind is known by its words."""
    found = {
        need.type.code: Input(need.type.name, need.urgency) for need in startup.needs.select_related("type")
    }
    for partner in partners:
        kind = partner.type.code if partner.type else key_of_name(partner.provides)
        name = partner.type.name if partner.type else partner.provides
        one = found.setdefault(kind, Input(name, Urgency.SOON))
        key = _group_of(partner)
        one.shares[key] = one.shares.get(key, 0) + partner.share_pct
        one.told.append((partner.name, partner.share_pct))
    return found


def _group_of(partner: ExistingPartner) -> str:
    return key_of_name(partner.group_name or partner.name)


def _share(name: str, keys: frozenset[str], inputs: Mapping[str, Input]) -> PartnerShare:
    sole = [one.name for one in inputs.values() if one.of(keys) and not one.besides(keys)]
    return PartnerShare(name, _percent(inputs, keys), sole)


def _percent(inputs: Mapping[str, Input], keys: frozenset[str]) -> int:
    """Return the weighted share of all inputs that come from these, in whole percent."""
    whole = sum(one.weight for one in inputs.values())
    return round(sum(one.weight * one.of(keys) for one in inputs.values()) / whole) if whole else 0


def _others(both: BothSides, kinds: list[str], group: str) -> list[str]:
    """Return who else on the startup's list offers one of these kinds, best first; not of the same group."""
    member = both.pair.member
    stored = stored_lists.stored_ranking(member.side, member.company_id)
    if stored is None or not kinds:
        return []
    order = [entry.counterpart_id for entry in stored.entries]
    wanted = counterparts(member).filter(pk__in=order, offers__type__code__in=kinds).distinct()
    found = for_cards(wanted).in_bulk()
    named = [found[pk] for pk in order if pk in found and group_key(found[pk]) != group]
    return [str(see(investor, member.viewer).title) for investor in named[:OTHERS]]
