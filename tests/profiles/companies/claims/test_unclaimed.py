"""The list of unclaimed companies: searched, filtered, and the same after an invitation."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles.choices import Role
from profiles.companies.claims import services as claims
from profiles.models import Claim, Place, Sector
from tests.factories import make_investor, make_startup, make_user

pytestmark = pytest.mark.django_db


def names(desk, **chosen):
    return {company.name for company, _claim in desk.get(reverse("unclaimed"), chosen).context["rows"]}


def test_unclaimed_companies_are_found_by_what_a_curator_knows(desk, sana):
    energy = Sector.objects.get(code="ENE05")
    karachi = Place.objects.get(code="PK-KHI")
    sona = make_startup("Sona Kheti", is_unclaimed=True, contact_email="hina@kheti.pk")
    ravi = make_startup("Ravi Solar", is_unclaimed=True, primary_sector=energy, place=karachi)
    make_startup("Claimed Kheti")
    make_investor("Bamboo Harvest", is_unclaimed=True)

    assert names(desk) == {"Sona Kheti", "Ravi Solar"}
    assert names(desk, side="investor") == {"Bamboo Harvest"}
    assert names(desk, q="kheti") == names(desk, q="hina@") == names(desk, q=sona.public_id) == {"Sona Kheti"}
    assert names(desk, sector="ENE05") == names(desk, sector="ENE") == {"Ravi Solar"}
    assert names(desk, place="PK-KHI") == {"Ravi Solar"}
    assert names(desk, place="PK") == {"Sona Kheti", "Ravi Solar"}
    assert names(desk, sector="nonsense", place="nonsense", invited="nonsense", side="x") == names(desk)
    assert names(desk, side="investor", sector="AGR") == {"Bamboo Harvest"}, "by what its theses look for"

    now = timezone.now()
    claims.invite(sona, email="hina@kheti.pk", by=sana, at=now)
    assert (names(desk, invited="yes"), names(desk, invited="no")) == ({"Sona Kheti"}, {"Ravi Solar"})
    Claim.objects.update(expires_at=now - timedelta(days=1))
    assert (names(desk, invited="expired"), names(desk, invited="yes")) == ({"Sona Kheti"}, set())
    claims.ask(ravi, by=make_user("nadia@example.com", Role.STARTUP), at=now)
    assert names(desk, invited="asked") == {"Ravi Solar"}


def test_an_invitation_leads_back_to_the_same_page_of_the_same_filter(desk):
    for number in range(60):
        make_startup(f"Sona Kheti {number:02}", is_unclaimed=True, contact_email="hina@kheti.pk")
    page = desk.get(reverse("unclaimed"), {"q": "kheti", "page": 2})
    company = page.context["rows"][0][0]
    link = reverse("claim_invite", args=["startup", company.public_id]) + "?q=kheti&page=2"
    assert link.replace("&", "&amp;") in page.content.decode()
    shown = desk.get(link).content.decode()
    back = reverse("unclaimed") + "?q=kheti&amp;page=2"
    assert f'href="{back}"' in shown
    answer = desk.post(link, {"email": "hina@kheti.pk"})
    assert answer.headers["Location"] == reverse("unclaimed") + "?q=kheti&page=2"
    refused = desk.post(reverse("claim_refuse", args=["startup", company.public_id]) + "?q=kheti&page=2")
    assert refused.headers["Location"] == reverse("unclaimed") + "?q=kheti&page=2"
