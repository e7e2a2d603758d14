"""Co-organisers, files for those who take part, what is asked of people, and finding by words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.selectors.outcomes import other_sides, own_sides
from matchmaker.events.programmes.selectors.programmes import reader_of
from matchmaker.events.programmes.services import outcomes
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.programmes import PersonCard, ProgrammeApplication, ProgrammeFile, ProgrammeHost
from matchmaker.models.programmes.programme import RESUME_TIME, ProgrammeApplicationState, ProgrammeState
from profiles.choices import FileKind, Side, Status
from profiles.models import CheckedFile, Investor, Notice, OutboxMail, Place, Sector, Startup
from profiles.platform.files import services as files
from tests import factories, sent_files
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
from tests.matchmaker.events.programmes.programmed import at, body, make_application, make_programme
from tests.matchmaker.events.programmes.test_people import person

pytestmark = pytest.mark.django_db
A = ProgrammeApplicationState


@pytest.fixture
def programme(li_wei):
    return make_programme(li_wei.membership.investor, by=li_wei, place_count=20)


@pytest.fixture
def asked(as_user, programme, ayesha, li_wei):
    """The startup's founder is asked to co-organise."""
    as_user(li_wei).post(at("programme_hosts", programme), {"email": ayesha.email.upper()})
    return ProgrammeHost.objects.get()


def accept(as_user, host, user):
    return as_user(user).post(at("programme_host", host.programme, host.pk), {"act": "accept"})


def test_a_co_organiser_is_named_and_decides_once_it_has_accepted(
    as_user, programme, asked, startup, ayesha, li_wei
):
    founder, page = as_user(ayesha), at("programme", programme)
    sent = make_application(programme, factories.make_startup("Ravi Fields"), by=ayesha)
    assert OutboxMail.objects.filter(kind="programme_host_asked", recipient=ayesha.email).count() == 1
    decide = at("programme_application", programme, sent.pk)
    assert startup.name not in body(as_user(None), page)
    assert founder.get(decide).status_code == 404
    accept(as_user, asked, ayesha)
    assert startup.name in body(as_user(None), page)
    assert Notice.objects.filter(user=li_wei, kind="programme_host_accepted").exists()
    founder.post(decide, {"act": "accept"})
    sent.refresh_from_db()
    assert sent.state == A.ACCEPTED
    founder.post(at("programme_cohort", programme), {"what": "announcement", "text": "The bus leaves"})
    assert programme.announcements.exists()
    for name in ("programme_dates", "programme_edit"):
        assert founder.get(at(name, programme)).status_code == 404
    assert founder.post(at("programme_move", programme), {"act": "cancel"}).status_code == 404
    assert founder.get(at("programme_apply", programme, "startup")).status_code == 404
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    assert startup.name not in body(as_user(None), page)
    assert founder.get(decide).status_code == 404
    Startup.objects.filter(pk=startup.pk).update(status=Status.APPROVED)
    founder.post(at("programme_host", programme, asked.pk), {"act": "end"})
    assert startup.name not in body(as_user(None), page)
    assert founder.get(decide).status_code == 404


def test_nobody_else_accepts_and_a_company_does_not_judge_itself(as_user, programme, asked, startup, ayesha):
    other = factories.make_founder("other@example.com", factories.make_startup("Ravi Fields"))
    assert accept(as_user, asked, other).status_code == 404
    make_application(programme, startup, by=ayesha)
    accept(as_user, asked, ayesha)
    asked.refresh_from_db()
    assert asked.accepted_at is None
    ProgrammeApplication.objects.all().delete()
    accept(as_user, asked, ayesha)
    asked.refresh_from_db()
    assert (asked.startup, asked.user) == (startup, ayesha)


def test_five_are_asked_at_most_and_nobody_learns_who_has_an_account(as_user, programme, li_wei, sana):
    host, page = as_user(li_wei), at("programme_hosts", programme)
    sentences = set()
    for number in range(6):
        address = sana.email if number == 0 else f"nobody{number}@example.com"
        answer = host.post(page, {"email": address}, follow=True)
        sentences |= {str(each) for each in answer.context["messages"]}
    assert len(sentences) == 1
    assert programme.hosts.count() == 5
    accept(as_user, programme.hosts.get(email=sana.email), sana)
    assert "The curators of Corridor" in body(as_user(None), at("programme", programme))
    assert as_user(sana).get(at("programme_applications", programme)).status_code == 200
    assert as_user(sana).get(at("programme_dates", programme)).status_code == 404


