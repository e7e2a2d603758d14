"""No one learns by typing a name, a site or a number whether a company is here."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from profiles.choices import ReviewOutcome, Side, Status
from profiles.curation.reviews import services as reviews
from profiles.models import SIDES, User
from profiles.validators import name_keys
from tests import factories
from tests.factories import MOMENT

Browser = Callable[[User | AnonymousUser | None], Client]
NUMBER = {Side.STARTUP: "registration_number", Side.INVESTOR: "registry_id"}
MAKE: dict[Side, Callable[..., Any]] = {
    Side.STARTUP: factories.make_startup,
    Side.INVESTOR: factories.make_investor,
}
FIRST, PARTS = ("/company/start/", {Side.STARTUP: "/startup/basics/", Side.INVESTOR: "/investor/profile/"})
# What differs between any two answers: the token and the ticket of a form, the page's own nonce.
OWN = re.compile(
    rb'name="(?:version|csrfmiddlewaretoken)" value="[^"]+"|nonce="[^"]+"|"X-CSRFToken": "[^"]+"'
)


def record(side: Side, status: Status, visibility: dict[str, str]) -> Any:
    """Return a company on record, under the name, site and number that are typed below."""
    made = MAKE[side]("Ravi Water", status=status, website="https://ravi.example", visibility=visibility)
    fields = {NUMBER[side]: "A-1", "name_key": name_keys("Ravi Water")}
    SIDES[side]._default_manager.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def page(response: Any) -> tuple[int, str, bytes]:
    """Return an answer without what differs between any two."""
    return response.status_code, response.headers.get("Location", ""), OWN.sub(b"", response.content)


def typed(side: Side, **fields: str) -> dict[str, str]:
    """Return the first page and part with the company's name, site and number, or others."""
    same = {"name_en": "Ravi Water", "website": "https://ravi.example", NUMBER[side]: "A-1", "later": "1"}
    if side is Side.INVESTOR:
        same |= {"kind": "vc", "capacity": "8", "reply_days": "14", "ticket_currency": "USD"}
    return {**same, "ask_currency": "USD", **fields}


def answers(side: Side, browser: Browser, email: str) -> list[tuple[int, str, bytes]]:
    """Return what a newcomer is answered: to a form with a fault, to the whole form, and on the next page.

    On the first page, and on the part that asks for the site and the number.
    """
    make = factories.make_founder if side is Side.STARTUP else factories.make_partner
    client = browser(make(email, None, full_name="A Newcomer"))
    found = []
    for address, fault in ((FIRST, {"pitch": "x" * 200}), (PARTS[side], {"contact_email": "nonsense"})):
        faulty = page(client.post(address, typed(side, **fault)))
        saved = client.post(address, typed(side))
        again = page(client.post(address, typed(side, **fault)))
        found += [faulty, page(saved), page(client.get(saved.headers["Location"])), again]
    return found


CASES = [
    pytest.param(side, status, visibility, id=f"{side}-{status}-{name}")
    for status in (Status.DRAFT, Status.SUBMITTED, Status.REJECTED, Status.APPROVED)
    for name, visibility in {"closed": {}, "open": {"name": "matched"}}.items()
    for side in Side
]


@pytest.mark.django_db
@pytest.mark.parametrize(("side", "status", "visibility"), CASES)
def test_the_answer_is_the_same_with_and_without_the_company(side, status, visibility, as_user):
    with transaction.atomic():
        without = answers(side, as_user, "newcomer@example.org")
        transaction.set_rollback(True)
    record(side, status, visibility)
    assert answers(side, as_user, "newcomer@example.org") == without
    assert [answer[0] for answer in without] == [422, 302, 200, 422] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("side", Side)
class TestTwoClaims:
    def test_a_draft_keeps_no_number_from_its_company(self, side, sana):
        draft = record(side, Status.DRAFT, {})
        owner = MAKE[side]("Owner", status=Status.SUBMITTED, reviewed_at=None, **{NUMBER[side]: "A-1"})
        reviews.decide(owner, ReviewOutcome.APPROVED, by=sana, at=MOMENT)
        owner.refresh_from_db()
        draft.refresh_from_db()
        assert (owner.status, draft.status) == (Status.APPROVED, Status.DRAFT)

    def test_the_second_is_told_to_the_curator_and_cannot_be_approved(self, side, sana, as_user):
        record(side, Status.APPROVED, {})
        second = MAKE[side]("Second", status=Status.SUBMITTED, reviewed_at=None, **{NUMBER[side]: "A-1"})
        desk, address = as_user(sana), reverse("review", args=[side, second.public_id])
        shown = desk.get(address)
        sent = {"seen": shown.context["seen"], "outcome": "approved", "message": "Welcome, all of you"}
        refused = desk.post(address, sent)

        second.refresh_from_db()
        assert (refused.status_code, second.status, second.reviews.count()) == (409, Status.SUBMITTED, 0)
        told = refused.content.decode()
        assert "An approved company already has this registration number" in told
        assert "Welcome, all of you" in told
        assert desk.post(address, {**sent, "outcome": "returned"}).status_code == 302

    def test_the_database_holds_it(self, side):
        record(side, Status.APPROVED, {})
        with pytest.raises(IntegrityError), transaction.atomic():
            MAKE[side]("Second", **{NUMBER[side]: "A-1"})
        MAKE[side]("No number")
        MAKE[side]("No number either")
