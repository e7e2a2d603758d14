"""Whatever an address, form or query names, who may not have it gets the answer of what does not exist.

The addresses come from the resolver. `KINDS` (objects/) says for each what it may name and who may have that,
not by asking the product. Every object of every actor is asked for by every actor; the world (world.py) has
what was left, withdrawn, blocked, hidden, suspended and deleted meanwhile. What a form or a query names and
its page does not offer is as if it were not, too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.urls import resolve, reverse

from tests.attack.objects import companies, curators, decks, missions, pilots, programmes
from tests.attack.objects.kinds import Kind, Named, for_role, nobody
from tests.attack.pages import Form, forms_on, tables_written
from tests.attack.world import Actor, World
from tests.house.access import ACCESS, ACTORS
from tests.house.market import kept
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


@pytest.fixture(scope="module")
def _world_of_module(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield World()


@pytest.fixture
def world(_world_of_module):
    """The world, made once; each test gets records and browsers of its own."""
    return deepcopy(_world_of_module)


def first_refused(world: World, kind: Kind, tries: list[tuple[Named, Actor]]) -> list[tuple[Named, Actor]]:
    for named, actor in tries:
        if actor.name != "visitor" and not kind.may(world, actor, named.owner):
            return [(named, actor)]
    return []


def test_what_one_may_not_have_is_as_if_it_were_not(world, tally, depth):
    """Without --deep, each address is tried by one who is signed in and may not have its object."""
    replay, is_deep = Replay(world), depth(False, deep=True)
    asked, opened = Counter[str](), set[str]()
    for route in object_routes():
        kind, capability = kind_of(route), route.name.partition("_")[0]
        is_of_admin = route.name.startswith(ADMIN)
        actors = [actor for actor in world.actors if not is_of_admin or actor.name in AT_THE_ADMIN]
        tries = [(named, actor) for named in kind.named(world) for actor in actors]
        if not is_deep:
            tries = first_refused(world, kind, tries)
        for named, actor in tries:
            may = kind.may(world, actor, named.owner)
            for method in ("get", "post"):
                is_nothing = replay.is_nothing(route, named.values, actor, method)
                asked[capability] += 1
                if may:
                    opened |= set() if is_nothing else {route.name}
                    continue
                tally.check(is_nothing, f"{method} {route.name} {named.values} by {actor.name}")
    if is_deep:
        closed = {name for name in KINDS if KINDS[name].may is not nobody} - opened
        tally.check(not closed, f"nobody reaches anything by {closed}")
    tally.measure(", ".join(f"{name} {many:,}" for name, many in sorted(asked.items())))
    tally.settle()


# --- What forms and queries name ----------------------------------------------------------------------------

PUBLIC_ID, PRIMARY_KEY = re.compile(r"(?=[a-z]*[0-9])[0-9a-z]{12}"), re.compile(r"[0-9]{1,9}")
ABSENT_VALUES = {PUBLIC_ID: "0" * 12, PRIMARY_KEY: "999999999"}
# What differs from second to second: signed values with their moment, how long ago something was, a clock.
OF_THE_MOMENT = re.compile(r'value="[^"]{60,}"|<time.*?</time>|:\d{2}\b', re.DOTALL)
# Numbers that name no object.
NUMBERS = {"days", "wanted", "minutes", "page"}
# The queue of pictures opens at whatever company a link names: a curator reads all of them.
# The board offers the free times of one day, the form all of the mission.
OFFERED_ELSEWHERE = {("desk_pictures", "id"), ("mission_by_hand", "slot"), ("mission_by_hand", "table")}
MODELS = [model for app in ("profiles", "matchmaker") for model in apps.get_app_config(app).get_models()]
# Without --deep, each page is read by one reader of each side; a page of none of them, by whoever opens it.
SIDES = {"talks": "founder", "partner": "partner", "curator": "curator", "operator": "operator"}
PAGES = {address.name for address in ACCESS if "o" in address.get}
CLOSED_TO = {
    address.name: {side for side, name in SIDES.items() if address.get[ACTORS.index(name)] != "o"}
    for address in ACCESS
}


def existing_names() -> dict[re.Pattern[str], list[set[str]]]:
    """Return the identifiers of the rows of every model, as a form may name them; the fewest first."""
    names: dict[re.Pattern[str], list[set[str]]] = {PUBLIC_ID: [], PRIMARY_KEY: []}
    for model in MODELS:
        fields = {field.name for field in model._meta.fields}
        for kind, name in ((PUBLIC_ID, "public_id"), (PRIMARY_KEY, "pk")):
            if name == "pk" or name in fields:
                values = map(str, model._base_manager.values_list(name, flat=True))
                names[kind].append(set(filter(kind.fullmatch, values)))
    return {kind: sorted(filter(None, found), key=len) for kind, found in names.items()}


def not_offered(existing: list[set[str]], offered: set[str]) -> Iterator[str]:
    """Give identifiers that the field does not offer: first those of records like the offered ones."""
    alike = [names for names in existing if offered <= names]
    for names in (*alike, *existing):
        yield from sorted(names - offered)[-1:]


def pages(world: World, *, is_small: bool) -> Iterator[tuple[Actor, str]]:
    """Give who may open which page: each reader each, or one of each side one of each address."""
    actors = {actor.name: actor for actor in world.actors}
    others = [name for name in actors if name not in SIDES]
    for route in routes():
        if route.name.startswith(ADMIN) or route.name in NOT_OBJECTS or route.name not in PAGES:
            continue
        named, is_opened = list(kind_of(route).named(world)) if route.arguments else [], False
        for name in (*SIDES, *others):
            if is_small and is_opened and name in others:
                break
            for path in islice(paths_for(world, route, actors[name], named), 1 if is_small else None):
                is_opened = True
                yield actors[name], path


def paths_for(world: World, route: Route, actor: Actor, named: list[Named]) -> Iterator[str]:
    if not route.arguments and actor.name not in CLOSED_TO.get(route.name, ()):
        yield reverse(route.name)
    for each in named:
        if kind_of(route).may(world, actor, each.owner):
            yield reverse(route.name, kwargs={name: each.values[name] for name in route.arguments})


def kind_of_values(offered: set[str]) -> re.Pattern[str] | None:
    """Return how a field names objects; None if it names none."""
    return next((each for each in ABSENT_VALUES if offered and all(map(each.fullmatch, offered))), None)


def answer_of(world: World, actor: Actor, form: Form, name: str, value: str, *, other: str = "") -> Any:
    """Return what the user sees, without `value` and `other`, and which tables are written."""
    with world.undone(actor) as client, tables_written() as tables:
        data = form.sent | {name: value}
        response = client.get(form.action, data) if form.is_get else client.post(form.action, data)
        status, where, body = seen(response, form.action)
    echo = re.compile(rf"\b({value}|{other})\b|{OF_THE_MOMENT.pattern}", re.DOTALL)
    return status, echo.sub("", where), echo.sub("", body), tables


def fields_of(form: Form) -> Iterator[tuple[str, re.Pattern[str], set[str]]]:
    """Give the fields of a form that name objects, how they name them, and what they offer."""
    for name, values in form.offered.items():
        offered = values - {""}
        kind = kind_of_values(offered)
        if kind and name not in NUMBERS and not name.endswith("_FORMS"):
            yield name, kind, offered


def test_what_a_page_does_not_offer_is_as_if_it_were_not(world, tally, depth):
    existing, tried = existing_names(), set[tuple[str, ...]]()
    is_small, most = bool(depth(1, deep=0)), depth(1, deep=4)
    for actor, path in pages(world, is_small=is_small):
        with world.undone(actor) as client:
            page = forms_on(client, path)
        for form in page.forms[1:] + page.queries:
            for name, kind, offered in fields_of(form):
                reader = "" if is_small else actor.name
                asked = (resolve(form.action).view_name, name)
                key = (reader, *asked)
                if asked in OFFERED_ELSEWHERE or key in tried:
                    continue
                tried.add(key)
                absent = ABSENT_VALUES[kind]
                for value in islice(dict.fromkeys(not_offered(existing[kind], offered)), most):
                    nothing = answer_of(world, actor, form, name, absent, other=value)
                    answer = answer_of(world, actor, form, name, value, other=absent)
                    tally.check(answer == nothing, f"{form.action} {name}={value} by {actor.name} on {path}")
    tally.measure(f"{len(tried):,} fields of forms and queries")
    tally.settle()
