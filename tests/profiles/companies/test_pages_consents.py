"""The page of consents by group: what it shows, what it saves, and two people on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from profiles.choices import Purpose
from profiles.consents import services
from profiles.consents.selectors import TEXTS
from profiles.models import Startup, User
from tests import factories
from tests.attack.pages import form_of
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
PAGE, STATUS = "/startup/consents/", "/startup/status/"


def sent_from(client: Client) -> dict[str, Any]:
    """Return what the page would send untouched; a ticked box without a value of its own sends "on"."""
    sent, _names = form_of(client, PAGE)
    return {name: "on" if values == [""] and "-" in name else values for name, values in sent.items()}


def test_a_box_is_left_out_and_two_people_on_the_page_lose_nothing(
    as_user: As, startup: Startup, ayesha: User
) -> None:
    colleague = factories.make_founder("colleague@example.com", startup)
    mine, theirs = sent_from(as_user(ayesha)), sent_from(as_user(colleague))
    assert mine["revenue-showing"] == "on"
    assert "founders-matching" not in mine  # a group that no score uses asks for no such consent

    mine.pop("revenue-showing")
    assert as_user(ayesha).post(PAGE, mine).status_code == 302
    theirs.pop("ask-cross_border")
    assert as_user(colleague).post(PAGE, theirs).status_code == 302
    startup.refresh_from_db()
    assert startup.withheld == {"revenue": ["showing"], "ask": ["cross_border"]}

    page = as_user(ayesha).get("/startup/preview/?state=checked&place=here")
    assert page.context["places"]
    assert "hidden here" in page.content.decode()


def test_a_new_text_says_what_changed_until_it_is_agreed_to(
    as_user: As, startup: Startup, ayesha: User
) -> None:
    client = as_user(ayesha)
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    asks = str(TEXTS[-1].changed)[:40]

    def asked() -> tuple[bool, bool]:
        shown = client.get(PAGE).content.decode()
        return asks in client.get(STATUS).content.decode(), "Agree to the new text" in shown

    assert asked() == (False, False)
    startup.consents.update(text_version=TEXTS[0].version)
    assert asked() == (True, True)
    assert client.post(PAGE, sent_from(client)).status_code == 302
    assert asked() == (False, False)
    assert Startup.objects.get().withheld == {}
    assert as_user(factories.make_partner("p@example.com", None)).get(PAGE).status_code == 404
