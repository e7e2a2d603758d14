"""What each capability still shows, accepts and emails after an event, as docs/events.md says.

`pytest tests/attack/test_events.py --rewrite` writes the page. In the world (world.py) a startup and an
investor use every capability. After each event, both and a curator repeat what they could do before.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve, reverse

from matchmaker.apps import CAPABILITIES as MATCHMAKER
from matchmaker.deals.conversations import services as conversations
from matchmaker.desk.duplicates.services import merge
from matchmaker.portal.own_data.services import ask_to_erase, erase_account, erase_company
from profiles.apps import CAPABILITIES as PROFILES
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Role, Side
from profiles.curation.reviews import services as curation
from profiles.models import Membership, OutboxMail
from profiles.people.accounts.services import teams
from profiles.people.staff import services as staff
from tests import factories
from tests.attack.objects.kinds import Named
from tests.attack.test_objects import ABSENT, KINDS, NOT_OBJECTS, SAID, Replay, seen
from tests.attack.world import Actor, World
from tests.house.tree import ROOT
from tests.house.urls import ADMIN, Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

PAGE = ROOT / "docs" / "events.md"
INTRODUCTION = """\
# What each event changes

In a test market, a startup and an investor use every capability. After each event, both of them and a
curator repeat what they could do before. *Reads 3 of 4*: of four addresses that the reader could open, three
still answer. *Names*: pages with the startup's name. *Acts*: forms that are accepted. *Emailed*: acts of the
others that send an email. `pytest tests/attack/test_events.py --rewrite` writes this page. Read each changed
row before you commit it.
"""
READERS = {"talks": "the startup", "partner": "the investor", "curator": "a curator"}
READS, NAMES, ACTS, EMAILED = "reads", "names", "acts", "emailed"
NAME = b"Startup talks"
MOST_TRIED = 6  # objects of one address that are tried until one opens
# Capabilities without an object or a page of their own in the world; others' pages show what they do.
WITHOUT_PAGES = {
    "api", "consents", "digests", "exports", "files", "held_edits", "hours", "lists", "operations", "prefill",
    "replies", "saved_searches", "staff", "visibility", "webhooks", "what_if",
}  # fmt: skip


# --- The events --------------------------------------------------------------------------------------------


def block(world: World) -> None:
    said = {"side": Side.INVESTOR, "by": world.partner, "at": world.at}
    conversations.block_company(world.startups["talks"], world.investor, **said)


def suspend(world: World) -> None:
    curation.suspend(world.startups["talks"], message="Unclear", by=world.curator, at=world.at)


def leave(world: World) -> None:
    membership = Membership.objects.get(user=world.founders["talks"])
    Membership.objects.filter(startup=membership.startup).update(is_owner=True)
    teams.leave(membership, at=world.at)


def lose_role(world: World) -> None:
    operator = factories.make_user("operator2@example.com", is_staff=True, is_superuser=True)
    staff.change_role(world.curator, role=Role.OBSERVER, by=operator, at=world.at)


def delete_person(world: World) -> None:
    Membership.objects.filter(startup=world.startups["talks"]).update(is_owner=True)
    erase_account(world.founders["talks"], at=world.at)


def ask_to_delete_company(world: World) -> None:
    ask_to_erase(world.startups["talks"], by=world.founders["talks"], at=world.at)


def delete_company(world: World) -> None:
    erase_company(world.startups["talks"], by=world.founders["talks"], at=world.at)


def choose_address(world: World) -> None:
    user = world.founders["talks"]
    user.emailaddress_set.update_or_create(
        email="second@example.com", defaults={"verified": True, "primary": False}
    )
    user.emailaddress_set.get(email="second@example.com").set_as_primary()


def choose_password(world: World) -> None:
    user = world.founders["talks"]
    user.set_password("another long pass phrase")
    user.save()


def merge_records(world: World) -> None:
    kept = factories.make_startup("Kept record")
    merge.merge(kept, world.startups["talks"], take=(), reason="The same", by=world.curator, at=world.at)


def withdraw_consent(world: World) -> None:
    by, startup = world.founders["talks"], world.startups["talks"]
    assert startup.consents.filter(withdrawn_at=None).exists(), "there is nothing to withdraw"
    for purpose in Purpose:
        consents.withdraw(startup, purpose=purpose, by=by, at=world.at)


EVENTS = {
    "The investor blocks the startup": block,
    "A curator suspends the startup": suspend,
    "The founder leaves the team": leave,
    "The curator loses the role": lose_role,
    "The founder deletes the account": delete_person,
    "The founder asks to delete the company in seven days": ask_to_delete_company,
    "The company is deleted": delete_company,
    "The founder chooses a second address": choose_address,
    "The founder chooses a new password": choose_password,
    "A curator merges the startup into another record": merge_records,
    "The founder withdraws every consent": withdraw_consent,
}


# --- What is asked for -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """An address that a reader could open, a form that was accepted, or a page with the startup's name."""

    reader: str
    column: str
    route: Route
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def path(self) -> str:
        given = dict(self.values)
        return reverse(self.route.name, kwargs={name: given[name] for name in self.route.arguments})

    @property
    def capability(self) -> str:
        """Return "pilots" for an address whose view is in matchmaker/…/pilots/views."""
        module = resolve(self.path).func.__module__.split(".")
        return module[module.index("views") - 1] if "views" in module else module[-1]


