"""New texts and amounts of an approved profile wait aside, and a curator reads them word by word."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.ranking import RankingJob
from matchmaker.portal.own_data.selectors import copy_for
from profiles import models
from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, editable, held_for_review
from profiles.choices import ReviewOutcome, Side, Status
from profiles.companies.held_edits import services as held_edits
from profiles.companies.held_edits.selectors import edit_of, newest, newest_rows
from profiles.companies.steps import services as companies
from profiles.companies.steps.selectors import completeness, status_of
from profiles.curation.reviews import services as curation
from profiles.curation.reviews.selectors.edits import word_difference
from profiles.curation.reviews.selectors.reviews import version_of
from tests.factories import MOMENT, make_startup
from tests.mails import told
from tests.profiles.curation.reviews.test_requests import submit_again
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(days=60)
SCAM = "Send 500 USD to our wallet"
OLD = "Sensors that halve the water a field needs"


def approve(profile, by, **said):
    """Approve it as it is read now."""
    seen = version_of(type(profile).objects.get(pk=profile.pk))
    said = {"outcome": ReviewOutcome.APPROVED, "at": timezone.now(), "version_read": seen, **said}
    return curation.decide(profile, by=by, **said)


def review_page(profile):
    return reverse("review", args=[profile.side, profile.public_id])


@pytest.mark.parametrize("side", Side)
def test_every_text_and_amount_that_others_may_read_waits(side):
    """Free text and money, declared field by field: a new one that is forgotten fails here."""
    fields = CATALOGUE[side]
    written = {
        each.name
        for each in models.SIDES[side]._meta.concrete_fields
        if each.name in editable(fields)
        and each.get_internal_type() in ("CharField", "TextField", "URLField", "EmailField", "DecimalField")
        and not (each.choices or fields[each.name].is_place)
    }
    assert written <= held_for_review(fields)
    for name in (field.name for field in fields.values() if field.rows):
        model = models.SIDES[side]._meta.get_field(name).related_model
        for each in model._meta.concrete_fields:
            is_free = each.get_internal_type() in ("CharField", "TextField", "DecimalField")
            is_read = ROWS[name].get(each.name) and ROWS[name][each.name].audience != "nobody"
            if is_free and not each.choices and is_read and ROWS[name][each.name].is_editable:
                assert each.name in held_for_review(ROWS[name]), f"{name}: {each.name}"
    for declared in (fields, *(ROWS[field.name] for field in fields.values() if field.rows)):
        assert all(declared[name].reviewed for name in held_for_review(declared)), (
            "a reviewer reads what waits"
        )


def test_an_edit_stands_nowhere_but_with_its_team_and_curators(startup, ayesha, li_wei, as_user, desk):
    founder, investor = as_user(ayesha), as_user(li_wei)
    page = reverse("match", args=[startup.public_id])
    before = investor.get(page).content.decode()
    fields = {"name_en": "Indus Grow", "pitch": SCAM, "website": "https://evil.example"}
    answer = founder.post(reverse("startup_edit", args=["basics"]), fields, follow=True)
    assert "A curator reviews your new texts and amounts first" in answer.content.decode()

    startup.refresh_from_db()
    assert (startup.pitch, startup.status, startup.is_published) == (OLD, Status.APPROVED, True)
    told = investor.get(page).content.decode()
    assert OLD in told
    assert SCAM not in told + before
    assert "evil.example" not in told
    mine = founder.get(reverse("startup_edit", args=["basics"]))
    assert mine.context["form"]["pitch"].value() == SCAM
    assert "is waiting for a curator" in mine.content.decode()
    assert OLD in founder.get(reverse("startup_preview")).content.decode()  # what others see

    read = desk.get(review_page(startup)).content.decode()
    assert ">Send 500 USD to our wallet<" in read.replace("</span>", "")
    assert f"</span>{OLD}<" in read or "</span>Sensors that halve the water a field needs<" in read
    assert read.index("What the edit changes") < read.index("What the company states")


def test_nothing_is_ranked_again_until_it_is_approved(startup, ayesha, sana):
    since = startup.changed_at
    companies.edit(startup, changes={"pitch": SCAM, "ask_max": Decimal(900_000)}, by=ayesha, at=LATER)
    startup.refresh_from_db()
    assert (RankingJob.objects.count(), startup.changed_at) == (0, since)
    assert (startup.ask_max, startup.ask_max_usd) == (500_000, 500_000)

    approve(startup, sana)
    startup.refresh_from_db()
    assert (startup.pitch, startup.ask_max_usd) == (SCAM, 900_000)
    assert RankingJob.objects.filter(side=Side.STARTUP, profile_id=startup.pk).exists()
    assert not models.HeldEdit.objects.exists()


def test_an_edit_brings_a_profile_back_that_nobody_confirmed(startup, ayesha):
    models.Startup.objects.update(stale_at=MOMENT)
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
    assert models.Startup.objects.get().is_published
    assert RankingJob.objects.filter(side=Side.STARTUP, profile_id=startup.pk).exists()


def test_what_is_chosen_from_a_list_holds_at_once_and_its_words_wait(startup, ayesha, sana):
    cloud, hardware = models.NeedType.objects.get(code="cloud"), models.NeedType.objects.get(code="hardware")
    rows = [{"type": cloud, "urgency": 3, "description": "Servers", "budget": Decimal("50.00")}]
    companies.edit(startup, changes={}, rows={"needs": rows}, by=ayesha, at=LATER)
    need = startup.needs.get()
    assert (need.type, need.urgency, need.description, need.budget) == (cloud, 3, "", None)
    (shown,) = newest_rows(models.Startup.objects.get(), "needs")
    assert (shown.description, shown.budget) == ("Servers", Decimal(50))

    rows[0] |= {"urgency": 1}
    companies.edit(startup, changes={}, rows={"needs": [*rows, {"type": hardware}]}, by=ayesha, at=LATER)
    approve(startup, sana)
    found = {need.type.code: (need.urgency, need.description) for need in startup.needs.all()}
    assert found == {"cloud": (1, "Servers"), "hardware": (2, "")}

    companies.edit(startup, changes={}, rows={"needs": []}, by=ayesha, at=LATER)  # taking out holds at once
    assert (startup.needs.count(), models.HeldEdit.objects.count()) == (0, 0)


def test_a_list_of_texts_waits_as_a_whole_and_loses_rows_at_once(startup, ayesha, sana):
    figure = {"label": "Acres", "value": Decimal(900), "as_of_on": date(2026, 1, 1), "source": "Own"}
    second = {**figure, "label": "Farmers", "value": Decimal(70)}

    def save(*rows):
        companies.edit(startup, changes={}, rows={"traction": rows}, by=ayesha, at=timezone.now())
        return [str(each.label) for each in startup.traction.order_by("label")]

    assert save(figure, second) == []
    assert "traction" not in {field.name for field in completeness(models.Startup.objects.get()).missing}
    approve(startup, sana)
    assert save(figure, second) == ["Acres", "Farmers"]
    assert save({**figure, "value": Decimal(9_000)}, second) == ["Acres", "Farmers"]
    assert startup.traction.get(label="Acres").value == 900
    assert save(second) == ["Farmers"]
    assert not models.HeldEdit.objects.exists()


def test_a_thesis_has_no_name_for_others_until_it_is_approved(li_wei, sana, as_user):
    investor = li_wei.membership.investor
    (first,) = investor.theses.all()
    said = {"by": li_wei, "at": LATER}
    companies.save_thesis(investor, values={"name": SCAM}, **said)
    renamed = {"name": "Renamed", "ticket_max": Decimal(700_000)}
    companies.save_thesis(investor, values=renamed, thesis=first, **said)
    assert [each.name for each in investor.theses.all()] == ["Seed in food and farming", "#1"]
    page = as_user(li_wei).get(reverse("thesis_list")).content.decode()
    assert SCAM in page
    assert "Renamed" in page
    taken = as_user(li_wei).post(reverse("thesis_create"), {"name": "Renamed", "ticket_currency": "USD"})
    assert "You already have a thesis with this name." in taken.content.decode()

    second = investor.theses.get(name="#1")
    companies.save_thesis(investor, values={"name": "Seed in food and farming"}, thesis=second, **said)
    approve(investor, sana)  # the two change names
    assert [each.name for each in investor.theses.all()] == ["Renamed", "Seed in food and farming"]
    assert investor.theses.get(name="Renamed").ticket_max_usd == 700_000


def test_a_thesis_costs_a_waiting_profile_no_place_in_the_queue(li_wei):
    models.Investor.objects.update(status=Status.SUBMITTED, reviewed_at=None)
    companies.save_thesis(li_wei.membership.investor, values={"name": "Second"}, by=li_wei, at=LATER)
    assert models.Investor.objects.get().submitted_at == MOMENT


def test_typing_the_approved_words_again_ends_the_wait(startup, ayesha):
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
    assert models.Startup.objects.filter(curation.WAITING).exists()
    companies.edit(startup, changes={"pitch": OLD}, by=ayesha, at=LATER)
    startup.refresh_from_db()
    assert (startup.submitted_at, models.HeldEdit.objects.count()) == (MOMENT, 0)
    assert not models.Startup.objects.filter(curation.WAITING).exists()


def test_an_edit_is_taken_back(startup, ayesha, as_user):
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
    founder, address = as_user(ayesha), reverse("edit_take_back")
    assert "Withdrawn." in founder.post(address, follow=True).content.decode()
    startup.refresh_from_db()
    assert (startup.submitted_at, startup.pitch, models.HeldEdit.objects.count()) == (MOMENT, OLD, 0)
    assert models.AuditRecord.objects.get(action="edit_taken_back").details == {"fields": ["pitch"]}
    assert "There is no waiting edit any more" in founder.post(address, follow=True).content.decode()


def test_a_returned_edit_stays_with_its_owner_and_the_approved_version_with_all(
    startup, ayesha, li_wei, desk, as_user
):
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=timezone.now())
    said = {"outcome": "returned", "reason-pitch": "No wallets.", "message": ""}
    page = desk.get(review_page(startup))
    done = desk.post(review_page(startup), {**said, "seen": page.context["seen"]}, follow=True)
    assert "The edit of Indus Grow was returned." in done.content.decode()
    told()

    startup.refresh_from_db()
    assert (startup.status, startup.is_published, startup.pitch) == (Status.APPROVED, True, OLD)
    assert not models.Startup.objects.filter(curation.WAITING).exists()
    assert [notice.kind for notice in models.Notice.objects.filter(user=ayesha)] == ["edit_returned"]
    form = as_user(ayesha).get(reverse("startup_edit", args=["basics"]))
    assert form.context["form"]["pitch"].value() == SCAM
    for words in ("No wallets.", "A curator has returned your edit"):
        assert words in form.content.decode()

    companies.edit(startup, changes={"pitch": "Valves that halve it"}, by=ayesha, at=timezone.now())
    approve(startup, desk.get(review_page(startup)).wsgi_request.user)
    startup.refresh_from_db()
    assert startup.pitch == "Valves that halve it"
    curation.notify_due(at=timezone.now() + curation.UNDO_TIME)
    assert models.Notice.objects.filter(user=ayesha, kind="edit_approved").exists()
    assert not any(SCAM in mail.body for mail in models.OutboxMail.objects.all())


def test_an_edit_that_is_taken_back_leaves_nothing_to_mend(startup, ayesha, sana):
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=timezone.now())
    approve(startup, sana, outcome=ReviewOutcome.RETURNED, reasons={"pitch": "No wallets."})
    assert status_of(models.Startup.objects.get()).reasons == {"pitch": "No wallets."}
    held_edits.take_back(startup, by=ayesha, at=timezone.now())
    assert status_of(models.Startup.objects.get()).reasons == {}


def test_a_number_that_another_company_has_is_not_approved(startup, ayesha, sana, desk):
    make_startup("Other", registration_number="A-1")
    companies.edit(startup, changes={"registration_number": "A-1"}, by=ayesha, at=LATER)
    page = desk.get(review_page(startup))
    answer = desk.post(review_page(startup), {"outcome": "approved", "seen": page.context["seen"]})
    assert answer.status_code == 409
    startup.refresh_from_db()
    assert (startup.registration_number, models.HeldEdit.objects.count()) == ("", 1)


def test_an_edit_that_the_database_refuses_otherwise_is_not_said_to_take_a_number(li_wei, desk):
    investor = li_wei.membership.investor
    (first,) = investor.theses.all()
    companies.save_thesis(investor, values={"name": "Taken"}, thesis=first, by=li_wei, at=LATER)
    investor.theses.create(name="Taken")  # by a curator, say, whose edits hold at once
    page = desk.get(review_page(investor))
    answer = desk.post(review_page(investor), {"outcome": "approved", "seen": page.context["seen"]})
    assert answer.status_code == 409
    assert "This edit cannot be published" in answer.content.decode()
    assert "registration number, and a number" not in answer.content.decode()
    assert newest_rows(models.Investor.objects.get(), "theses")[0].name == "Taken"  # nothing is lost


@pytest.mark.parametrize("said", [(), ("unchanged_since",)], ids=["unread", "in a selection"])
def test_words_that_came_after_the_summary_are_not_approved_with_a_selection(startup, ayesha, sana, said):
    stage = models.Stage.objects.exclude(pk=startup.stage_id).first()
    companies.edit(startup, changes={"stage": stage}, by=ayesha, at=timezone.now())
    startup.refresh_from_db()
    since = {name: startup.changed_at for name in said}  # read before the next edit
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=timezone.now())
    with pytest.raises(curation.ChangedSinceError):
        curation.decide(startup, ReviewOutcome.APPROVED, by=sana, at=timezone.now(), **since)
    startup.refresh_from_db()
    assert (startup.pitch, edit_of(startup).values) == (OLD, {"pitch": SCAM})


NEW = "Valves that halve it"
HIDDEN, WAITS, FREE = None, True, False
# What is done one after the other, and then: what an investor reads, what the owner reads, whether it waits.
STORIES = {
    "approved, edited, undone, returned": [
        ("submit", HIDDEN, OLD, WAITS),
        ("approve", OLD, OLD, FREE),
        ("edit", OLD, NEW, WAITS),
        ("undo", HIDDEN, NEW, WAITS),
        ("return", HIDDEN, NEW, FREE),
        ("submit again", HIDDEN, NEW, WAITS),
        ("approve", NEW, NEW, FREE),
    ],
    "returned, edited again, approved": [
        ("edit", OLD, NEW, WAITS),
        ("return", OLD, NEW, FREE),
        ("edit again", OLD, f"{NEW} again", WAITS),
        ("approve", f"{NEW} again", f"{NEW} again", FREE),
    ],
    "edited, approved, undone, approved": [
        ("edit", OLD, NEW, WAITS),
        ("approve", NEW, NEW, FREE),
        ("undo", OLD, NEW, WAITS),
        ("approve", NEW, NEW, FREE),
    ],
    "rejected, undone, approved": [
        ("edit", OLD, NEW, WAITS),
        ("reject", HIDDEN, NEW, FREE),
        ("undo", OLD, NEW, WAITS),
        ("approve", NEW, NEW, FREE),
    ],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_what_everybody_reads_at_each_step_of_an_edit(startup, ayesha, sana, li_wei, as_user, story):
    investor, at, review = as_user(li_wei), timezone.now(), None
    acts = {
        "submit": lambda one: models.Startup.objects.update(
            status=Status.SUBMITTED, submitted_at=at, reviewed_at=None
        ),
        "submit again": lambda one: submit_again(one, ayesha),
        "edit": lambda one: companies.edit(one, changes={"pitch": NEW}, by=ayesha, at=at),
        "edit again": lambda one: companies.edit(one, changes={"pitch": f"{NEW} again"}, by=ayesha, at=at),
        "approve": lambda one: approve(one, sana, at=at),
        "return": lambda one: approve(one, sana, at=at, outcome=ReviewOutcome.RETURNED, message="Why?"),
        "reject": lambda one: approve(one, sana, at=at, outcome=ReviewOutcome.REJECTED, message="No."),
        "undo": lambda _one: curation.undo(review, by=sana, at=at),
    }
    for act, read, own, waits in story:
        at += timedelta(seconds=5)
        made = acts[act](models.Startup.objects.get())
        review = made if isinstance(made, models.Review) else review
        page = investor.get(reverse("match", args=[startup.public_id]))
        current = models.Startup.objects.get()
        assert (page.context["match"].pair.pitch if page.status_code == 200 else HIDDEN) == read, act
        assert newest(current).pitch == own, act
        assert models.Startup.objects.filter(curation.WAITING).exists() is waits, act
        assert (edit_of(current) is not None) is (own != current.pitch), act


def test_undoing_an_approved_edit_puts_back_amounts_and_rows_and_tells_nobody(li_wei, sana):
    investor = models.Investor.objects.get()
    thesis = investor.theses.first()
    was = (thesis.name, thesis.ticket_max, thesis.ticket_max_usd, thesis.rate_on)
    values = {"name": "Another", "ticket_max": 7_000_000}
    companies.save_thesis(investor, values=values, thesis=thesis, by=li_wei, at=LATER)
    at = timezone.now()
    review = approve(investor, sana, at=at)
    thesis.refresh_from_db()
    assert thesis.name == "Another"
    assert review.tell_at == at + curation.UNDO_TIME
    curation.undo(review, by=sana, at=at + timedelta(seconds=50))
    thesis.refresh_from_db()
    assert (thesis.name, thesis.ticket_max, thesis.ticket_max_usd, thesis.rate_on) == was
    assert newest_rows(models.Investor.objects.get(), "theses")[0].name == "Another"
    assert told() == []


def test_an_approved_edit_on_which_its_people_have_built_is_not_undone(startup, ayesha, sana):
    companies.edit(startup, changes={"pitch": NEW}, by=ayesha, at=LATER)
    at = timezone.now()
    review = approve(startup, sana, at=at)
    said = {"by": ayesha, "at": at + timedelta(seconds=5)}
    companies.edit(models.Startup.objects.get(), changes={"pitch": f"{NEW} again"}, **said)
    with pytest.raises(curation.TooLateError):
        curation.undo(review, by=sana, at=at + timedelta(seconds=9))
    assert models.Startup.objects.get().pitch == NEW


def test_an_approved_number_is_kept_while_an_edit_waits(startup, ayesha, sana):
    models.Startup.objects.update(registration_number="A-1")
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
    other = make_startup("Other", registration_number="A-1", status=Status.SUBMITTED, reviewed_at=None)
    with pytest.raises(curation.NumberTakenError):
        approve(other, sana)


def test_a_curator_reads_ranges_until_the_amounts_are_opened(startup, ayesha, desk):
    companies.edit(startup, changes={"ask_max": Decimal(8_765_432)}, by=ayesha, at=LATER)
    page = desk.get(review_page(startup)).content.decode()
    assert "8,765,432" not in page
    assert "8765432" not in page
    desk.post(reverse("review_open", args=["startup", startup.public_id]), {"reason": "To compare"})
    assert "8,765,432" in desk.get(review_page(startup)).content.decode()


def test_a_curators_edit_and_one_of_a_draft_hold_at_once(startup, ayesha, sana):
    companies.edit(startup, changes={"pitch": "Curated"}, by=sana, at=LATER)
    startup.refresh_from_db()
    assert startup.pitch == "Curated"
    models.Startup.objects.update(status=Status.RETURNED)
    companies.edit(startup, changes={"pitch": "Drafted"}, by=ayesha, at=LATER)
    startup.refresh_from_db()
    assert (startup.pitch, models.HeldEdit.objects.count()) == ("Drafted", 0)


def test_a_proposal_that_is_accepted_keeps_the_words_that_wait(startup, ayesha):
    kind = models.NeedType.objects.get(code="hardware")
    rows = {"needs": [{"type": kind, "description": "Valves"}]}
    text = {"summary_en": "We need cloud servers for our sensors."}
    companies.edit(startup, changes=text, rows=rows, by=ayesha, at=LATER)
    assert companies.accept_proposal(startup, "+need:cloud", by=ayesha, at=LATER)
    found = {
        str(each.type.code): each.description for each in newest_rows(models.Startup.objects.get(), "needs")
    }
    assert found == {"hardware": "Valves", "cloud": ""}


def test_the_owners_copy_has_the_edit_and_it_goes_with_the_company(startup, ayesha, li_wei):
    companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
    (row,) = copy_for(ayesha)["profiles.HeldEdit"]
    assert row["values"] == {"pitch": SCAM}
    assert SCAM not in str(copy_for(li_wei))
    startup.delete()
    assert not models.HeldEdit.objects.exists()


def test_two_colleagues_read_each_others_words_while_they_wait(startup, ayesha, as_user):
    tab, address = as_user(ayesha), reverse("startup_edit", args=["basics"])
    version = tab.get(address).context["draft_form"].version
    fields = {"name_en": "Indus Grow", "pitch": SCAM, "version": version}
    assert tab.post(address, fields).status_code == 302
    conflict = tab.post(address, {**fields, "pitch": "Mine"})
    assert conflict.status_code == 409
    assert SCAM in conflict.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("We sell water", "We sell clean water", "We sell +clean +water"),
        ("کھیت کا پانی", "کھیت کا صاف پانی", "کھیت کا +صاف +پانی"),
        ("节水灌溉系统", "节电灌溉系统", "节-水-+电+灌溉系统"),
        ("", "New", "+New+"),
        ("Old words here", "", "-Old words here-"),
        ("one two three", "four five three", "-one two-+four five+ three"),
        ("same", "same", ""),
    ],
)
def test_a_text_is_compared_word_by_word_and_chinese_by_its_signs(before, after, told):
    signs = {"": "", "del": "-", "ins": "+"}
    parts = word_difference(before, after)
    assert "".join(f"{signs[kind]}{text}{signs[kind]}" for kind, text in parts) == told
    assert "".join(text for kind, text in parts if kind != "ins") == (before if parts else "")
    assert "".join(text for kind, text in parts if kind != "del") == (after if parts else "")


def test_what_holds_at_once_is_shown_as_it_was_read(startup, ayesha, desk, sana):
    stages = {stage.code: stage for stage in models.Stage.objects.all()}
    now = timezone.now()
    companies.edit(startup, changes={"stage": stages["series_a"], "pitch": SCAM}, by=ayesha, at=now)
    companies.edit(startup, changes={"stage": stages["series_b"]}, by=ayesha, at=now)
    shown = {each.name: each for each, _note in desk.get(review_page(startup)).context["edits"]}
    before, after = str(stages["seed"]), str(stages["series_b"])
    assert (shown["stage"].before, shown["stage"].after, shown["stage"].holds) == (before, after, True)
    assert "already visible to others" in desk.get(review_page(startup)).content.decode()
    assert not shown["pitch"].holds

    approve(startup, sana)
    assert desk.get(review_page(startup)).context["edits"] == []


def test_a_review_takes_as_many_queries_for_many_fields(startup, ayesha, desk, same_queries):
    for count in (1, 3):
        kind = list(models.NeedType.objects.exclude(code="capital")[:count])
        rows = {"needs": [{"type": each, "description": "Words"} for each in kind]}
        companies.edit(startup, changes={"pitch": f"Words {count}"}, rows=rows, by=ayesha, at=LATER)
        with same_queries():
            desk.get(review_page(startup))


@pytest.mark.vendor("postgresql")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_curators_one_approves(self, startup, ayesha, sana):
        companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
        seen = version_of(models.Startup.objects.get())
        acts = [lambda: approve(models.Startup.objects.get(), sana, version_read=seen)] * 2
        assert kinds(at_once(*acts)) == ["", "NotWaitingError"]
        assert models.Startup.objects.get().pitch == SCAM

    def test_words_that_no_curator_has_read_are_never_approved(self, startup, ayesha, sana):
        def race(number):
            companies.edit(startup, changes={"pitch": f"Read {number}"}, by=ayesha, at=timezone.now())
            seen = version_of(models.Startup.objects.get())
            unread = {"pitch": f"Send {number} USD to our wallet"}
            at_once(
                lambda: approve(models.Startup.objects.get(), sana, version_read=seen),
                lambda: companies.edit(
                    models.Startup.objects.get(), changes=unread, by=ayesha, at=timezone.now()
                ),
            )
            assert "wallet" not in models.Startup.objects.get().pitch
            assert newest(models.Startup.objects.get()).pitch == unread["pitch"]

        for number in range(5):
            race(number)

    def test_taking_back_and_approving(self, startup, ayesha, sana):
        companies.edit(startup, changes={"pitch": SCAM}, by=ayesha, at=LATER)
        acts = (
            lambda: approve(models.Startup.objects.get(), sana),
            lambda: held_edits.take_back(models.Startup.objects.get(), by=ayesha, at=timezone.now()),
        )
        assert len([each for each in kinds(at_once(*acts)) if not each]) == 1
        assert edit_of(models.Startup.objects.get()) is None
