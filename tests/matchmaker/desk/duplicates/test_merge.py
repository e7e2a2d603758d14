"""Two records of one company become one, and back: everything stands where the preview said."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import F, ForeignKey
from django.utils import timezone

from matchmaker import models
from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.desk.duplicates.services import merge
from matchmaker.matching.pairs.selectors.pair import mutual_with
from matchmaker.models.introduction import OPEN, IntroductionState
from matchmaker.models.pilot import PilotApplicationState
from matchmaker.transitions import PausedError
from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.selectors import agreed_purposes
from profiles.choices import Audience, Purpose, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as curation
from profiles.guards import NotACuratorError, ReasonMissingError
from profiles.models import AuditRecord, Investor, LimitBucket, Membership, Startup, Thesis, User
from profiles.platform.merging import DECISIONS, Fate, tables
from profiles.refusals import RefusedError
from tests.factories import make_startup
from tests.matchmaker.desk.duplicates.twins import Twins, everything
from tests.matchmaker.introduced import make_message
from tests.racing import at_once, kinds

WHY = "One registration number"
S = IntroductionState


@pytest.fixture
def twins(db):
    """Two records of one company."""
    return Twins()


def merged(twins, sana, *, take=(), **fields):
    return merge.merge(twins.kept, twins.gone, take=take, reason=WHY, by=sana, at=timezone.now(), **fields)


def test_every_table_that_leads_to_a_company_or_an_account_has_a_decision():
    """A foreign key counts however many tables lie between, and so does a stored number of a profile."""
    leads = {Startup, Investor, User}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in leads
            and any(
                isinstance(field, ForeignKey) and field.related_model in leads for field in model._meta.fields
            )
        }
        if not more:
            break
        leads |= more
    leads |= {
        model for model in apps.get_models() if "profile_id" in {each.name for each in model._meta.fields}
    }
    missing = {model._meta.label for model in leads - {Startup, Investor}} - DECISIONS.keys()
    assert missing == set()
    wrong = [
        label
        for label, decision in DECISIONS.items()
        if decision.fate == Fate.STAYS
        and {Startup, Investor} & {field.related_model for field in apps.get_model(label)._meta.fields}
    ]
    assert wrong == [], "a company's own rows are called nobody's"


@pytest.mark.django_db
@pytest.mark.parametrize("side", Side)
def test_everything_moves_as_the_preview_says_and_comes_back(side, sana):
    twins = Twins(str(side))
    twins.fill()
    untold = {"matchmaker.CompanyMerge", "matchmaker.DuplicateCandidate", "profiles.Claim"}
    empty = {table.label for table in tables(str(side)) if not table.rows_of(twins.gone).exists()}
    lists = {label for label in empty if "_" in label}  # lists of terms that no one has filled in
    assert empty - untold - lists == set(), "the record that goes has a row of everything"
    before = everything()

    plan = merge.preview(twins.kept, twins.gone, take=["pitch"], by=sana, at=timezone.now())
    assert everything() == before, "looking changes nothing"
    row = merged(twins, sana, version_read=plan.version)

    now = {table.label: table for table in tables(str(side))}
    told = {str(table.model._meta.verbose_name_plural): table for table in now.values()}
    for each in plan.rows:
        own = told[each.label].model._base_manager.filter(**{str(side): twins.kept})
        assert own.count() == each.after, each
    assert not type(twins.kept).objects.filter(pk=twins.gone.pk).exists()
    team = Membership.objects.filter(**{str(side): twins.kept}).values_list("user__email", flat=True)
    assert set(team) == {"owner@example.com", "second@example.com"}
    introduction = models.Introduction.objects.get(**twins.pair(twins.kept), state__in=OPEN)
    assert (introduction.state, introduction.messages.count()) == (S.MUTUAL, 1)
    entry = models.ShortlistEntry.objects.get(**twins.pair(twins.kept))
    assert "Note of Sabz Zameen" in entry.note
    assert "Note of Sabz Zamin Ltd" in entry.note
    seats = models.PilotApplication.objects.filter(**{str(side): twins.kept}).values_list("state", flat=True)
    assert sorted(seats) == [PilotApplicationState.ACCEPTED, PilotApplicationState.WITHDRAWN]

    merge.undo(row, by=sana, at=timezone.now())
    after = everything()
    differing = {label: (rows, after[label]) for label, rows in before.items() if rows != after[label]}
    assert differing == {}
    acts = AuditRecord.objects.filter(action="merged").order_by("pk")
    assert [record.details.get("done") for record in acts] == [None, "undone"]
    assert acts[0].details["rows"]["profiles.Membership"] == [2, 2]


@pytest.mark.django_db
class TestWhatStands:
    def test_blocks_stay_and_end_what_is_open(self, twins, sana):
        twins.introduce(twins.kept, state=S.MUTUAL)
        models.CompanyBlock.objects.create(
            **twins.pair(twins.gone), side=Side.INVESTOR, by=twins.them[0], at=twins.at
        )
        merged(twins, sana)
        assert models.CompanyBlock.objects.get().startup == twins.kept
        assert models.Introduction.objects.get().state == S.CLOSED
        assert mutual_with(twins.kept) == set()
        with pytest.raises(PausedError):
            decisions.express_interest(
                twins.kept, twins.across[0], side=Side.STARTUP, by=twins.owner, at=timezone.now()
            )

    def test_a_merge_makes_no_match(self, twins, sana):
        twins.introduce(twins.kept)
        twins.introduce(twins.gone, side=Side.INVESTOR, by=twins.them[0])
        merged(twins, sana)
        assert mutual_with(twins.kept) == set()
        waits = models.Introduction.objects.get(state__in=OPEN)
        assert (waits.asked_by, models.Interest.objects.get().side) == (Side.STARTUP, Side.STARTUP)

    def test_two_conversations_with_one_company_are_one(self, twins, sana):
        for company in (twins.kept, twins.gone):
            talk = twins.introduce(company, state=S.MUTUAL)
            make_message(talk, Side.STARTUP, by=twins.owner, text=company.name_en)
        row = merged(twins, sana)
        talk = models.Introduction.objects.get(state=S.MUTUAL)
        assert sorted(talk.messages.values_list("text", flat=True)) == ["Sabz Zameen", "Sabz Zamin Ltd"]
        merge.undo(row, by=sana, at=timezone.now())
        assert models.Introduction.objects.filter(state=S.MUTUAL).count() == 2

    @pytest.mark.parametrize("is_open", [True, False])
    def test_a_pass_stands_unless_an_introduction_is_open(self, twins, is_open, sana):
        twins.introduce(twins.kept, state=S.ASKED if is_open else S.EXPIRED)
        models.Pass.objects.create(
            **twins.pair(twins.gone), side=Side.STARTUP, by=twins.second, at=twins.at, reason="team"
        )
        merged(twins, sana)
        assert (models.Pass.objects.count(), models.Interest.objects.count()) == (
            (0, 1) if is_open else (1, 0)
        )

    def test_consents_are_those_that_both_give(self, twins, sana):
        for company in (twins.kept, twins.gone):
            for purpose in Purpose:
                consents.give(company, purpose=purpose, by=twins.owner, at=twins.at)
        twins.gone.refresh_from_db()
        consents.withdraw(twins.gone, purpose=Purpose.CROSS_BORDER, by=twins.second, at=twins.at)
        Startup.objects.filter(pk=twins.gone.pk).update(withheld={"data": ["matching"]})
        merged(twins, sana)
        kept = Startup.objects.get()
        assert agreed_purposes(kept) == {Purpose.MATCHING, Purpose.SHOWING}
        assert (kept.withheld, kept.matching_consent) == ({"data": ["matching"]}, True)

    def test_what_was_used_of_limits_counts_together(self, twins, sana, django_capture_on_commit_callbacks):
        later = twins.at + timedelta(hours=9)
        LimitBucket.objects.create(key=f"pass:company:startup-{twins.gone.pk}", full_at=later)
        LimitBucket.objects.create(key=f"pass:company:startup-{twins.kept.pk}", full_at=twins.at)
        LimitBucket.objects.create(key=f"x:pair:investor-7-{twins.gone.pk}", full_at=later)
        with django_capture_on_commit_callbacks(execute=True):
            merged(twins, sana)
        used = dict(LimitBucket.objects.values_list("key", "full_at"))
        assert used[f"pass:company:startup-{twins.kept.pk}"] == later
        assert used[f"x:pair:investor-7-{twins.kept.pk}"] == later

    def test_the_kept_record_may_take_the_number_and_is_ranked_anew(self, sana):
        twins = Twins(registration_number="0198")
        merged(twins, sana, take=["registration_number"])
        assert Startup.objects.get().registration_number == "0198"
        due = models.RankingJob.objects.filter(completed_version__lt=F("requested_version"))
        assert {twins.kept.pk, twins.gone.pk} <= set(due.values_list("profile_id", flat=True))

    def test_a_claimed_record_claims_the_other(self, twins, sana):
        Startup.objects.filter(pk=twins.kept.pk).update(is_unclaimed=True)
        twins.owner.membership.delete()
        twins.kept.claims.create(email="x@example.com")
        merged(twins, sana)
        kept = Startup.objects.get()
        assert (kept.is_unclaimed, kept.claims.count(), kept.memberships.count()) == (False, 0, 1)


@pytest.mark.django_db
class TestNobodySeesMore:
    def test_what_was_never_public_is_not_taken_over(self, sana):
        twins = Twins(status=Status.SUBMITTED, pitch="qxcanary", summary_en="qxcanary")
        twins.gone.traction.create(label="qxcanary", value=1, as_of_on=twins.at.date(), source="x")
        merged(twins, sana, take=["pitch", "summary_en"])
        kept = Startup.objects.get()
        assert (
            "qxcanary" not in f"{kept.pitch} {kept.summary_en} {[row.label for row in kept.traction.all()]}"
        )

    def test_the_stricter_audience_holds(self, sana):
        twins = Twins(visibility={"ask": "nobody"})
        Startup.objects.filter(pk=twins.kept.pk).update(visibility={"ask": "matched"})
        merged(twins, sana)
        assert Startup.objects.get().visibility["ask"] == Audience.NOBODY

    def test_who_matched_one_record_reads_no_secrets_of_the_other(self, sana, as_user):
        twins = Twins(contact_email="gone@example.org")
        Startup.objects.filter(pk=twins.kept.pk).update(
            contact_email="qxcanary@example.org", cap_table="qxcap"
        )
        twins.introduce(twins.gone, state=S.MUTUAL)
        for company in (twins.kept, twins.gone, twins.across[0]):
            for purpose in Purpose:
                consents.give(company, purpose=purpose, by=twins.owner, at=twins.at)
        merged(twins, sana)
        page = as_user(twins.them[0]).get(f"/matches/{twins.kept.public_id}/").content.decode()
        assert "Sabz Zameen" in page
        assert "qxca" not in page
        assert Startup.objects.get().visibility["contact"] == Audience.NOBODY

    def test_names_of_theses_that_open_with_mutual_interest_stay_closed(self, sana):
        twins = Twins("investor")
        twins.gone.theses.update(name="qxcanary")
        twins.introduce(twins.kept, state=S.MUTUAL)
        merged(twins, sana)
        assert not Thesis.objects.filter(name__contains="qxcanary").exists()

    def test_answers_and_terms_to_who_could_not_read_them_stay_closed(self, twins, sana):
        twins.introduce(twins.kept, state=S.MUTUAL)
        own = {**twins.pair(twins.gone), "side": Side.STARTUP, "by": twins.second, "at": twins.at}
        check = apps.get_model("profiles.GovernanceCheck").objects.first()
        models.CheckAnswer.objects.create(**own, check_asked=check, state="yes", text="qxcanary")
        models.FairTerms.objects.create(**own, version=1, opened_at=twins.at)
        merged(twins, sana)
        assert models.CheckAnswer.objects.count() == 0
        assert models.FairTerms.objects.get().opened_at is None


@pytest.mark.django_db
class TestRefusals:
    def test_it_needs_a_curator_a_reason_and_the_records_as_they_were_shown(self, twins, sana):
        said = {"take": [], "reason": WHY, "by": sana, "at": timezone.now()}
        for wrong, error in (
            ({"by": twins.owner}, NotACuratorError),
            ({"reason": " "}, ReasonMissingError),
            ({"version_read": "another"}, merge.ChangedSinceError),
        ):
            with pytest.raises(error):
                merge.merge(twins.kept, twins.gone, **{**said, **wrong})
        curation.suspend(twins.gone, message="Unclear", by=sana, at=timezone.now())
        with pytest.raises(
            RefusedError, match="The other record is suspended, and a merge must not end a suspension"
        ):
            merge.merge(twins.kept, twins.gone, **said)
        Startup.objects.filter(pk=twins.gone.pk).update(is_demo=True, status=Status.APPROVED)
        with pytest.raises(RefusedError, match="A demo record and a real record cannot be merged"):
            merge.merge(twins.kept, twins.gone, **said)
        assert Startup.objects.count() == 2

    def test_an_undo_is_refused_where_something_was_decided_since(self, twins, sana):
        row = merged(twins, sana)
        kept = Startup.objects.get()
        twins.introduce(kept, state=S.MUTUAL)
        companies.edit(kept, changes={"pitch": "Another pitch"}, by=twins.owner, at=timezone.now())
        with pytest.raises(RefusedError, match="startups, interests, introductions, waiting edits"):
            merge.undo(row, by=sana, at=timezone.now())

    def test_an_undo_is_refused_after_a_day_and_what_was_remembered_is_gone(self, twins, sana):
        row = merged(twins, sana)
        tomorrow = timezone.now() + timedelta(days=1, minutes=1)
        with pytest.raises(
            RefusedError, match="This merge has already been undone, or more than one day has passed"
        ):
            merge.undo(row, by=sana, at=tomorrow)
        assert merge.forget_records(at=tomorrow) == 1
        row.refresh_from_db()
        assert (row.record, row.prints) == ({}, {})

    def test_of_two_merges_one_after_the_other_the_newer_is_undone_first(self, twins, sana):
        before = everything()
        first = merged(twins, sana)
        third = make_startup("Sabz Zameen Three")
        second = merge.merge(
            third, Startup.objects.get(pk=twins.kept.pk), take=[], reason=WHY, by=sana, at=timezone.now()
        )
        with pytest.raises(RefusedError, match="something has changed here"):
            merge.undo(models.CompanyMerge.objects.get(pk=first.pk), by=sana, at=timezone.now())
        merge.undo(second, by=sana, at=timezone.now())
        merge.undo(models.CompanyMerge.objects.get(pk=first.pk), by=sana, at=timezone.now())
        Startup.objects.filter(pk=third.pk).delete()
        assert everything() == before


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_of_two_curators_one_merges(self, twins, sana):
        outcomes = at_once(
            *(
                lambda both=both: merge.merge(*both, take=[], reason=WHY, by=sana, at=timezone.now())
                for both in ((twins.kept, twins.gone), (twins.gone, twins.kept))
            )
        )
        assert kinds(outcomes) == ["", "DoesNotExist"]
        assert (Startup.objects.count(), models.CompanyMerge.objects.count()) == (1, 1)

    def test_an_owner_saves_meanwhile(self, twins, sana):
        outcomes = at_once(
            lambda: merged(twins, sana),
            lambda: companies.edit(twins.gone, changes={"pitch": "New"}, by=twins.second, at=timezone.now()),
        )
        assert kinds(outcomes) in (["", ""], ["", "DoesNotExist"])
        assert Startup.objects.get() == twins.kept

    def test_an_introduction_is_answered_meanwhile(self, sana):
        twins = Twins("investor")
        twins.introduce(twins.kept)
        twins.introduce(twins.gone)
        outcomes = at_once(
            lambda: merged(twins, sana),
            lambda: decisions.express_interest(
                twins.across[0], twins.gone, side=Side.STARTUP, by=twins.them[0], at=timezone.now()
            ),
        )
        assert kinds(outcomes) in (["", ""], ["", "DoesNotExist"])
        assert models.Introduction.objects.filter(state__in=OPEN).count() == 1
        assert set(models.Introduction.objects.values_list("investor", flat=True)) == {twins.kept.pk}
