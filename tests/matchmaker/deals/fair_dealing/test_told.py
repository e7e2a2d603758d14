"""Opening one's terms, and asking the other side for what is open, are told to it now."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing import services
from matchmaker.models.introduction import IntroductionState
from profiles.models import Notice, OutboxMail
from tests.matchmaker.introduced import make_introduction, told

pytestmark = pytest.mark.django_db


def terms(startup, investor, by):
    said = {"side": Side.STARTUP, "by": by, "at": timezone.now()}
    written = services.write_terms(startup, investor, values={"exclusivity": "none"}, **said)
    services.open_terms(startup, investor, version=written.version, **said)


def test_who_is_asked_for_disclosures_reads_it_now_with_the_name_and_the_page(
    ayesha, startup, li_wei, investor, as_user
):
    for _time in range(2):
        services.ask_to_disclose(startup, investor, side=Side.STARTUP, by=ayesha, at=timezone.now())
    notice = Notice.objects.get(user=li_wei)
    assert (notice.kind, notice.path) == (
        "disclosure_asked",
        reverse("fair_dealing", args=[startup.public_id]),
    )
    assert OutboxMail.objects.get().recipient == li_wei.email
    page = as_user(li_wei).get(reverse("notices")).content.decode()
    assert startup.name in page
    assert "asks you to state what is “Not stated” in your profile" in page
    assert told(ayesha) == []


def test_opened_terms_are_told_once_both_said_yes_and_not_before(ayesha, startup, li_wei, investor):
    terms(startup, investor, ayesha)
    assert told(li_wei) == []
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.MUTUAL)
    said = {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    written = services.write_terms(startup, investor, values={"exclusivity": "limited"}, **said)
    for _time in range(2):
        services.open_terms(startup, investor, version=written.version, **said)
    assert told(li_wei) == ["terms_opened"]
    assert Notice.objects.get().path == reverse("fair_terms", args=[startup.public_id])
