"""What a form or a query names and the page does not offer gets the answer of what does not exist."""

import re
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.attack.pages import Form, forms_on
from tests.attack.test_objects import NOT_OBJECTS, kind_of, seen
from tests.attack.world import Actor, World
from tests.house.urls import ADMIN, routes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

PUBLIC_ID, PRIMARY_KEY = re.compile(r"(?=[a-z]*[0-9])[0-9a-z]{12}"), re.compile(r"[0-9]{1,9}")
ABSENT = {PUBLIC_ID: "0" * 12, PRIMARY_KEY: "999999999"}
WRITTEN = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# Numbers that name no object.
NUMBERS = {"days", "wanted", "minutes"}
MODELS = [model for app in ("profiles", "matchmaker") for model in apps.get_app_config(app).get_models()]


def existing_names() -> dict[re.Pattern[str], list[str]]:
    """Return identifiers of rows of every model, as a form may name them."""
    with_public_id = [model for model in MODELS if any(f.name == "public_id" for f in model._meta.fields)]
    public_ids = {
        str(name)
        for model in with_public_id
        for name in model._base_manager.values_list("public_id", flat=True)
    }
    keys = {
        str(key)
        for model in MODELS
        for key in model._base_manager.order_by("-pk").values_list("pk", flat=True)[:3]
        if isinstance(key, int)
    }
    return {PUBLIC_ID: sorted(public_ids)[::4], PRIMARY_KEY: sorted(keys)[::4]}


def pages(world: World) -> list[str]:
    """Return the path of every page, with each object it may name."""
    paths = []
    for route in routes():
        if route.name.startswith(ADMIN) or route.name in NOT_OBJECTS:
            continue
        named = kind_of(route).named(world) if route.arguments else ()
        each_values = [each.values for each in named] if route.arguments else [{}]
        for values in each_values:
            paths.append(reverse(route.name, kwargs={name: values[name] for name in route.arguments}))
    return paths


def kind_of_values(offered: set[str]) -> re.Pattern[str] | None:
    """Return how a field names objects; None if it names none."""
    values = offered - {""}
    return next((each for each in ABSENT if values and all(map(each.fullmatch, values))), None)


def answer_of(world: World, actor: Actor, form: Form, name: str, value: str, *, other: str = "") -> Any:
    """Return what the user sees, without `value` and `other`, and which tables are written."""
    with world.undone(actor) as client, CaptureQueriesContext(connection) as queries:
        data = form.sent | {name: value}
        response = client.get(form.action, data) if form.is_get else client.post(form.action, data)
        status, where, body = seen(response, form.action)
    tables = {found[1] for query in queries if (found := WRITTEN.match(query["sql"]))}
    echo = re.compile(rf"\b({value}|{other})\b")
    return status, echo.sub("", where), echo.sub("", body), tables


@pytest.mark.thorough  # every page of every user
def test_what_a_page_does_not_offer_is_as_if_it_were_not(tally):
    world = World()
    existing, tried = existing_names(), Counter[str]()
    for path in pages(world):
        for actor in world.actors:
            with world.undone(actor) as client:
                forms = forms_on(client, path).forms[1:]
            for form in forms:
                for name, offered in form.offered.items():
                    kind = kind_of_values(offered)
                    if (
                        kind is None
                        or name in NUMBERS
                        or name.endswith("_FORMS")
                        or (actor.name, form.key, name) in tried
                    ):
                        continue
                    tried[actor.name, form.key, name] += 1
                    for value in set(existing[kind]) - offered:
                        absent = ABSENT[kind]
                        nothing = answer_of(world, actor, form, name, absent, other=value)
                        answer = answer_of(world, actor, form, name, value, other=absent)
                        tally.check(answer == nothing, f"{form.key} {name}={value} by {actor.name} on {path}")
    tally.measure(f"{len(tried):,} fields of forms")
    tally.settle()
