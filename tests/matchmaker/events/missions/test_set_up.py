"""The first page of a mission: days, hours and tables in one form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.missions import Mission
from matchmaker.models.programmes.programme import ProgrammeKind, ProgrammeState
from tests.matchmaker.events.programmes.programmed import make_programme

pytestmark = pytest.mark.django_db


def test_a_mission_begins_with_its_tables_and_keeps_them_when_its_times_change(as_user, li_wei):
    now = timezone.now()
    programme = make_programme(
        li_wei.membership.investor, by=li_wei, kind=ProgrammeKind.MISSION, state=ProgrammeState.CLOSED,
        starts_at=now + timedelta(days=20), ends_at=now + timedelta(days=21),
    )  # fmt: skip
    host, page = as_user(li_wei), reverse("mission_set_up", args=[programme.public_id])
    form = host.get(page).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    assert host.post(page, {**said, "table_count": "81"}).status_code == 422
    assert not Mission.objects.exists()
    assert host.post(page, {**said, "table_count": "25"}).status_code == 302
    tables = Mission.objects.get().tables
    assert tables.count() == 25
    assert {"Table 1", "Table 25"} <= set(tables.values_list("name", flat=True))
    assert "table_count" not in host.get(page).content.decode()
    assert host.post(page, {**said, "pause": "10"}).status_code == 302
    assert tables.count() == 25
