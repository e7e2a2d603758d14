"""Programmes: who reads what, how they move along their tables, and what is told."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from matchmaker.choices import OverrideKind
from matchmaker.events.programmes.services import hosts, programmes
from matchmaker.events.programmes.services.telling import notify_waiting
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeStep
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.models.search import SearchAudience, SearchTerm
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_account, erase_company
from matchmaker.portal.search import services as search
from matchmaker.registry import QUEUES
from profiles.choices import Role, Status
from profiles.models import Notice, OutboxMail, PartnershipForm, Place, Sector, Stage, Startup
from profiles.people.accounts.time_zones import zone_choices
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.queries import queries_of
from tests.sealing import seal_and_verify

S, A = ProgrammeState, ProgrammeApplicationState
pytestmark = pytest.mark.django_db


def when(days):
    return (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def form(**fields):
    return {
        "kind": "hackathon",
        "title_en": "Water hackathon",
        "title_zh": "水利黑客松",
        "text_en": "Two days on canals and sensors.",
        "time_zone": "Asia/Karachi",
        "apply_by": when(10),
        "starts_at": when(20),
        "ends_at": when(22),
        "is_online": "on",
        "languages": ["en", "zh"],
        "applicants": ["startup", "person"],
        "place_count": "1",
        "who_pays": "The organiser",
        "question_1_en": "What do you bring?",
        "required_1": "on",
        **fields,
    }


def told(user, prefix="programme"):
    rows = Notice.objects.filter(user=user, kind__startswith=prefix).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_from_a_draft_to_the_end(as_user, startup, ayesha, li_wei, sana):
    """The whole story by the pages: organiser, curator, applicants, waitlist, end."""
    host, founder, curator, nobody = (as_user(each) for each in (li_wei, ayesha, sana, None))
    assert host.post(reverse("programme_create"), form(title_en="", title_zh="")).status_code == 422
    assert host.post(reverse("programme_create"), form(starts_at=when(5))).status_code == 422
    closes = when(10)
    assert host.post(reverse("programme_create"), form(who_pays="", apply_by=closes)).status_code == 302
    programme = Programme.objects.get()
    assert programme.apply_by.astimezone(programme.zone).strftime("%Y-%m-%dT%H:%M") == closes
    page, move = at("programme", programme), at("programme_move", programme)
    assert "who pays what" in body(host, page)
    host.post(move, {"act": "submit"})
    assert host.post(at("programme_edit", programme), form()).status_code == 302
    assert [each.get(page).status_code for each in (nobody, founder, curator)] == [404] * 3
    host.post(move, {"act": "submit"})
    assert next(queue for queue in QUEUES if queue.url_name == "programme_reviews").state().count == 1
    review = at("programme_review", programme)
    assert curator.post(review, {"outcome": "send_back", "message": ""}).status_code == 422
    seen = {"seen": Programme.objects.get().version}
    curator.post(review, {"outcome": "send_back", "message": "Which rooms?", **seen})
    assert "Which rooms?" in body(host, page)
    host.post(move, {"act": "submit"})
    assert curator.post(review, {"outcome": "approve", **seen}).status_code == 422  # it has moved since
    curator.post(review, {"outcome": "approve", "seen": Programme.objects.get().version})
    public = body(nobody, page)
    preview = 'og:title" content="Water hackathon'
    for words in (preview, "/card.png", "Pearl River Capital", "1 of 1 place free"):
        assert words in public

    apply, person = at("programme_apply", programme, "startup"), at("programme_apply", programme, "person")
    assert founder.post(apply, {"answer_0": "", "send": "yes"}).status_code == 422
    assert founder.post(apply, {"answer_0": ""}).status_code == 302  # a draft may be empty
    assert told(li_wei)[-1] == "programme_approved"
    assert "No applications yet" in body(host, at("programme_applications", programme))
    founder.post(apply, {"answer_0": "Sixty sensors", "send": "yes"})
    founder.post(apply, {"answer_0": "Seventy sensors", "send": "yes"})
    founder.post(person, {"answer_0": "My own hands", "send": "yes"})
    ours, mine = ProgrammeApplication.objects.order_by("pk")
    receipts = OutboxMail.objects.filter(recipient=ayesha.email, kind="programme_received").order_by("pk")
    of_company, of_person = (receipt.body for receipt in receipts)  # a change brings no second one
    assert "received the application of Indus Grow. You can change it until" in of_company
    assert f"close on {date_format(programme.apply_by.astimezone(programme.zone))}" in of_person
    assert (ours.answers, ours.state, mine.name) == (["Seventy sensors"], A.SENT, "Ayesha Khan")
    decide = at("programme_application", programme, ours.pk)
    assert "Seventy sensors" in body(host, decide)
    host.post(decide, {"act": "accept", "reason": "", "seen": ours.version})
    second = at("programme_application", programme, mine.pk)
    taken = host.post(second, {"act": "accept", "seen": mine.version})
    assert taken.status_code == 422, "all places are taken"
    host.post(second, {"act": "waitlist", "reason": "Good, but late", "seen": mine.version})
    assert "Number 1 on the waitlist" in body(founder, page)
    assert "Good, but late" in body(founder, page)
    assert "You give up your accepted place" in body(founder, page)
    founder.post(at("programme_withdraw", programme, "startup"))
    assert [receipt.body for receipt in receipts.all()] == [of_person]
    assert told(li_wei)[-1] == "programme_withdrawn"
    mine.refresh_from_db()
    assert (mine.state, mine.place_number) == (A.ACCEPTED, 1)
    kinds = ["programme_accepted", "programme_waitlisted", "programme_moved_up"]
    assert told(ayesha) == kinds
    assert OutboxMail.objects.filter(recipient=ayesha.email, kind__in=kinds).count() == 3
    for act in ("close", "start", "finish"):
        host.post(move, {"act": act})
    programme.refresh_from_db()
    assert programme.state == S.FINISHED
    assert "1 of 1" not in body(nobody, reverse("programmes"))
    assert seal_and_verify().holds
    assert "ended the programme “Water hackathon”" in body(curator, reverse("audit"))


def test_nobody_plans_in_a_time_zone_that_the_site_chose(as_user, sana):
    """A curator without a time zone is asked: the first of the list would be a clock of elsewhere."""
    form = as_user(sana).get(reverse("programme_create")).context["form"]
    assert form["time_zone"].value() not in dict(zone_choices("en"))
    assert form.fields["time_zone"].choices[0] == ("", "–")


def test_a_curator_organises_for_the_site_and_others_do_not(as_user, ayesha, sana):
    curator, founder = as_user(sana), as_user(ayesha)
    curator.post(reverse("programme_create"), form())
    programme = Programme.objects.get()
    assert programme.company is None
    assert founder.post(at("programme_move", programme), {"act": "submit"}).status_code == 404
    curator.post(at("programme_move", programme), {"act": "submit"})
    review = at("programme_review", programme)
    assert "This site has no other curator" in body(curator, review)
    approve = {"outcome": "approve", "seen": Programme.objects.get().version}
    refused = curator.post(review, approve)
    assert refused.status_code == 422
    assert "another curator must approve it" in refused.content.decode()
    second = factories.make_user("second@example.com", Role.CURATOR, full_name="Hina Shah")
    assert "These curators can approve it: Hina Shah" in body(curator, review)
    assert as_user(second).post(review, approve).status_code == 302
    assert "The curators of Corridor" in body(as_user(None), at("programme", programme))
    assert told(sana) == ["programme_approved"]


def test_who_finds_a_programme_in_which_state(as_user, ayesha, li_wei, sana, settings):
    readers = [as_user(each) for each in (None, ayesha, sana, li_wei)]
    for state in (S.OPEN, S.CANCELLED, S.DRAFT, S.REVIEW):
        Programme.objects.all().delete()
        programme = make_programme(li_wei.membership.investor, by=li_wei, state=state)
        found = [each.get(at("programme", programme)).status_code == 200 for each in readers]
        is_public = state == S.OPEN
        assert found == [is_public, is_public, state in (S.OPEN, S.REVIEW), True], state
        assert ("Water hackathon" in body(readers[0], reverse("programmes"))) == is_public
    settings.DEMO = False  # and sana has no second factor
    assert readers[2].get(at("programme", programme)).status_code == 404


def test_a_suspended_or_hidden_organiser_is_off_the_list_and_who_applied_still_sees_it(
    as_user, startup, ayesha, li_wei, sana
):
    investor = li_wei.membership.investor
    programme, other = make_programme(investor, by=li_wei), make_programme(investor, by=li_wei)
    make_application(programme, startup, by=ayesha)
    type(investor).objects.update(status=Status.SUSPENDED)
    client = as_user(ayesha)
    assert [client.get(at("programme", each)).status_code for each in (programme, other)] == [200, 404]
    type(investor).objects.update(status=Status.APPROVED)
    CuratorOverride.objects.create(
        startup=startup, investor=investor, kind=OverrideKind.HIDE, note="Apart", by=sana
    )
    assert [client.get(at("programme", each)).status_code for each in (programme, other)] == [404, 404]
    assert "Water hackathon" not in body(client, reverse("own_programmes"))


def test_a_condition_that_is_not_met_keeps_from_applying_and_says_why(as_user, startup, ayesha, li_wei):
    conditions = {
        "sectors": (Sector, "FIN01", "Sectors: this programme is only for", "AGR"),
        "stages": (Stage, "series_a", "Funding stages: this programme is only for", "seed"),
        "places": (Place, "CN", "Locations: this programme is only for", "PK"),
        "forms": (PartnershipForm, "pilot", "Partnership types: this programme is only for", "equity"),
    }
    client, sent = as_user(ayesha), {"answer_0": "Us", "send": "yes"}
    for name, (terms, other, words, own) in conditions.items():
        programme = make_programme(li_wei.membership.investor, by=li_wei)
        getattr(programme, name).set(terms.objects.filter(code=other))
        apply = at("programme_apply", programme, "startup")
        assert words in body(client, at("programme", programme))
        assert client.get(apply).status_code == 302
        assert client.post(apply, sent).status_code == 422
        assert not programme.applications.exists()
        getattr(programme, name).set(terms.objects.filter(code=own))
        client.post(apply, sent)
        assert programme.applications.get().state == A.SENT

    # What a profile does not state is no "no".
    Startup.objects.update(stage=None)
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    programme.stages.set(Stage.objects.filter(code="seed"))
    apply = at("programme_apply", programme, "startup")
    assert "you have not stated this" in body(client, apply)
    client.post(apply, sent)
    page = at("programme_application", programme, programme.applications.get().pk)
    assert "Conditions that the profile does not state" in body(as_user(li_wei), page)


def test_who_is_not_asked_or_blocked_cannot_apply(as_user, startup, ayesha, li_wei):
    investor = li_wei.membership.investor
    programme = make_programme(investor, by=li_wei, applicants=["investor", "startup"])
    founder, host = as_user(ayesha), as_user(li_wei)
    person = at("programme_apply", programme, "person")
    assert [founder.get(person).status_code, founder.post(person).status_code] == [404, 404]
    assert host.get(at("programme_apply", programme, "investor")).status_code == 404, "not for one's own"
    for side in ("startup", "investor"):
        CompanyBlock.objects.all().delete()
        CompanyBlock.objects.create(side=side, startup=startup, investor=investor, by=li_wei)
        page = body(founder, at("programme", programme))
        assert "The organiser is not taking new applications" in page
        sent = founder.post(at("programme_apply", programme, "startup"), {"answer_0": "Us", "send": "yes"})
        assert sent.status_code == 422
    assert (ProgrammeApplication.objects.count(), told(li_wei)) == (0, [])


def test_nothing_changes_after_the_deadline_even_before_the_worker_closes_it(
    as_user, startup, ayesha, li_wei
):
    past = timezone.now() - timedelta(days=20)
    programme = make_programme(li_wei.membership.investor, by=li_wei, at=past)
    mine = make_application(programme, startup, by=ayesha)
    client, apply = as_user(ayesha), at("programme_apply", programme, "startup")
    assert "The deadline has passed" in body(client, at("programme", programme))
    assert client.get(apply).status_code == 302
    assert client.post(apply, {"answer_0": "Later words", "send": "yes"}).status_code == 422
    mine.refresh_from_db()
    assert mine.answers == ["Sixty sensors"]
    assert (programmes.close_due(at=timezone.now()), programmes.close_due(at=timezone.now())) == (1, 0)
    programme.refresh_from_db()
    assert programme.state == S.CLOSED
    assert ProgrammeStep.objects.get().by is None


def test_new_dates_and_places_are_told_and_places_go_to_the_waitlist(as_user, startup, ayesha, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1, state=S.CLOSED)
    first, second = factories.make_startup("First"), factories.make_startup("Second")
    make_application(programme, first, by=ayesha, state=A.ACCEPTED)
    waits = make_application(programme, startup, by=ayesha, state=A.WAITLISTED)
    later = make_application(
        programme, second, by=ayesha, state=A.WAITLISTED, at=timezone.now() + timedelta(hours=1)
    )
    host, dates = as_user(li_wei), at("programme_dates", programme)
    new = {name: form()[name] for name in ("time_zone", "starts_at", "ends_at")}
    assert host.post(dates, {**new, "apply_by": when(12), "place_count": "0"}).status_code == 422
    assert host.post(dates, {**new, "apply_by": when(-1), "place_count": "2"}).status_code == 422
    assert host.post(dates, {**new, "apply_by": when(12), "place_count": "2"}).status_code == 302
    programme.refresh_from_db(), waits.refresh_from_db(), later.refresh_from_db()
    found = (programme.state, programme.place_count, waits.state, later.state)
    assert found == (S.OPEN, 2, A.ACCEPTED, A.WAITLISTED)
    assert told(ayesha) == ["programme_corrected", "programme_moved_up"]
    assert host.post(dates, {**new, "apply_by": when(12), "place_count": "1"}).status_code == 422, (
        "announced places stay"
    )


def test_declining_says_why_and_a_drafts_words_are_nobody_elses(as_user, startup, ayesha, li_wei, sana):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    sent = make_application(programme, startup, by=ayesha)
    make_application(programme, ayesha, by=ayesha, state=A.DRAFT, answers=["Canary draft"])
    host, page = as_user(li_wei), at("programme_application", programme, sent.pk)
    assert host.post(page, {"act": "decline", "reason": "", "seen": sent.version}).status_code == 422
    assert host.post(page, {"act": "decline", "reason": "Late", "seen": "old"}).status_code == 422
    host.post(page, {"act": "decline", "reason": "Another field", "seen": sent.version})
    assert "Another field" in body(as_user(ayesha), at("programme", programme))
    readers = (host, as_user(sana), as_user(None))
    pages = (at("programme", programme), at("programme_applications", programme))
    assert not any("Canary draft" in body(reader, page) for reader, page in product(readers, pages))
    assert told(ayesha) == ["programme_declined"]
    draft = ProgrammeApplication.objects.get(state=A.DRAFT)
    assert host.get(at("programme_application", programme, draft.pk)).status_code == 404
    as_user(ayesha).post(at("programme_withdraw", programme, "person"))
    assert not ProgrammeApplication.objects.filter(person=ayesha).exists()


def test_filters_leave_what_they_say(as_user, li_wei):
    investor, client = li_wei.membership.investor, as_user(None)
    first = make_programme(investor, by=li_wei, title_en="First of all")
    first.sectors.set(Sector.objects.filter(code="AGR01"))
    place = Place.objects.get(code="PK-PB")
    make_programme(investor, by=li_wei, title_en="The second", kind="research", state=S.RUNNING, place=place)
    make_programme(investor, by=li_wei, title_en="A third", applicants=["person"], is_online=False)

    def found(query):
        page = body(client, f"{reverse('programmes')}?{query}")
        return [title for title in ("First of all", "The second", "A third") if title in page]

    assert found("") == ["First of all", "The second", "A third"]
    assert found("kind=research") == found("state=running") == found("country=PK") == ["The second"]
    assert found("who=investor&state=open") == found("sector=AGR") == ["First of all"]
    assert found("country=online") == ["First of all", "The second"]
    assert found("kind=x&page=99&state=draft&sector=none") == ["First of all", "The second", "A third"]


def test_pages_ask_the_same_queries_for_one_row_and_three(as_user, startup, ayesha, li_wei, sana):
    investor, founder, host = li_wei.membership.investor, as_user(ayesha), as_user(li_wei)
    programme = make_programme(investor, by=li_wei, place_count=9)
    make_application(programme, startup, by=ayesha)
    make_programme(investor, by=li_wei, state=S.REVIEW)
    pages = (
        (founder, reverse("programmes")),
        (founder, reverse("own_programmes")),
        (host, reverse("own_programmes")),
        (host, at("programme_applications", programme)),
        (as_user(sana), reverse("programme_reviews")),
    )
    before = [queries_of(*page) for page in pages]
    for number in range(2):
        make_application(make_programme(investor, by=li_wei), startup, by=ayesha)
        make_application(programme, factories.make_startup(f"Startup {number}"), by=ayesha)
        make_programme(investor, by=li_wei, state=S.REVIEW)
    assert [queries_of(*page) for page in pages] == before


def test_the_picture_is_public_small_and_in_the_readers_language(as_user, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    picture = as_user(None).get(at("programme_card", programme))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert len(picture.content) < 300_000
    Programme.objects.update(state=S.CANCELLED, ended_at=timezone.now())
    assert as_user(None).get(at("programme_card", programme)).status_code == 404


def test_a_copy_holds_ones_own_and_leaving_frees_the_place(as_user, startup, ayesha, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=2)
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED, answers=["Canary answer"])
    person = factories.make_founder("solo@example.com", None)
    make_application(programme, person, by=person, state=A.ACCEPTED)
    rival, third = factories.make_startup("Ravi Fields"), factories.make_startup("Chenab")
    for late, each in enumerate((rival, third)):
        moment = timezone.now() + timedelta(minutes=late)
        make_application(programme, each, by=ayesha, state=A.WAITLISTED, at=moment)
    ours, theirs = copy_for(ayesha), copy_for(li_wei)
    assert [row["answers"] for row in ours["matchmaker.ProgrammeApplication"]] == [["Canary answer"]]
    assert "matchmaker.Programme" not in ours
    assert "matchmaker.ProgrammeApplication" not in theirs
    erase_company(startup, by=ayesha, at=timezone.now())
    assert programme.applications.get(startup=rival).state == A.ACCEPTED
    erase_account(person, at=timezone.now())
    assert not ProgrammeApplication.objects.filter(person=person).exists()
    assert programme.applications.get(startup=third).place_number == 2


def test_the_database_refuses_what_no_line_allows(startup, ayesha, li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1)
    held = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    rival = factories.make_startup("Ravi")
    programme_row, accepted = (type(row).objects.filter(pk=row.pk) for row in (programme, held))
    wrong = [
        lambda: programme_row.update(state=S.RUNNING),
        lambda: programme_row.update(startup=startup),
        lambda: programme_row.update(apply_by=None),
        lambda: programme_row.update(ends_at=programme.starts_at),
        lambda: accepted.update(place_number=None),
        lambda: accepted.update(place_number=2),
        lambda: accepted.update(person=ayesha),
        lambda: make_application(programme, rival, by=ayesha, state=A.ACCEPTED, place_number=1),
        lambda: make_application(programme, startup, by=ayesha),
    ]
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_who_cannot_apply_for_a_programme_reads_why(as_user, li_wei, ayesha, sana):
    programme = make_programme(li_wei.membership.investor, by=li_wei, applicants=["startup"])
    page = at("programme", programme)
    other = factories.make_partner("other@example.com", factories.make_investor("Other Capital"))
    assert "Your company cannot apply: this programme is open to Startups." in body(as_user(other), page)
    alone = factories.make_founder("alone@example.com", None)
    assert "You cannot apply without a company" in body(as_user(alone), page)
    for user in (ayesha, li_wei, sana, None):
        assert "cannot apply" not in body(as_user(user), page)


def test_notices_and_mails_name_the_programme_in_the_readers_language(as_user, startup, ayesha, li_wei):
    """Also that it is cancelled can be read by who had applied, and by no one else."""
    language, title = "zh-hans", "水利黑客松"
    type(ayesha).objects.filter(pk=ayesha.pk).update(language=language)
    programme = make_programme(li_wei.membership.investor, by=li_wei, title_zh=title)
    make_application(programme, startup, by=ayesha)
    programmes.cancel_programme(programme, by=li_wei, at=timezone.now())
    notify_waiting(at=timezone.now())
    mail = OutboxMail.objects.get(kind="programme_cancelled", recipient=ayesha.email)
    assert title in mail.subject
    assert title in mail.body.splitlines()[0]
    reader = as_user(ayesha)
    for address in (reverse("notices"), at("programme", programme)):
        page = reader.get(address, headers={"accept-language": language}).content.decode()
        assert title in page
    other = factories.make_founder("other@example.com", factories.make_startup("Ravi Fields"))
    assert as_user(other).get(at("programme", programme)).status_code == 404


def test_what_no_curator_has_read_is_not_mailed_to_a_stranger(li_wei, ayesha):
    """Whoever drafts a programme can name anyone: what they write reaches no one by mail before a review."""
    programme = make_programme(
        li_wei.membership.investor, by=li_wei, state=S.DRAFT, title_en="Win a prize", who_pays=""
    )
    hosts.ask_host(programme, email=ayesha.email, by=li_wei, at=timezone.now())
    mail = OutboxMail.objects.get(recipient=ayesha.email)
    assert "prize" not in mail.subject + mail.body
    assert "Co-hackathon" in mail.subject


def test_nobody_of_an_organiser_a_blocked_or_a_suspended_company_applies_as_a_person(
    as_user, startup, ayesha, li_wei, sana
):
    """What is refused to the company is refused to its people; an organiser would read what others wish."""
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    apply, page = at("programme_apply", programme, "person"), at("programme", programme)
    sent = {"answer_0": "My own hands", "send": "yes"}
    assert as_user(li_wei).post(apply, sent).status_code == 404, "who organises"
    founder = as_user(ayesha)
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    assert founder.post(apply, sent).status_code == 422, "whose company is suspended"
    assert "Apply as a person, not for a company" not in body(founder, page)
    Startup.objects.filter(pk=startup.pk).update(status=Status.APPROVED)
    said = {"startup": startup, "investor": programme.investor, "side": "investor", "by": li_wei}
    block = CompanyBlock.objects.create(**said)
    assert founder.post(apply, sent).status_code == 422, "whose company is blocked"
    assert "not taking new applications" in body(founder, page)
    assert not programme.applications.exists()
    block.delete()
    assert founder.post(apply, sent).status_code == 302
    host = programme.hosts.create(email="partner@example.com")
    partner = factories.make_founder("partner@example.com", startup)
    with pytest.raises(RefusedError, match="You already organise this programme or have applied for it"):
        hosts.accept_host(host, startup, by=partner, at=timezone.now())


def test_the_search_of_the_site_finds_what_the_list_shows_and_nothing_else(
    as_user, startup, ayesha, li_wei, sana
):
    """A canary in the title and the text of each: drafts, hidden and cancelled ones are found by no one."""
    investor = li_wei.membership.investor
    apart = factories.make_investor("Kept apart")
    CuratorOverride.objects.create(
        startup=startup, investor=apart, kind=OverrideKind.HIDE, note="Apart", by=sana
    )
    resting = factories.make_investor("Resting", status=Status.SUSPENDED)
    said = {"by": li_wei, "title_en": "Zafran canary", "text_en": "Zafran fields"}
    shown = {S.OPEN, S.CLOSED, S.RUNNING, S.FINISHED}
    for state in S:
        make_programme(investor, state=state, **{**said, "title_en": f"Zafran {state}"})
    make_programme(None, **{**said, "title_en": "Zafran of the curators"})
    for host in (apart, resting):
        make_programme(host, **said)
    search.index_everything(at=timezone.now())
    for user in (ayesha, li_wei, sana):
        found = as_user(user).get(reverse("search"), {"q": "zafran", "kind": "programme"})
        titles = {row.name for row in found.context["rows"]}
        expected = {f"Zafran {state}" for state in shown} | {"Zafran of the curators"}
        assert titles - {"Zafran canary"} == expected
        assert ("Zafran canary" in titles) == (user != ayesha), "whom a curator hides from the reader"
        of_partners = as_user(user).get(reverse("search"), {"q": "zafran", "side": "investor"})
        assert "Zafran of the curators" not in {row.name for row in of_partners.context["rows"]}
    words = SearchTerm.objects.filter(term="canary", audience__lt=SearchAudience.CURATORS)
    assert {each.entry.investor for each in words.select_related("entry__investor")} == {apart}


def test_search_follows_a_programme_when_it_moves(
    as_user, ayesha, li_wei, django_capture_on_commit_callbacks
):
    programme = make_programme(li_wei.membership.investor, by=li_wei, title_en="Zafran fields")
    client, address = as_user(ayesha), reverse("search")
    with django_capture_on_commit_callbacks(execute=True):
        programmes.close_programme(programme, by=li_wei, at=timezone.now())
    assert "Zafran" in body(client, f"{address}?q=zafran")
    with django_capture_on_commit_callbacks(execute=True):
        programmes.cancel_programme(programme, by=li_wei, at=timezone.now())
    assert "/programmes/" + programme.public_id not in body(client, f"{address}?q=zafran")
    assert not SearchTerm.objects.filter(term="zafran", audience__lt=SearchAudience.CURATORS).exists()
