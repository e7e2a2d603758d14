"""Whatever an address names, who may not have it gets the answer of what does not exist, byte for byte.

The addresses come from the resolver. `KINDS` (objects/) says for each what it may name and who may have that,
not by asking the product. Every object of every actor is asked for by every actor; the world (world.py) has
what was left, withdrawn, blocked, hidden, suspended and deleted meanwhile.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.admin import site
from django.urls import reverse

from tests.attack.objects import companies, curators, decks, missions, pilots, programmes
from tests.attack.objects.kinds import Kind, Named, for_role, nobody
from tests.attack.world import Actor, World
from tests.house.urls import ADMIN, Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

ABSENT = {
    "public_id": "0" * 12, "startup": "0" * 12, "investor": "0" * 12, "pk": 999_999, "token": "x" * 32,
    "code": "NO-1", "kind": "startup", "version": 9_999, "other": "0" * 12,
    "key": "x", "size": "small", "uidb36": "zzzz", "object_id": "999999", "form": "csv",
    "delegation": "0" * 12, "part": 9_999, "number": 9_999, "page": 9_999,
    "provider_id": "none", "act": "none",
}  # fmt: skip
# What a button of any page may say; a form that asks more is answered before anything is done.
SAID = {
    "wanted": "1", "act": "withdraw", "answer": "accept", "reason": "team", "line": "x", "note": "x",
    "slot": "1", "newest": "1", "outcome": "approve", "is_fine": "on", "decision": "hide", "parts": "size",
    "email": "a@example.com", "minutes": "30", "text": "x", "words": "x", "confirm": "on", "post": "yes",
}  # fmt: skip
# Words of the product, and links whose owner is whoever holds them.
NOT_OBJECTS = {
    *("startup_edit", "row_create", "in_language", "demo_sign_in"),
    *("unsubscribe", "invitation_accept", "claim", "programme_join"),
    *("report", "report_rows", "report_csv", "member_export"),
    # Opened by tokens alone (tests/matchmaker/portal/api/test_api.py); a session gets 401.
    *("api:match", "api:introduction", "api:pilot", "api:directory", "api_absent"),
    *("api:programme", "api:programme_meetings"),
}
KINDS: dict[str, Kind] = {
    **companies.KINDS,
    **decks.KINDS,
    **pilots.KINDS,
    **programmes.KINDS,
    **missions.KINDS,
    **curators.KINDS,
}


def of_admin(route: Route) -> Kind:
    """Return what an address of the admin names: the rows of its model."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in site._registry}
    model = models[route.name.removeprefix(ADMIN).rpartition("_")[0]]
    return for_role(
        "operator", lambda _world: [Named({"object_id": row.pk}) for row in model.objects.all()[:3]]
    )


AT_THE_ADMIN = ("visitor", "talks", "curator", "operator")  # tests/house/test_access.py has the others


def object_routes() -> list[Route]:
    """Return every address that names an object; of the admin those of a row."""
    named = [route for route in routes() if route.arguments and route.name not in NOT_OBJECTS]
    of_rows = ("_change", "_delete", "_history")
    return [route for route in named if not route.name.startswith(ADMIN) or route.name.endswith(of_rows)]


def kind_of(route: Route) -> Kind:
    return of_admin(route) if route.name.startswith(ADMIN) else KINDS[route.name]


def test_every_address_with_an_argument_says_what_it_names():
    named = {route.name for route in object_routes() if not route.name.startswith(ADMIN)}
    assert named == KINDS.keys()


ONCE = re.compile(r'value="\w{64}"|nonce="[^"]+"|nonce-[\w+/=-]+|\d{2}:\d{2}')


def seen(response: Any, path: str) -> tuple[int, str, str]:
    """Return what an answer shows, but for what each answer has of its own and the address itself."""
    body = b"".join(response)  # also reads a file to its end, and so closes it
    where = response.headers.get("Location", "")
    return (
        response.status_code,
        unquote(where).replace(path, ""),  # as it is, or as the page to come back to
        ONCE.sub("", body.decode("latin-1")).replace(path, ""),
    )


@dataclass
class Replay:
    """Asks for objects, and remembers what is answered about those that do not exist."""

    world: World

    def __post_init__(self) -> None:
        self.nothing: dict[tuple[str, ...], Any] = {}

    def ask(self, route: Route, values: dict[str, Any], actor: Actor, method: str) -> Any:
        path = reverse(route.name, kwargs={name: values[name] for name in route.arguments})
        with self.world.undone(actor) as client:
            return seen(getattr(client, method)(path, SAID if method == "post" else None), path)

    def is_nothing(self, route: Route, values: dict[str, Any], actor: Actor, method: str) -> bool:
        key = (route.name, actor.name, method)
        if key not in self.nothing:
            absent = {name: ABSENT[name] for name in route.arguments}
            self.nothing[key] = self.ask(route, absent, actor, method)
        return bool(self.ask(route, values, actor, method) == self.nothing[key])


def test_what_one_may_not_have_is_as_if_it_were_not(tally, share):
    world = World()
    replay, step, turn = Replay(world), share(small=173, full=1), count()
    asked, opened = Counter[str](), set[str]()
    for route in object_routes():
        kind, capability = kind_of(route), route.name.partition("_")[0]
        is_of_admin = route.name.startswith(ADMIN)
        actors = [actor for actor in world.actors if not is_of_admin or actor.name in AT_THE_ADMIN]
        for named in kind.named(world):
            for actor in actors:
                for method in ("get", "post"):
                    if next(turn) % step:
                        continue
                    may = kind.may(world, actor, named.owner)
                    is_nothing = replay.is_nothing(route, named.values, actor, method)
                    asked[capability] += 1
                    if may:
                        opened |= set() if is_nothing else {route.name}
                        continue
                    tally.check(is_nothing, f"{method} {route.name} {named.values} by {actor.name}")
    if step == 1:
        closed = {name for name in KINDS if KINDS[name].may is not nobody} - opened
        tally.check(not closed, f"nobody reaches anything by {closed}")
    tally.measure(", ".join(f"{name} {number:,}" for name, number in sorted(asked.items())))
    tally.settle()
