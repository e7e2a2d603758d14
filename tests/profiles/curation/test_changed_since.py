"""Nobody approves what nobody has read: a decision holds for what the page showed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profiles.choices import Status
from profiles.companies import services as companies
from profiles.models import AuditRecord, NeedType, Startup, User
from tests.factories import MOMENT, make_startup

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
APPROVE = {"outcome": "approved", "message": "Welcome."}


@pytest.fixture
def waiting(db: None) -> Startup:
    """A startup that waits for review."""
    return make_startup("Kisaan Qadam", status=Status.SUBMITTED, reviewed_at=None)


@pytest.fixture
def desk(sana: User, as_user: As) -> Client:
    return as_user(sana)


def address(startup: Startup) -> str:
    return reverse("review", args=["startup", startup.public_id])


def opened(desk: Client, startup: Startup) -> str:
    """Open the page in a tab, and return what its form carries."""
    seen: str = desk.get(address(startup)).context["seen"]
    return seen


def edit(startup: Startup, by: User, **edited: Any) -> None:
    companies.edit(startup, by=by, at=MOMENT, **edited)


def differences(answer: Any) -> list[tuple[str, str, str]]:
    return [(change.label, change.before, change.after) for change in answer.context["changes"]]


def test_an_edit_after_the_page_was_opened_is_shown_before_it_is_approved(
    desk: Client, waiting: Startup, ayesha: User
) -> None:
    seen = opened(desk, waiting)
    edit(waiting, ayesha, changes={"pitch": "Loans for everybody"})
    answer = desk.post(address(waiting), {**APPROVE, "seen": seen})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (409, Status.SUBMITTED)
    assert differences(answer) == [
        ("pitch in one sentence", "Sensors that halve the water a field needs", "Loans for everybody")
    ]
    page = answer.content.decode()
    assert "Changed since you opened it" in page
    assert "<ins" in page
    assert answer.context["form"]["message"].value() == "Welcome."
    assert not AuditRecord.objects.filter(action="approved").exists()

    again = desk.post(address(waiting), {**APPROVE, "seen": answer.context["seen"]})
    waiting.refresh_from_db()
    assert (again.status_code, waiting.status) == (302, Status.APPROVED)


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_a_note_beside_a_field_is_not_lost_by_deciding_otherwise(
    desk: Client, waiting: Startup, outcome: str
) -> None:
    said = {"message": "Thank you.", "reason-pitch": "Say what you sell.", "seen": opened(desk, waiting)}
    answer = desk.post(address(waiting), {**said, "outcome": outcome})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.status) == (422, Status.SUBMITTED)
    page = answer.content.decode()
    assert "return the profile with them, or clear them first" in page
    assert 'value="Say what you sell."' in page

    assert desk.post(address(waiting), {**said, "outcome": "returned"}).status_code == 302
    assert waiting.reviews.get().reasons == {"pitch": "Say what you sell."}


@pytest.mark.parametrize(
    ("kind", "part", "label", "way"),
    [
        ("startup", "needs", "Needs", "/startup/needs/"),
        ("startup", "partners", "Existing partners", "/startup/product/"),
        ("investor", "theses", "Theses", "/investor/theses/"),
        ("investor", "deals", "Deals on record", "/investor/deals/"),
    ],
)
def test_a_note_beside_a_list_leads_its_owner_there(
    desk: Client, ayesha: User, li_wei: User, as_user: As, kind: str, part: str, label: str, way: str
) -> None:
    owner = ayesha if kind == "startup" else li_wei
    profile = getattr(owner.membership, kind)
    type(profile).objects.update(status=Status.SUBMITTED, reviewed_at=None)
    page = reverse("review", args=[kind, profile.public_id])
    shown = desk.get(page)
    assert f'name="reason-{part}"' in shown.content.decode()
    said = {"outcome": "returned", f"reason-{part}": "Say more.", "seen": shown.context["seen"]}
    assert desk.post(page, said).status_code == 302
    assert "Say more." in desk.get(page).content.decode()

    (reason,) = as_user(owner).get(reverse(f"{kind}_status")).context["reasons"]
    assert (reason["label"], reason["reason"]) == (label, "Say more.")
    assert reason["url"].startswith(way)


def test_the_owner_reads_what_the_curator_wrote_with_an_approval(
    desk: Client, startup: Startup, ayesha: User, as_user: As
) -> None:
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUBMITTED, reviewed_at=None)
    desk.post(address(startup), {**APPROVE, "seen": opened(desk, startup)})
    page = as_user(ayesha).get(reverse("startup_status")).content.decode()
    assert ("What the curator wrote to you" in page, "Welcome." in page) == (True, True)


def test_an_edit_that_waits_says_what_was_changed_since_the_last_decision(desk: Client, ayesha: User) -> None:
    earlier = MOMENT - timedelta(days=1)
    known = make_startup("Thal Kisan", submitted_at=earlier, reviewed_at=earlier)
    assert "Changed since the last decision" not in desk.get(address(known)).content.decode()
    edit(known, ayesha, changes={"registrar": "SECP"})
    assert "Changed since the last decision: registrar." in desk.get(address(known)).content.decode()


def test_a_row_that_came_is_shown_too(desk: Client, waiting: Startup, ayesha: User) -> None:
    need = {"type": NeedType.objects.all()[0], "description": "Two hundred pumps"}
    edit(waiting, ayesha, changes={}, rows={"needs": [need]})
    seen = opened(desk, waiting)
    edit(waiting, ayesha, changes={}, rows={"needs": [{**need, "description": "Two thousand pumps"}]})
    answer = desk.post(address(waiting), {**APPROVE, "seen": seen})

    ((_label, before, after),) = differences(answer)
    assert "Two hundred pumps" in before
    assert "Two thousand pumps" in after
    assert answer.status_code == 409


def test_of_two_tabs_the_older_one_is_refused(desk: Client, waiting: Startup, ayesha: User) -> None:
    older = opened(desk, waiting)
    edit(waiting, ayesha, changes={"pitch": "Loans for everybody"})
    newer = opened(desk, waiting)

    assert desk.post(address(waiting), {**APPROVE, "seen": older}).status_code == 409
    assert desk.post(address(waiting), {**APPROVE, "seen": newer}).status_code == 302


@pytest.mark.parametrize("seen", ["", "made:up"])
def test_who_shows_nothing_decides_nothing(desk: Client, waiting: Startup, seen: str) -> None:
    assert desk.post(address(waiting), {**APPROVE, "seen": seen}).status_code == 409
    waiting.refresh_from_db()
    assert waiting.status == Status.SUBMITTED


def test_another_language_is_no_change(desk: Client, waiting: Startup) -> None:
    seen = opened(desk, waiting)
    desk.post(reverse("set_language"), {"language": "ur"})
    assert desk.post(address(waiting), {**APPROVE, "seen": seen}).status_code == 302
