"""What curators ask for stays open until it is mended or waived; ready-made reasons speak three languages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from profiles.choices import ReviewOutcome, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as reviews
from profiles.curation.reviews.selectors.requests import open_requests
from profiles.models import AuditRecord, CannedReason, NeedType, Review, ReviewReason
from profiles.platform.audit.services import subject_of
from tests.factories import make_founder, make_startup

pytestmark = pytest.mark.django_db
NOW = timezone.now()
NEEDS = ("Two hundred pumps", "A factory")


@pytest.fixture
def waiting(db):
    startup = make_startup("Kisaan Qadam", status=Status.SUBMITTED, submitted_at=NOW, reviewed_at=None)
    for text, kind in zip(NEEDS, NeedType.objects.exclude(code="capital"), strict=False):
        startup.needs.create(type=kind, description=text)
    return startup


@pytest.fixture
def owner(waiting):
    return make_founder("owner@example.com", waiting)


def page_of(startup):
    return reverse("review", args=["startup", startup.public_id])


def note_beside(page, text):
    """Return the name of the note beside the row that says this."""
    (needs,) = [each for each in page.context["lists"] if each["part"].name == "needs"]
    return next(note.html_name for row, note in needs["rows"] if text in [field.value for field in row])


def send(desk, startup, outcome, **typed):
    return desk.post(
        page_of(startup), {"outcome": outcome, "seen": desk.get(page_of(startup)).context["seen"], **typed}
    )


def submit_again(startup, by):
    """Hand a returned profile in with the consents that a submission needs."""
    for purpose in ("matching", "showing"):
        startup.consents.get_or_create(purpose=purpose, defaults={"text_version": "1", "given_by": by})
    companies.submit(startup, by=by, at=timezone.now())


def need(startup, text, **changed):
    """Return the needs of a startup as its form would send them, one of them changed."""
    names = ("type", "description", "urgency")
    rows = [{name: getattr(row, name) for name in names} for row in startup.needs.all()]
    return [{**row, **(changed if row["description"] == text else {})} for row in rows]


def ticks(client):
    """Return what the status page asks for, with whether it is ticked."""
    asked = client.get(reverse("startup_status")).context["reasons"]
    return [(each["label"], each["reason"], each["asked"].is_settled) for each in asked]


def test_a_row_is_asked_about_and_ticked_when_that_row_changes(desk, waiting, owner, as_user):
    beside = note_beside(desk.get(page_of(waiting)), NEEDS[0])
    send(desk, waiting, "returned", **{beside: "For which crop?", "reason-pitch": "Say who pays."})
    first = str(waiting.needs.get(description=NEEDS[0]).type)
    label, founder = f"Needs: {first}", as_user(owner)
    assert ticks(founder) == [
        ("Pitch in one sentence", "Say who pays.", False),
        (label, "For which crop?", False),
    ]

    other = need(waiting, NEEDS[1], description="A larger factory")
    companies.edit(waiting, changes={}, rows={"needs": other}, by=owner, at=NOW)
    assert not any(done for _label, _reason, done in ticks(founder))
    mended = need(waiting, NEEDS[0], description="Two hundred pumps for cotton")
    companies.edit(waiting, changes={}, rows={"needs": mended}, by=owner, at=NOW)
    assert [done for _label, _reason, done in ticks(founder)] == [False, True]
    back = need(waiting, "Two hundred pumps for cotton", description=NEEDS[0])
    companies.edit(waiting, changes={}, rows={"needs": back}, by=owner, at=NOW)
    assert not any(done for _label, _reason, done in ticks(founder))


def test_what_is_open_is_mended_or_waived_before_an_approval(desk, waiting, owner):
    send(desk, waiting, "returned", **{"reason-pitch": "Say who pays.", "reason-website": "It is gone."})
    companies.edit(waiting, changes={"pitch": "Farmers pay per acre"}, by=owner, at=NOW)
    submit_again(waiting, owner)
    shown = desk.get(page_of(waiting))
    assert [(label, bool(each.mended_at)) for label, each, _waived in shown.context["requests"]] == [
        ("pitch in one sentence", True),
        ("website", False),
    ]
    refused = send(desk, waiting, "approved")
    waiting.refresh_from_db()
    assert (refused.status_code, waiting.status) == (409, Status.SUBMITTED)
    assert "A curator’s request is still open." in refused.content.decode()

    open_one = ReviewReason.objects.get(field="website")
    assert send(desk, waiting, "approved", waived=[open_one.pk]).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == Status.APPROVED
    assert set(ReviewReason.objects.values_list("field", "is_waived")) == {
        ("pitch", False),
        ("website", True),
    }
    assert not open_requests(waiting).exists()


def test_a_second_return_keeps_what_is_not_done(desk, waiting, owner, as_user):
    send(desk, waiting, "returned", **{"reason-pitch": "Say who pays.", "reason-website": "It is gone."})
    companies.edit(waiting, changes={"pitch": "Farmers pay per acre"}, by=owner, at=NOW)
    submit_again(waiting, owner)
    send(desk, waiting, "returned", **{"reason-registrar": "Which one?"})
    founder = as_user(owner)
    assert [(reason, done) for _label, reason, done in ticks(founder)] == [
        ("Say who pays.", True),
        ("It is gone.", False),
        ("Which one?", False),
    ]
    step = founder.get(reverse("startup_edit", args=["basics"])).content.decode()
    assert ("It is gone." in step, "Say who pays." in step) == (True, False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Use the registered name"), ("ur", "رجسٹرڈ نام"), ("zh-hans", "请使用公司的注册名称")],
)
def test_the_owner_reads_a_ready_made_reason_in_the_own_language(desk, waiting, as_user, language, words):
    typed = str(CannedReason.objects.get(text_en__startswith="Use the registered name"))
    general = CannedReason.objects.get(text_en__startswith="Write in plain words")
    send(desk, waiting, "returned", canned=[general.pk], **{"reason-name_en": typed})
    owner = make_founder("reader@example.com", waiting, language=language)
    founder = as_user(owner)
    founder.post(reverse("set_language"), {"language": language})
    page = founder.get(reverse("startup_status")).content.decode()
    assert words in page
    assert {"en": general.text_en, "ur": general.text_ur, "zh-hans": general.text_zh}[language] in page


def test_a_decision_keeps_the_words_with_which_it_was_made(desk, waiting, sana):
    old = CannedReason.objects.all()[0]
    reviews.decide(waiting, ReviewOutcome.REJECTED, canned=[old], by=sana, at=NOW)
    page = reverse("canned_reason", args=[old.pk])
    texts = {"text_en": "Better", "text_ur": "بہتر", "text_zh": "更好"}
    assert desk.post(page, texts | {"text_ur": ""}).status_code == 422
    assert desk.post(page, texts).status_code == 302
    assert [each.said for each in Review.objects.get().given.all()] == [old.text_en]
    assert str(desk.get(reverse("canned_reasons")).context["reasons"][0]) == "Better"
    assert desk.get(page).status_code == 404
    newest = CannedReason.objects.latest("pk")
    assert desk.post(reverse("canned_reason", args=[newest.pk]), {"remove": "1"}).status_code == 302
    assert not CannedReason.objects.filter(text_en="Better", retired_at=None).exists()
    acts = AuditRecord.objects.filter(action="canned").order_by("pk").values_list("details", flat=True)
    assert [(each["before"], each["after"]) for each in acts] == [(old.text_en, "Better"), ("Better", "")]


def test_a_note_beside_a_row_that_goes_meanwhile_is_kept(desk, waiting, owner):
    shown = desk.get(page_of(waiting))
    beside, seen = note_beside(shown, NEEDS[0]), shown.context["seen"]
    companies.edit(
        waiting, changes={}, rows={"needs": need(waiting, NEEDS[0], description="Pumps")}, by=owner, at=NOW
    )
    typed = {"outcome": "returned", beside: "For which crop?"}
    answer = desk.post(page_of(waiting), {**typed, "seen": seen})
    assert (answer.status_code, 'value="For which crop?"' in answer.content.decode()) == (409, True)
    assert desk.post(page_of(waiting), {**typed, "seen": answer.context["seen"]}).status_code == 302
    asked = ReviewReason.objects.get()
    assert (asked.field, asked.row, asked.text) == ("needs", {}, "For which crop?")


def test_what_is_written_is_said_in_the_record(desk, waiting):
    beside = note_beside(desk.get(page_of(waiting)), NEEDS[0])
    send(desk, waiting, "returned", **{beside: "For which crop?", "reason-needs": "Say more."})
    record = AuditRecord.objects.get(action="returned")
    assert record.subject == subject_of(waiting)
    assert set(record.details["reasons"]["needs"].split(" · ")) == {"For which crop?", "Say more."}
    assert timezone.now() - record.at < timedelta(minutes=1)