def test_a_block_ends_it_and_keeps_the_blocked_from_applying(as_user, programme, asked, ayesha, li_wei):
    accept(as_user, asked, ayesha)
    rival = factories.make_investor("Chengsui")
    partner = factories.make_partner("partner2@example.com", rival)
    startup, said = ayesha.membership.startup, {"by": ayesha, "at": timezone.now()}
    block_company(startup, rival, side=Side.STARTUP, **said)
    page = at("programme", programme)
    assert "not taking new applications" in body(as_user(partner), page)
    block_company(startup, programme.investor, side=Side.STARTUP, **said)
    assert not programme.hosts.exists()
    assert "not taking new applications" not in body(as_user(partner), page)


def test_files_are_checked_and_saved_only_by_those_who_take_part(
    as_user, programme, startup, ayesha, li_wei, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    host, founder, page = as_user(li_wei), as_user(ayesha), at("programme_cohort", programme)
    assert host.post(page, {"what": "file"}).status_code == 422
    script = SimpleUploadedFile("run.exe", b"MZ")
    assert host.post(page, {"what": "file", "file": script}).status_code == 422
    plan = SimpleUploadedFile("plan.pdf", sent_files.pdf())
    assert founder.post(page, {"what": "file", "file": plan}).status_code == 404
    plan.seek(0)
    assert host.post(page, {"what": "file", "file": plan}).status_code == 302
    kept = ProgrammeFile.objects.get()
    assert kept.file.kind == FileKind.PDF
    assert "plan.pdf" in body(host, page)
    assert "plan.pdf" not in body(founder, page)
    address = at("programme_file", programme, kept.pk)
    assert founder.post(address).status_code == 404
    while files.check_next(at=timezone.now()):
        pass
    assert "plan.pdf" in body(founder, page)
    saved = founder.post(address)
    assert b"".join(saved.streaming_content).startswith(b"%PDF-")
    assert "attachment" in saved["Content-Disposition"]
    stranger = factories.make_founder("stranger@example.com", factories.make_startup("Ravi Fields"))
    assert as_user(stranger).post(address).status_code == 404
    assert founder.get(address).status_code == 405
    host.post(at("programme_file_remove", programme, kept.pk))
    assert not CheckedFile.objects.exists()


@pytest.mark.parametrize(
    ("asked", "stated"),
    [
        ({"skills": ["maps"]}, {"skills": ["web"]}),
        ({"languages": ["zh"]}, {"languages": ["en", "ur"]}),
        ({"places": ["CN"]}, {}),
        ({"sectors": ["FIN"]}, {"field": "AGR01"}),
    ],
)
def test_what_a_card_states_otherwise_keeps_a_person_from_applying(as_user, programme, asked, stated):

    omar = person("Omar", "PK-LHE")
    models = {"places": Place, "sectors": Sector}
    for name, codes in asked.items():
        if name in models:
            getattr(programme, name).set(models[name].objects.filter(code__in=codes))
        else:
            setattr(programme, name, codes)
    programme.save()
    field = stated.pop("field", None)
    PersonCard.objects.update(**stated, field=Sector.objects.filter(code=field).first())
    client, apply = as_user(omar), at("programme_apply", programme, "person")
    assert "for" in body(client, at("programme", programme))
    client.post(apply, {"answer_0": "Sixty sensors", "send": "yes"})
    assert not ProgrammeApplication.objects.exists()
    PersonCard.objects.all().delete()
    client.post(apply, {"answer_0": "Sixty sensors", "send": "yes"})
    assert ProgrammeApplication.objects.get().state == A.SENT, "what is not stated is no no"


def test_programmes_are_found_by_words_in_any_language(as_user, li_wei):
    investor = li_wei.membership.investor
    make_programme(investor, by=li_wei, title_en="Canals", title_zh="水利黑客松")
    make_programme(investor, by=li_wei, title_en="Soils", text_en="Roots and water")
    make_programme(investor, by=li_wei, title_en="Secret water", state=ProgrammeState.DRAFT)
    client = as_user(None)

    def found(words):
        page = client.get(reverse("programmes"), {"q": words})
        return sorted(row["programme"].title_en for row in page.context["list"]["rows"])

    assert found("WATER roots") == ["Soils"]
    assert found("水利") == ["Canals"]
    assert found("water secret") == found("%") == []


def test_an_organiser_takes_a_place_and_gives_it_up(li_wei, partner, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1)
    waits = make_application(programme, startup, by=ayesha, state=A.WAITLISTED)
    assert "Take part with your company" in body(partner, at("programme", programme))
    partner.post(at("programme_take_part", programme))
    row = programme.applications.get(investor=programme.investor)
    assert (row.state, row.place_number) == (A.ACCEPTED, 1)
    assert "Take part with your company" not in body(partner, at("programme", programme))
    partner.post(at("programme_take_part", programme))
    assert programme.applications.filter(investor=programme.investor).count() == 1
    assert not Notice.objects.filter(user=li_wei, kind__startswith="programme_a").exists(), (
        "not told of itself"
    )
    row.refresh_from_db()
    partner.post(at("programme_withdraw", programme, "investor"), {"seen": row.version})
    waits.refresh_from_db()
    assert waits.state == A.ACCEPTED, "the place goes to the waitlist"


def test_a_co_organiser_takes_part_and_nobody_without_room_or_profile_does(as_user, li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, place_count=1)
    assert as_user(ayesha).post(at("programme_take_part", programme)).status_code == 404
    programme.hosts.create(email=ayesha.email, user=ayesha, startup=startup, accepted_at=timezone.now())
    as_user(ayesha).post(at("programme_take_part", programme))
    assert programme.applications.get().startup == startup
    text = as_user(li_wei).post(at("programme_take_part", programme), follow=True).content.decode()
    assert "All places are taken." in text
    programme.applications.all().delete()
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.SUSPENDED)
    assert as_user(li_wei).post(at("programme_take_part", programme)).status_code == 404
    Investor.objects.filter(pk=programme.investor_id).update(status=Status.APPROVED)
    programme.applicants = ["startup"]
    programme.save()
    as_user(li_wei).post(at("programme_take_part", programme))
    assert not programme.applications.exists(), "the programme is not for its side"


