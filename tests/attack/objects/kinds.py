"""What an address may name, and who may have it: what the kinds of all subjects share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.attack.world import Actor, World


@dataclass(frozen=True)
class Named:
    """One object as an address names it; `owner` is what its kind's rule asks about."""

    values: dict[str, Any]
    owner: Any = None


@dataclass(frozen=True)
class Kind:
    """What some addresses name, and who may have it."""

    named: Callable[[World], Iterable[Named]]
    may: Callable[[World, Actor, Any], bool]


def rows(model: Any, *, most: int | None = None) -> Callable[[World], Iterator[Named]]:
    def give(_world: World) -> Iterator[Named]:
        for row in model.objects.order_by("-pk")[:most]:
            yield Named({"pk": row.pk}, row)

    return give


def is_colleagues(_world: World, actor: Actor, row: Any) -> bool:
    return actor.company in {getattr(row, side, None) for side in ("startup", "investor")} - {None}


def own(model: Any) -> Kind:
    return Kind(rows(model), is_colleagues)


def for_role(name: str, named: Callable[[World], Iterable[Named]]) -> Kind:
    return Kind(named, lambda _world, actor, _owner: actor.name == name)


def one(**values: Any) -> Callable[[World], Iterator[Named]]:
    return lambda _world: iter([Named(values)])


def nobody(_world: World, _actor: Actor, _owner: Any) -> bool:
    return False


def desk(model: Any) -> Kind:
    return for_role("curator", rows(model, most=3))
