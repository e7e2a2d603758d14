"""Curators keep the table of governance checks: validated, previewed, recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.fair_dealing import services as fair_dealing
from matchmaker.fair_dealing.forms import CheckForm
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, Deal, GovernanceCheck, Investor, PartnershipForm, Startup, User
from tests import factories
from tests.matchmaker.fair_dealing import pairs

As = Callable[[User | None], Client]
ADDRESS = "/desk/governance/GOV-PK-13/"


def typed(**changed: str) -> dict[str, Any]:
    """Return the form of a check as the browser sends it."""
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    form = CheckForm(instance=check)
    values = {name: form[name].value() for name in form.fields}
    return {**{name: value for name, value in values.items() if value is not None}, **changed}


def test_an_edit_is_saved_recorded_and_kept(as_user: As, sana: User) -> None:
    response = as_user(sana).post(ADDRESS, typed(status="replaced"))

    assert response.status_code == 302
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    assert (check.status, check.edited_at is not None) == ("replaced", True)
    record = AuditRecord.objects.get(action="governance")
    assert (record.subject, record.details) == (
        "check:GOV-PK-13",
        {"before": {"status": "in force (reported)"}, "after": {"status": "replaced"}},
    )


@pytest.mark.parametrize(
    "trigger", ['{"f": "mood", "is": true}', '{"f": "form", "like": ["x"]}', "[]", "no json"]
)
def test_a_trigger_that_is_not_of_the_language_is_refused(as_user: As, sana: User, trigger: str) -> None:
    response = as_user(sana).post(ADDRESS, typed(trigger=trigger))

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"trigger"})
    assert GovernanceCheck.objects.get(code="GOV-PK-13").edited_at is None


def test_a_preview_names_the_pairs_and_saves_nothing(
    as_user: As, sana: User, startup: Startup, ayesha: User, li_wei: User
) -> None:
    investor: Investor = li_wei.membership.investor
    pairs.say_yes(startup, investor, Side.STARTUP, ayesha)
    equity = PartnershipForm.objects.get(code="equity")
    Deal.objects.create(investor=investor, startup=startup, form=equity, closed_on=factories.MOMENT.date())

    response = as_user(sana).post(ADDRESS, typed(trigger='{"f": "form", "in": ["equity"]}', preview="1"))

    found = response.context["preview"]
    assert (response.status_code, found.looked_at, len(found.more), len(found.fewer)) == (200, 2, 2, 0)
    assert {pair.name for pair in found.more} == {"Indus Grow × Pearl River Capital"}
    assert GovernanceCheck.objects.get(code="GOV-PK-13").edited_at is None
    assert AuditRecord.objects.filter(action="governance").count() == 0


def test_a_preview_takes_the_same_queries_for_one_and_three(as_user: As, sana: User, li_wei: User) -> None:
    client, counts = as_user(sana), []
    for at in range(3):
        Deal.objects.create(
            investor=li_wei.membership.investor,
            startup=factories.make_startup(f"Startup {at}"),
            closed_on=factories.MOMENT.date(),
        )
        if at != 1:
            with CaptureQueriesContext(connection) as queries:
                client.post(ADDRESS, typed(preview="1"))
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_curators_edit(ayesha: User) -> None:
    check = GovernanceCheck.objects.get(code="GOV-PK-13")
    before = model_to_dict(check)
    with pytest.raises(NotACuratorError):
        fair_dealing.revise_check(check, changes={"status": "x"}, by=ayesha, at=timezone.now())
    assert model_to_dict(GovernanceCheck.objects.get(code="GOV-PK-13")) == before


def test_those_past_their_review_date_come_first(as_user: As, sana: User) -> None:
    GovernanceCheck.objects.filter(code="GOV-PL-03").update(checked_on="2025-01-01", review_by="2025-02-01")
    checks = as_user(sana).get("/desk/governance/").context["checks"]
    assert [check.code for check in checks if check.is_past_review] == [checks[0].code] == ["GOV-PL-03"]
