"""What a form or a query names and the page does not offer gets the answer of what does not exist."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from tests.attack.objects.kinds import Named
from tests.attack.pages import Form, forms_on, tables_written
from tests.attack.test_objects import NOT_OBJECTS, kind_of, seen
from tests.attack.world import Actor, World
from tests.house.access import ACCESS, ACTORS
from tests.house.urls import ADMIN, Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

PUBLIC_ID, PRIMARY_KEY = re.compile(r"(?=[a-z]*[0-9])[0-9a-z]{12}"), re.compile(r"[0-9]{1,9}")
ABSENT = {PUBLIC_ID: "0" * 12, PRIMARY_KEY: "999999999"}
# What differs from second to second: signed values with their moment, how long ago something was, a clock.
OF_THE_MOMENT = re.compile(r'value="[^"]{60,}"|<time.*?</time>|:\d{2}\b', re.DOTALL)
# Numbers that name no object.
NUMBERS = {"days", "wanted", "minutes", "page"}
# The queue of pictures opens at whatever company a link names: a curator reads all of them.
# The board offers the free times of one day, the form all of the mission.
OPEN = {("desk_pictures", "id"), ("mission_by_hand", "slot"), ("mission_by_hand", "table")}
MODELS = [model for app in ("profiles", "matchmaker") for model in apps.get_app_config(app).get_models()]
# A small share reads a page as one reader of each side; a page of none of them, as whoever opens it.
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
    return next((each for each in ABSENT if offered and all(map(each.fullmatch, offered))), None)


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


def test_what_a_page_does_not_offer_is_as_if_it_were_not(tally, share):
    world = World()
    existing, tried = existing_names(), set[tuple[str, ...]]()
    is_small, most = bool(share(small=1, full=0)), share(small=1, full=4)
    for actor, path in pages(world, is_small=is_small):
        with world.undone(actor) as client:
            page = forms_on(client, path)
        for form in page.forms[1:] + page.queries:
            for name, kind, offered in fields_of(form):
                reader = "" if is_small else actor.name
                asked = (resolve(form.action).view_name, name)
                key = (reader, *asked)
                if asked in OPEN or key in tried:
                    continue
                tried.add(key)
                absent = ABSENT[kind]
                for value in islice(dict.fromkeys(not_offered(existing[kind], offered)), most):
                    nothing = answer_of(world, actor, form, name, absent, other=value)
                    answer = answer_of(world, actor, form, name, value, other=absent)
                    tally.check(answer == nothing, f"{form.action} {name}={value} by {actor.name} on {path}")
    tally.measure(f"{len(tried):,} fields of forms and queries")
    tally.settle()