class Asking:
    """Asks for all readers, each time as if the others had asked for nothing."""

    def __init__(self, world: World, actors: dict[str, Actor]) -> None:
        self.world, self.actors = world, actors
        self.replay = Replay(world)

    def still_holds(self, ask: Ask) -> tuple[bool, set[str]]:
        """Return whether the reader has what the address names, and the addresses that the act emails."""
        newest = OutboxMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        actor = self.actors[ask.reader]
        with self.world.undone(actor) as client:
            if ask.column == NAMES:
                response = client.get(ask.path, {"q": self.world.startups["talks"].name_en})
                return response.status_code == 200 and NAME in b"".join(response), set()
            method = client.post if ask.column == ACTS else client.get
            answer = seen(method(ask.path, SAID if ask.column == ACTS else None), ask.path)
            emailed = set(OutboxMail.objects.filter(pk__gt=newest).values_list("recipient", flat=True))
        return answer != self.nothing(ask), emailed

    def nothing(self, ask: Ask) -> Any:
        """Return what is answered about an object that does not exist."""
        method = "post" if ask.column == ACTS else "get"
        self.replay.is_nothing(
            ask.route, {name: ABSENT[name] for name in ask.route.arguments}, self.actors[ask.reader], method
        )
        return self.replay.nothing[ask.route.name, ask.reader, method]


def asks_of(asking: Asking) -> list[Ask]:
    """Return what the readers can open and send now: one object of each address, if possible of the pair."""
    asks = []
    for route in routes():
        if route.name.startswith(ADMIN) or route.name in NOT_OBJECTS or not {*route.arguments} <= {*ABSENT}:
            continue
        if route.arguments:
            named = sorted(
                KINDS[route.name].named(asking.world), key=lambda each: not is_of_pair(asking.world, each)
            )
            tried = [tuple(each.values.items()) for each in named[:MOST_TRIED]]
            columns: tuple[str, ...] = (READS, ACTS)
        else:
            tried, columns = [()], (NAMES,)
        for reader in READERS:
            for column in columns:
                asked = (Ask(reader, column, route, values) for values in tried)
                asks += islice((ask for ask in asked if asking.still_holds(ask)[0]), 1)
    return asks


def is_of_pair(world: World, named: Named) -> bool:
    """Return whether an object belongs to the startup or names it."""
    startup = world.startups["talks"]
    owners = named.owner if isinstance(named.owner, tuple) else (named.owner,)
    return startup.public_id in named.values.values() or any(
        startup in (owner, getattr(owner, "startup", None)) for owner in owners
    )


# --- The table ---------------------------------------------------------------------------------------------


def rows_of(asks: list[Ask], asking: Asking) -> list[str]:
    """Return the rows of one event: for each capability and reader, how much holds of what held before."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    names = {actor.user.email: name for name, actor in asking.actors.items() if actor.user}
    for ask in asks:
        holds, emailed = asking.still_holds(ask)
        cell = counts[ask.capability, ask.reader, ask.column]
        cell[0] += holds
        cell[1] += 1
        for reader in {names[address] for address in emailed & names.keys()} - {ask.reader}:
            counts[ask.capability, reader, EMAILED][0] += 1
    return [
        f"| {capability} | {' | '.join(cell_of(counts, capability, reader) for reader in READERS)} |"
        for capability in sorted({capability for capability, _reader, _column in counts})
    ]


def cell_of(counts: dict[tuple[str, str, str], list[int]], capability: str, reader: str) -> str:
    parts = [
        f"{column} {holds} of {before}" if before else f"{column} {holds}"
        for column in (READS, NAMES, ACTS, EMAILED)
        for holds, before in [counts.get((capability, reader, column), [0, 0])]
        if before or holds
    ]
    return ", ".join(parts) or "nothing"


def test_every_event_changes_what_the_page_says(request):
    world = World()
    asking = Asking(world, {actor.name: actor for actor in world.actors if actor.name in READERS})
    asks = asks_of(asking)
    head = [f"| capability | {' | '.join(READERS.values())} |", "|---|---|---|---|"]
    sections = [INTRODUCTION, "## Before any event", "", *head, *rows_of(asks, asking), ""]
    for title, happens in EVENTS.items():
        with transaction.atomic():
            happens(world)
            sections += [f"## {title}", "", *head, *rows_of(asks, Asking(world, asking.actors)), ""]
            transaction.set_rollback(True)
    text = "\n".join(sections)
    if request.config.getoption("--rewrite"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def test_every_capability_has_a_row():
    capabilities = {name.rpartition(".")[2] for name in (*MATCHMAKER, *PROFILES)}
    rows = {line.split(" | ")[0].removeprefix("| ") for line in PAGE.read_text("utf-8").splitlines()}
    assert capabilities - rows == WITHOUT_PAGES