def test_its_people_choose_and_have_a_schedule_beside_the_organisers_pages(as_user, li_wei, startup, ayesha):
    mission = make_mission(li_wei.membership.investor, by=li_wei)
    programme, host = mission.programme, as_user(li_wei)
    ours = make_delegation(mission, programme.investor, by=li_wei)
    theirs = make_delegation(mission, startup, by=li_wei)
    text = body(host, at("mission", programme))
    assert at("mission_wishes", programme, ours.public_id) in text
    assert at("mission_plans", programme) in text
    wishes = at("mission_wishes", programme, ours.public_id)
    assert host.get(wishes).status_code == 200
    assert host.get(at("mission_wishes", programme, theirs.public_id)).status_code == 404
    mission.state, mission.published_at = MissionState.PUBLISHED, timezone.now()
    mission.save()
    meeting = make_meeting(mission, theirs, ours)
    own = at("mission_day_meeting", programme, meeting.key)
    assert host.get(own).status_code == 200
    host.post(own, {"act": "accept", "seen": meeting.version})
    meeting.refresh_from_db()
    assert meeting.investor_accepted_at is not None
    assert meeting.startup_accepted_at is None
    other = make_meeting(
        mission, theirs, make_delegation(mission, factories.make_investor("Far"), by=li_wei), slot=1
    )
    assert host.get(at("mission_day_meeting", programme, other.key)).status_code == 404


def test_it_records_outcomes_with_others_and_never_with_itself(li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED)
    make_application(programme, programme.investor, by=li_wei, state=A.ACCEPTED)
    make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    reader = reader_of(li_wei)
    own = own_sides(reader, programme)
    assert [side.name for side in own] == ["Pearl River Capital", "Pearl River Capital"]
    assert [side.name for side in other_sides(reader, programme, own)] == ["Indus Grow"]


def test_it_is_asked_for_outcomes_once_and_answers_for_both(as_user, li_wei, startup, ayesha):
    programme = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED)
    own = make_application(programme, programme.investor, by=li_wei, state=A.ACCEPTED)
    other = make_application(programme, startup, by=ayesha, state=A.ACCEPTED)
    outcomes.ask_due(at=timezone.now() + RESUME_TIME)
    told = Notice.objects.filter(kind="programme_outcomes_asked").values_list("user__email", flat=True)
    assert sorted(told) == sorted([ayesha.email, li_wei.email])
    values = {"kind": "memorandum", "happened_on": timezone.localdate(), "words": "A draft"}
    outcomes.record_outcome(programme, mine=own, whom=other, values=values, by=li_wei, at=timezone.now())
    programme.refresh_from_db()
    assert not programme.owes_an_answer, "what it records as a participant is its answer"
