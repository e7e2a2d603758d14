"""Pilots are ranked by the engine: the best stands first, each reason is true, below the floor nothing."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.pilots.selectors.board import SHOWN, demo_profiles, fitting_companies, fitting_pilots
from matchmaker.events.pilots.selectors.pilot import PilotReader
from matchmaker.lab.evaluation import judged
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.ranking.services import ad_hoc_fits
from matchmaker.models.pilot import Pilot, PilotState
from profiles.choices import Status
from profiles.models import Need, NeedType, PartnershipForm, Place, Sector, Startup
from tests import factories
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.ranked import rank_whole
from tests.racing import between_reads

pytestmark = pytest.mark.django_db

GRADES = Path(__file__).resolve().parents[4] / "profiles" / "data" / "pilot_grades.csv"
TODAY = date(2026, 11, 25)


def make_fitting(name, sector, place, needs, form):
    startup = factories.make_startup(
        name, primary_sector=Sector.objects.get(code=sector), place=Place.objects.get(code=place)
    )
    startup.forms.set(PartnershipForm.objects.filter(code=form))
    for code in needs:
        Need.objects.create(startup=startup, type=NeedType.objects.get(code=code), urgency=3)
    return startup


def test_a_partners_pilot_and_startups_fit_with_reasons_that_are_so(li_wei, as_user):
    near = make_fitting("Near", "AGR01", "PK-MUX", ("hardware", "test_site"), "pilot")
    kin = make_fitting("Kin", "AGR02", "PK-PB", ("hardware", "test_site"), "equity")
    make_fitting("Abroad", "AGR01", "PK-SD", ("hardware", "data"), "pilot")
    make_fitting("Weak", "AGR06", "PK-SD", ("data",), "equity")  # its field is let in, and no more than that
    # Another field: no candidate.
    far = make_fitting("Far", "FIN01", "PK-PB", ("hardware", "test_site"), "pilot")
    founder = factories.make_founder("near@example.com", near)
    pilot = make_pilot(li_wei.membership.investor, by=li_wei, place=Place.objects.get(code="PK-BHV"))
    pilot.offers.set(NeedType.objects.filter(code__in=("hardware", "test_site")))
    host, member = current_company(li_wei), current_company(founder)
    assert host is not None
    assert member is not None
    assert fitting_companies(pilot, host, today=TODAY) is None, "nothing before the first ranking"
    rank_whole()

    found = fitting_companies(pilot, host, today=TODAY)
    assert found is not None
    names = [each["name"] for each in found]
    assert names == ["Near", "Abroad", "Kin"], "who takes no pilots comes last"
    leaves = Startup.objects.filter(pk=kin.pk).delete
    assert between_reads(lambda: fitting_companies(pilot, host, today=TODAY), leaves, every=6) > 10
    assert found[0]["told"].reasons == [
        "Smart irrigation and water management is one of the pilot’s sectors",
        "It works in Punjab, and the pilot runs in the same province, in Bahawalpur",
        "The pilot provides 2 of the 3 things it needs: Hardware and devices, Pilot site",
        "It looks for pilots",
    ]
    assert [each["told"].against for each in found] == [
        [],
        ["It works in Sindh, but the pilot runs elsewhere"],
        [],  # a type that is not stated is no objection
    ]
    assert "The pilot provides 1 of the 3 things it needs: Hardware and devices" in found[1]["told"].reasons
    ours = fitting_pilots(PilotReader(member.viewer, member), today=TODAY)
    assert ours is not None
    assert [(row["pilot"].pk, told.score) for row, told in ours] == [(pilot.pk, found[0]["told"].score)]
    assert ours[0][1].reasons[0] == "Smart irrigation and water management is one of the pilot’s sectors"
    page = as_user(li_wei).get(reverse("pilot_candidates", args=[pilot.public_id])).content.decode()
    assert (kin.public_id in page, "Far" in page) == (True, False)
    says_what_is_wider_and_where_it_also_works(pilot, far, host)
    Pilot.objects.update(state=PilotState.DRAFT, submitted_at=None, approved_at=None)
    assert fitting_pilots(PilotReader(member.viewer, member), today=TODAY) == []


def says_what_is_wider_and_where_it_also_works(pilot, far, host):
    """A pilot in a whole sector and a whole province; a startup with a second field and a second place."""
    pilot.sector, pilot.place = Sector.objects.get(code="AGR"), Place.objects.get(code="PK-PB")
    pilot.save()
    far.other_sectors.set(Sector.objects.filter(code__in=("AGR01", "AGR02", "AGR03", "AGR04", "AGR05")))
    Startup.objects.filter(pk=far.pk).update(place=Place.objects.get(code="PK-SD"))
    far.operating_places.set(Place.objects.filter(code__in=("PK-MUX", "PK-LHE")))
    found = fitting_companies(pilot, host, today=TODAY)
    assert found is not None
    told = next(each["told"] for each in found if each["name"] == "Far")
    also = far.operating_places.order_by("pk")[0]
    assert set(told.reasons) >= {
        "One of its sectors, Smart irrigation and water management, is part of Agritech and food, one of "
        "the pilot’s sectors; its main sector, Payments and gateways, is not",
        f"Its main location is Sindh, but it also works in {also}, within Punjab, where the pilot runs",
    }


def test_a_startups_pilot_and_partners_fit_by_their_theses(startup, ayesha):
    partner = factories.make_investor("Meter Works")
    factories.make_investor("Slow Bank", status=Status.SUBMITTED)
    thesis = partner.theses.get()
    thesis.forms.set(PartnershipForm.objects.filter(code="pilot"))
    fund = factories.make_investor("Equity Works")  # accepts equity, as the startup does, and no pilot
    for each in (partner, fund):
        each.offers.create(type=NeedType.objects.get(code="hardware"))
    pilot = make_pilot(startup, by=ayesha)
    pilot.needs.set(NeedType.objects.filter(code="hardware"))
    rank_whole()
    member = current_company(ayesha)
    assert member is not None
    found = fitting_companies(pilot, member, today=TODAY)
    assert found is not None
    assert [each["name"] for each in found] == ["Meter Works", "Equity Works"]
    assert sorted(found[0]["told"].reasons) == [
        "Punjab is in Pakistan, where they look for startups",
        "Smart irrigation and water management is part of Agritech and food, which they look for",
        "They look for pilots",
        "They offer everything the pilot needs: Hardware and devices",
    ]
    assert found[1]["told"].against == [], "a type that is not stated is no objection"


def test_the_demonstration_has_a_pilot_in_every_state_and_its_lists_are_signed(settings):
    settings.DEMO = True
    for _twice in range(2):
        call_command("load_demo", "pilots", verbosity=0)
    states = sorted(Pilot.objects.values_list("state", flat=True))
    assert states == sorted(["draft", "submitted", "running", "finished", *["open"] * 5])
    assert set(Pilot.objects.values_list("is_demo", flat=True)) == {True}
    assert max(year or 0 for year in Pilot.objects.values_list("year", flat=True)) >= timezone.now().year
    found = judged.judge_profiles(GRADES, demo_profiles(), kind="pilot", on=TODAY)
    assert found.profiles["engine"].figures[0].mean >= 0.85
    assert found.applicants["engine"].figures[0].mean >= 0.94
    for lines in (found.profiles, found.applicants):
        assert lines["engine"].figures[0].mean > lines["simple rule"].figures[0].mean
        assert lines["recommended"].figures[1].mean > 0.8
        assert lines["recommended"].figures[2].mean <= 0.1
    assert SHOWN == 10
    assert ad_hoc_fits.fits_now([], []) in (None, [])


def test_without_the_demonstration_nothing_is_judged():
    with pytest.raises(CommandError, match="load_demo"):
        call_command("judge_pilots", str(GRADES))
