"""Decks, their pages, and who is let in."""

from collections.abc import Iterator
from typing import Any

from matchmaker.models.deck import Deck
from profiles.models import Startup
from tests.attack.objects.kinds import Kind, Named, for_role, one
from tests.attack.world import Actor, World

READ = {"talks", "asked", "stranger", "withdrew", "stale"}


def decks(_world: World) -> Iterator[Named]:
    for deck in Deck.objects.select_related("startup"):
        values = {"public_id": deck.startup.public_id, "number": 1, "page": 1}
        yield Named(values, deck.startup)


def investors(world: World) -> Iterator[Named]:
    for company in (world.investor, world.other):
        yield Named({"public_id": company.public_id}, company)


def may_read(world: World, actor: Actor, startup: Any) -> bool:
    return world.fate(actor.company, startup) in READ


def may_see_page(world: World, actor: Actor, startup: Any) -> bool:
    """Return whether it is the actor's own, or a page that the actor's person has opened."""
    return bool(actor.company == startup or (actor.name == "partner" and may_read(world, actor, startup)))


def has_deck(_world: World, actor: Actor, _owner: Any) -> bool:
    return isinstance(actor.company, Startup)


KINDS: dict[str, Kind] = {
    **dict.fromkeys(("deck_version", "deck_remove"), Kind(one(number=1), has_deck)),
    "deck_access": Kind(
        investors, lambda world, actor, company: has_deck(world, actor, None) and company == world.investor
    ),
    **dict.fromkeys(("deck_read", "deck_page", "deck_save"), Kind(decks, may_read)),
    "deck_image": Kind(decks, may_see_page),
    "desk_deck": for_role("curator", decks),
}
