"""People in programmes: who sees a card, how teams are formed across the border, and joint proposals."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker import models
from matchmaker.events.programmes.services import applications, people
from matchmaker.models.programmes.people import CardAudience, MemberState
from matchmaker.models.programmes.programme import ProgrammeApplicationAct, ProgrammeApplicationState
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_account, erase_company
from matchmaker.transitions import WrongStateError
from profiles.choices import Status
from profiles.models import Notice, OutboxMail, Place, Startup
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState
CARD = {
    "headline": "Canary headline",
    "skills": ["web", "design"],
    "languages": ["en", "ur"],
    "place": "PK-LHE",
    "link_1": "example.com/me",
    "audience": "participants",
    "agrees": "on",
}


def person(name, country, *, skills=(), languages=("en",), audience=CardAudience.PARTICIPANTS):
    """Return someone without a company, with a card."""
    user = factories.make_founder(f"{name.lower()}@example.com", None, full_name=name)
    models.PersonCard.objects.create(
        user=user,
        headline=f"{name} works",
        skills=list(skills),
        languages=list(languages),
        place=Place.objects.get(code=country),
        audience=audience,
    )
    return user


@pytest.fixture
def hackathon(li_wei):
    """A co-hackathon that wants mixed teams."""
    return make_programme(li_wei.membership.investor, by=li_wei, is_mixed=True, place_count=20)


def take_part(programme, *users):
    by = factories.any_curator()
    return [make_application(programme, user, by=by, state=A.ACCEPTED) for user in users]


def test_a_card_is_kept_with_a_consent_and_read_by_those_chosen(as_user, hackathon, ayesha, li_wei, sana):
    owner, host = as_user(ayesha), as_user(li_wei)
    assert owner.post(reverse("person_card"), {**CARD, "agrees": ""}).status_code == 422
    assert owner.post(reverse("person_card"), {**CARD, "link_1": "javascript:alert(1)"}).status_code == 422
    assert owner.post(reverse("person_card"), {**CARD, "audience": "organisers"}).status_code == 302
    ours, other = take_part(hackathon, ayesha, person("Hua", "CN-GD"))
    models.ProgrammeReviewer.objects.create(
        programme=hackathon, user=sana, email=sana.email, declared_at=timezone.now()
    )
    pages = {
        "organiser": (host, at("programme_application", hackathon, ours.pk)),
        "reviewer": (as_user(sana), at("programme_review_one", hackathon, ours.pk)),
        "participant": (as_user(other.person), at("programme_teams", hackathon)),
        "visitor": (as_user(None), at("programme", hackathon)),
    }
    readers = {name for name, (client, page) in pages.items() if "Canary headline" in body(client, page)}
    assert readers == {"organiser", "reviewer"}
    owner.post(reverse("person_card"), CARD)
    readers = {name for name, (client, page) in pages.items() if "Canary headline" in body(client, page)}
    assert readers == {"organiser", "reviewer", "participant"}
    assert copy_for(ayesha)["matchmaker.PersonCard"][0]["links"] == ["https://example.com/me"]
    owner.post(reverse("person_card"), {"delete": "yes"})
    assert not models.PersonCard.objects.filter(user=ayesha).exists()
    assert "Canary headline" not in body(*pages["organiser"])


def test_the_languages_are_stated_on_a_card_on_the_way_and_a_card_is_offered_afterwards(as_user, hackathon):
    """Nothing that was typed is lost on the way to the card and back."""
    client = as_user(factories.make_founder("sara@example.com", None, full_name="Sara"))
    apply, page = at("programme_apply", hackathon, "person"), at("programme", hackathon)
    assert 'name="card"' in body(client, apply)
    to_card = client.post(apply, {"answer_0": "Forty sensors", "card": "yes"}).url
    assert to_card.startswith(reverse("person_card"))
    assert f'href="{apply}"' in body(client, to_card)
    assert client.post(f"{reverse('person_card')}?next=//evil.example/", CARD).url == reverse("home")
    people.delete_card(hackathon.applications.get().person)
    assert client.post(to_card, CARD).url == apply
    back = body(client, apply)
    assert "Forty sensors" in back
    assert 'name="card"' not in back
    client.post(apply, {"answer_0": "Forty sensors", "send": "yes"})
    assert "Write your card" not in body(client, page)
    client.post(reverse("person_card"), {"delete": "yes"})
    assert f"{reverse('person_card')}?next={page}" in body(client, page)


def test_who_would_complete_a_team_is_across_the_border_and_says_why(as_user, hackathon):
    lahore = person("Lahore", "PK-LHE", skills=["web", "design"], languages=["en", "ur"])
    found = {
        "best": person("Best", "CN-GD", skills=["ai", "data"], languages=["en", "zh"]),
        "same skills": person("Same", "CN-GD", skills=["web"], languages=["en"]),
        "same side": person("Near", "PK-PB", skills=["ai"], languages=["en"]),
        "no language": person("Mute", "CN-GD", skills=["ai"], languages=["zh"]),
        "hidden": person("Shy", "CN-GD", skills=["ai"], audience=CardAudience.ORGANISERS),
        "not accepted": person("Out", "CN-GD", skills=["ai"]),
    }
    take_part(hackathon, lahore, *(user for name, user in found.items() if name != "not accepted"))
    make_application(hackathon, found["not accepted"], by=found["not accepted"])
    client = as_user(lahore)
    told = client.get(at("programme_teams", hackathon)).context["teams"]["suggestions"]
    assert [other.name for other, _reasons in told] == ["Best", "Same"]
    assert told[0][1] == [
        "Works on the other side of the border",
        "Has skills that your team does not have: Data analysis, Machine learning and AI",
        "Shares a language with all of you: English",
    ]
    assert len(told[1][1]) == 2
    assert "Shy" not in body(client, at("programme_teams", hackathon))


def test_a_mixed_team_is_formed_by_an_invitation_and_by_asking(as_user, hackathon):
    lahore, hua, near = person("Lahore", "PK-LHE"), person("Hua", "CN-GD"), person("Near", "PK-PB")
    ours, theirs, third = take_part(hackathon, lahore, hua, near)
    lead, other, asker = as_user(lahore), as_user(hua), as_user(near)
    page = at("programme_teams", hackathon)
    assert lead.post(page, {"name": "", "place_count": "2"}).status_code == 422
    lead.post(page, {"name": "Canal", "place_count": "2", "skills": ["ai"]})
    team = models.ProgrammeTeam.objects.get()
    act = at("programme_team", hackathon, team.pk)
    assert "Until then it does not count" in body(other, page)
    assert other.post(page, {"name": "Canal", "place_count": "2"}).status_code == 422, "the name is taken"
    asker.post(act, {"act": "ask"})
    asker.post(act, {"act": "invite", "application": theirs.pk})  # not the lead
    assert set(team.members.values_list("application", "state")) == {
        (ours.pk, MemberState.JOINED),
        (third.pk, MemberState.ASKED),
    }
    lead.post(act, {"act": "invite", "application": theirs.pk})
    other.post(act, {"act": "ask"})
    assert "Until then it does not count" not in body(other, page)
    full = lead.post(act, {"act": "invite", "application": third.pk}, follow=True).content.decode()
    assert "This team is full." in full
    kinds = [("Lahore", "team_asked"), ("Hua", "team_invited"), ("Lahore", "team_joined")]
    rows = Notice.objects.filter(kind__startswith="team").order_by("pk")
    assert list(rows.values_list("user__full_name", "kind")) == kinds
    # Who withdraws leaves the team, and the one after leads it.
    lead.post(at("programme_withdraw", hackathon, "person"))
    team.refresh_from_db()
    assert team.lead == theirs
    assert lead.get(page).status_code == 404
    lead_now = as_user(hua)
    lead_now.post(act, {"act": "turn_down", "application": third.pk})
    lead_now.post(act, {"act": "leave"})
    assert not models.ProgrammeTeam.objects.exists()


def test_the_page_of_teams_asks_the_same_queries_for_one_team_and_three(as_user, hackathon):
    lahore = person("Lahore", "PK-LHE")
    (ours,) = take_part(hackathon, lahore)
    people.found_team(ours, values={"name": "First", "place_count": 3}, by=lahore, at=timezone.now())
    client, page = as_user(lahore), at("programme_teams", hackathon)
    before = queries_of(client, page)
    for number in range(2):
        user = person(f"Hua{number}", "CN-GD")
        (theirs,) = take_part(hackathon, user)
        values = {"name": f"Team {number}", "place_count": 3}
        people.found_team(theirs, values=values, by=user, at=timezone.now())
        take_part(hackathon, person(f"Free{number}", "CN-GD"))
    assert queries_of(client, page) == before


def test_a_joint_proposal_counts_once_both_have_signed_and_again_after_a_change(
    as_user, li_wei, ayesha, sana
):
    """No one but the two reads it before; the second principal investigator never reviews it."""
    investor = li_wei.membership.investor
    call = make_programme(investor, by=li_wei, kind="research", applicants=["person"])
    second = factories.make_partner(
        "hua@example.com", factories.make_investor("Hangzhou Lab"), full_name="Hua"
    )
    first, other, host = as_user(ayesha), as_user(second), as_user(li_wei)
    apply = at("programme_apply", call, "person")
    said = {
        "answer_0": "Canary soil",
        "email": second.email.upper(),
        "institution": "Lahore Lab",
        "other_institution": "Hangzhou Lab",
        "send": "yes",
    }
    assert first.post(apply, {**said, "email": ""}).status_code == 422
    assert first.post(apply, {**said, "other_institution": "LAHORE lab"}).status_code == 422
    assert not models.ProgrammeApplication.objects.exists()
    assert first.post(apply, said).status_code == 302
    application = models.ProgrammeApplication.objects.get()
    listed, page = at("programme_applications", call), at("programme_proposal", call, application.pk)
    decision = at("programme_application", call, application.pk)
    assert ("Ayesha Khan" in body(host, listed), host.get(decision).status_code) == (False, 404)
    with pytest.raises(WrongStateError):
        applications.decide(
            application, ProgrammeApplicationAct.ACCEPT, reason="", by=li_wei, at=timezone.now()
        )
    assert as_user(sana).get(page).status_code == 404
    assert "Joint proposals to sign" in body(other, reverse("own_programmes"))
    read = models.ProgrammeProposal.objects.get().version
    first.post(apply, {**said, "supervision": "One student"})
    other.post(page, {"seen": read})  # it has changed since
    assert models.ProgrammeProposal.objects.get().signed_at is None
    other.post(page, {"seen": models.ProgrammeProposal.objects.get().version})
    assert "Canary soil" in body(host, decision)
    assert list(Notice.objects.filter(user=li_wei).values_list("kind", flat=True)) == ["programme_applied"]
    assert OutboxMail.objects.filter(recipient=second.email, kind="programme_proposal").exists()
    first.post(apply, {**said, "answer_0": "Canary water"})
    assert host.get(decision).status_code == 404
    other.post(page, {"seen": models.ProgrammeProposal.objects.get().version})
    models.ProgrammeReviewer.objects.create(
        programme=call, user=second, email=second.email, declared_at=timezone.now()
    )
    assert other.get(at("programme_review_one", call, application.pk)).status_code == 404
    erase_company(second.membership.company, by=second, at=timezone.now())
    erase_account(second, at=timezone.now())
    assert models.ProgrammeProposal.objects.get().signed_at is None


def test_nobody_learns_whose_account_an_address_is_before_its_owner_signs(as_user, li_wei, ayesha):
    """Each gets one mail, however often the address is swapped, and it is not swapped without limit."""
    call = make_programme(li_wei.membership.investor, by=li_wei, kind="research", applicants=["person"])
    first, page = as_user(ayesha), at("programme", call)
    apply = at("programme_apply", call, "person")
    said = {
        "answer_0": "Soil",
        "institution": "Lahore Lab",
        "other_institution": "Hangzhou Lab",
        "send": "yes",
    }
    second = factories.make_founder("second@example.com", None, full_name="Second Person")
    other = factories.make_founder("other@example.com", None, full_name="Other Person")
    for user in (second, other, second):
        assert first.post(apply, {**said, "email": user.email}).status_code == 302
        shown = body(first, page) + body(first, apply)
        assert (user.email in shown, user.full_name in shown) == (True, False)
    assert "Other Person" not in str(copy_for(ayesha)) + str(copy_for(li_wei))
    sent = OutboxMail.objects.filter(kind="programme_proposal").values_list("recipient", flat=True)
    assert sorted(sent) == sorted([second.email, other.email])
    proposal = models.ProgrammeProposal.objects.get()
    address = at("programme_proposal", call, proposal.application_id)
    as_user(second).post(address, {"seen": proposal.version})
    assert "Second Person" in body(first, page)
    first.post(apply, {**said, "answer_0": "Water", "email": second.email})
    assert sent.filter(recipient=second.email).count() == 2, "the signature that a change undid is asked for"
    assert "Second Person" not in body(first, page)
    swapped = [
        first.post(apply, {**said, "email": f"p{number}@example.com"}).status_code for number in range(12)
    ]
    assert swapped[-1] != 302
    assert models.ProgrammeProposal.objects.get().email == f"p{swapped.count(302) - 1}@example.com"


def test_who_leads_a_team_invites_whoever_can_be_found_and_is_in_none(as_user, hackathon):
    """Without anyone from the other side too: the page says so after a team is made."""
    lahore, near = person("Lahore", "PK-LHE"), person("Near", "PK-PB")
    shy = person("Shy", "PK-PB", audience=CardAudience.ORGANISERS)
    _ours, theirs, hidden = take_part(hackathon, lahore, near, shy)
    lead, page = as_user(lahore), at("programme_teams", hackathon)
    assert "Invite another participant" not in body(lead, page)
    lead.post(page, {"name": "Canal", "place_count": "3"})
    assert [each.pk for each in lead.get(page).context["teams"]["others"]] == [theirs.pk]
    shown = body(lead, page)
    assert ("Near works" in shown, "Shy" in shown) == (True, False)
    act = at("programme_team", hackathon, models.ProgrammeTeam.objects.get().pk)
    assert f'action="{act}"' in shown[shown.index("Invite another participant") :]
    lead.post(act, {"act": "invite", "application": theirs.pk})
    assert lead.get(page).context["teams"]["others"] == []
    assert "Invite another participant" not in body(as_user(near), page)
    guess = {"act": "invite", "application": hidden.pk}
    assert lead.post(act, guess).status_code == 404, "a number finds no one who is not shown"
    assert not Notice.objects.filter(user=shy).exists()
    as_user(shy).post(act, {"act": "ask"})
    assert lead.post(act, guess).status_code == 302
    assert hidden.team_members.get().state == MemberState.JOINED


def test_a_suspended_participant_writes_to_no_one_by_a_team(as_user, hackathon, startup, ayesha):
    near = person("Near", "PK-PB")
    _ours, theirs = take_part(hackathon, startup, near)
    founder, page = as_user(ayesha), at("programme_teams", hackathon)
    founder.post(page, {"name": "Canal", "place_count": "3"})
    team = models.ProgrammeTeam.objects.get()
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    founder.post(at("programme_team", hackathon, team.pk), {"act": "invite", "application": theirs.pk})
    assert not Notice.objects.filter(user=near).exists()
    team.delete()
    founder.post(page, {"name": "Canary words", "place_count": "3"})
    assert not models.ProgrammeTeam.objects.exists()
