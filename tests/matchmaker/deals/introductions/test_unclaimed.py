"""A company that was imported and that no one has claimed: interest in it is kept until someone does."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.models.introduction import Introduction, IntroductionState
from profiles.choices import Role
from profiles.companies.claims import services as claims
from profiles.refusals import RefusedError
from tests.factories import make_investor, make_user
from tests.mails import delivered


def test_interest_in_a_company_without_people_is_kept_and_told(startup, ayesha, as_user, sana):
    fund = make_investor("Imported Fund", is_unclaimed=True, contact_email="wang@fund.cn")
    founder, its_page = as_user(ayesha), reverse("match", args=[fund.public_id])
    page = founder.get(its_page).content.decode()
    assert "Not on Corridor yet" in page
    assert reverse("introduction_ask", args=[fund.public_id]) not in page
    with pytest.raises(
        RefusedError, match="No one from this company has joined Corridor yet, so no one can answer a request"
    ):
        decisions.express_interest(startup, fund, side=Side.STARTUP, by=ayesha, at=timezone.now())

    founder.post(reverse("match_interest", args=[fund.public_id]), {"wanted": "1"})

    assert not Introduction.objects.exists()
    claim = claims.invite(fund, email="wang@fund.cn", by=sana, at=timezone.now())
    wang = make_user("wang@fund.cn", Role.INVESTOR)
    claims.accept(claim, by=wang, at=timezone.now())
    assert [mail.to for mail in delivered() if "already interested" in mail.subject] == [[wang.email]]
    as_user(wang).post(reverse("match_interest", args=[startup.public_id]), {"wanted": "1"})
    assert Introduction.objects.get().state == IntroductionState.MUTUAL
