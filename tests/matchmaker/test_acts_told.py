"""Acts that told no one before: a suggestion of a curator, a team that changes, a claim that is declined."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind
from matchmaker.desk.today.services import curator_override
from profiles.choices import Role
from profiles.companies.claims import services as claims
from profiles.models import Notice, OutboxMail
from profiles.people.accounts.services import teams
from tests.factories import make_startup, make_user
from tests.matchmaker.introduced import told

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mails(user):
    return list(OutboxMail.objects.filter(recipient=user.email).values_list("kind", flat=True))


def test_both_sides_of_a_suggestion_are_told_with_the_others_page(startup, investor, ayesha, li_wei, sana):
    day = (NOW + timedelta(days=9)).date()
    said = {"note": "Meet each other", "expires_on": day, "by": sana, "at": NOW}
    curator_override(startup, investor, kind=OverrideKind.SUGGEST, **said)
    for user, other in ((ayesha, investor), (li_wei, startup)):
        assert Notice.objects.get(user=user).path == reverse("match", args=[other.public_id])
        assert mails(user) == ["pair_suggested"]


def test_a_team_reads_who_came_and_who_was_removed_reads_that(startup, ayesha):
    newcomer = make_user("new@example.com", "")
    invitation = teams.invite(startup, email=newcomer.email, by=ayesha, at=NOW)
    member = teams.accept(invitation, by=newcomer, at=NOW)
    assert told(ayesha) == ["team_changed"]
    teams.make_owner(member, by=ayesha, at=NOW)
    assert told(newcomer) == ["team_changed"]
    teams.remove(member, by=ayesha, at=NOW)
    assert "team_ended" in mails(newcomer)
    assert told(ayesha) == ["team_changed"]  # who did it is not told


def test_who_asked_for_a_company_reads_that_it_was_declined(sana):
    company = make_startup("Sona Kheti", is_unclaimed=True)
    asker = make_user("someone@example.com", Role.STARTUP)
    claims.ask(company, by=asker, at=NOW)
    claims.refuse(company, by=sana, at=NOW, message="Write from the company's address.")
    mail = OutboxMail.objects.get(recipient=asker.email)
    assert (mail.kind, "Write from the company's address." in mail.body) == ("claim_declined", True)
