"""Theses, needs and offers have a last day: once it is over they count for nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from profiles.catalogue.visibility import access
from profiles.choices import Side, Status
from profiles.companies.steps.selectors import completeness
from profiles.curation.reviews.selectors.reviews import reviewed_lists
from profiles.models import Investor, Need, NeedType, Offer, Startup, Thesis
from tests.factories import make_thesis

pytestmark = pytest.mark.django_db
OVER = "This date has passed. Enter a later date, or leave the field empty."


def today() -> date:
    return timezone.localdate()


def yesterday() -> date:
    return today() - timedelta(days=1)


def sent(client: Client, address: str, **values: str) -> Any:
    """Send the form of a page as it stands there, with these values."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    stated = {name: value for name, value in shown.items() if value not in (None, "", False)}
    return client.post(address, stated | values)


@pytest.fixture
def investor(li_wei):
    return li_wei.membership.investor


class TestTheses:
    @pytest.fixture
    def thesis(self, investor):
        return investor.theses.get()

    def test_a_last_day_that_is_over_is_refused_beside_it(self, as_user, li_wei, thesis):
        address = reverse("thesis_edit", args=[thesis.pk])
        page = sent(as_user(li_wei), address, active_to_on=yesterday().isoformat())
        assert (page.status_code, page.context["form"].errors) == (422, {"active_to_on": [OVER]})
        assert sent(as_user(li_wei), address, active_to_on=today().isoformat()).status_code == 302

    def test_one_that_passed_meanwhile_keeps_nobody_from_other_edits(self, as_user, li_wei, thesis):
        Thesis.objects.update(active_to_on=yesterday())
        sent(as_user(li_wei), reverse("thesis_edit", args=[thesis.pk]), lead_role="lead")
        assert Thesis.objects.get().lead_role == "lead"

    @pytest.mark.parametrize(
        ("fields", "label"),
        [
            ({"active_to_on": -1}, "has ended"),
            ({"is_active": False}, "not active now"),
            ({"active_from_on": 9}, "starts on {}"),
            ({"active_from_on": -9, "active_to_on": 0}, ""),
        ],
    )
    def test_their_list_says_which_do_not_count_now(self, as_user, li_wei, thesis, fields, label):
        days = {
            name: today() + timedelta(days=at) if name != "is_active" else at for name, at in fields.items()
        }
        Thesis.objects.update(**days)
        page = as_user(li_wei).get(reverse("thesis_list")).content.decode().partition("<main")[2]
        told = label.format(date_format(days.get("active_from_on", today())))
        assert (page.count('class="tag tag-warn'), told in page) == (int(bool(label)), True)

    def test_one_that_is_over_is_no_answer_to_what_they_look_for(self, investor):
        Thesis.objects.update(active_to_on=yesterday())
        assert "theses" in {field.name for field in completeness(investor).needed}
        make_thesis(investor, "From next month on", active_from_on=today() + timedelta(days=30))
        assert "theses" not in {field.name for field in completeness(investor).needed}

    def test_a_curator_reads_until_when_they_are_meant(self, investor):
        Thesis.objects.update(active_to_on=yesterday())
        theses = next(part for part in reviewed_lists(investor) if part.name == "theses")
        told = {field.name: field.value for field in theses.rows[0]}
        assert (told["is_active"], told["active_to_on"]) == ("yes", date_format(yesterday()))


class TestNeedsAndOffers:
    @pytest.fixture(params=Side)
    def row(self, request, startup, investor):
        """A need of the startup, or an offer of the investor, that lasts until today."""
        kind = NeedType.objects.get(code="cloud")
        if request.param == Side.STARTUP:
            return Need.objects.create(startup=startup, type=kind, expires_on=today())
        return Offer.objects.create(investor=investor, type=kind, expires_on=today())

    @pytest.fixture
    def send(self, as_user, ayesha, li_wei, row):
        """Sends the owner's page with these values."""
        user, name = (ayesha, "needs") if isinstance(row, Need) else (li_wei, "offers")
        return lambda **said: sent(as_user(user), reverse("row_edit", args=[name, row.pk]), **said)

    def test_a_last_day_that_is_over_is_refused_beside_it(self, send, row):
        answer = send(expires_on=yesterday().isoformat())
        assert (answer.status_code, answer.context["form"].errors) == (422, {"expires_on": [OVER]})

    def test_one_that_passed_meanwhile_keeps_nobody_from_other_edits(self, send, row):
        type(row).objects.update(expires_on=yesterday())
        assert send(data_crosses_border="no").status_code == 302
        assert type(row).objects.get().data_crosses_border is False

    def test_the_other_side_reads_it_until_its_last_day(self, row, ayesha, li_wei):
        def read() -> list[str]:
            if isinstance(row, Need):
                seen = access.see(Startup.objects.get(), access.viewer_of(li_wei)).needs
            else:
                seen = access.see(Investor.objects.get(), access.viewer_of(ayesha)).offers
            return [str(each.type) for each in seen]

        assert len(read()) == 1
        type(row).objects.update(expires_on=yesterday())
        assert read() == []

    def test_a_need_that_is_over_is_not_what_a_startup_looks_for(self, startup):
        Startup.objects.update(seeks_capital=False, ask_max=None, status=Status.DRAFT)
        startup.refresh_from_db()
        need = startup.needs.create(type=NeedType.objects.get(code="cloud"), expires_on=today())
        assert "needs" not in {field.name for field in completeness(startup).needed}
        Need.objects.filter(pk=need.pk).update(expires_on=yesterday())
        assert "needs" in {field.name for field in completeness(startup).needed}


def test_a_round_that_closed_meanwhile_keeps_nobody_from_other_edits(as_user, ayesha, startup):
    Startup.objects.update(closing_on=yesterday())
    address = reverse("startup_edit", args=["round"])
    page = sent(as_user(ayesha), address, seeks_capital="", ask_audience="matched")
    assert page.status_code == 302, page.context["form"].errors
    assert not Startup.objects.get().seeks_capital
