"""Candidates for a curator, two records side by side, and where old addresses lead."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from matchmaker.desk.duplicates.services import candidates, merge
from matchmaker.models import CompanyMerge, DuplicateCandidate
from matchmaker.models.introduction import IntroductionState
from profiles.catalogue.visibility.services import open_restricted
from profiles.choices import Status
from profiles.companies.steps import services as companies
from profiles.models import AuditRecord, Notice, Startup
from tests.factories import make_founder, make_investor, make_startup
from tests.matchmaker.desk.duplicates.twins import MAKE, NUMBER, Twins, everything
from tests.racing import at_once

pytestmark = pytest.mark.django_db
WHY = "One registration number"


def found():
    """Return the candidates after the worker's task: (names, reasons)."""
    candidates.refresh_due(at=timezone.now())
    rows = DuplicateCandidate.objects.filter(state="open").order_by("pk")
    return [({row.company.name_en, row.other.name_en}, row.reasons) for row in rows]


def pair_url(name, kept, gone):
    return reverse(name, args=[kept.side, kept.public_id, gone.public_id])


class TestCandidates:
    @pytest.mark.parametrize("side", ["startup", "investor"])
    def test_number_domain_and_names_in_any_script_make_one(self, side):
        make = MAKE[side]
        make("Ravi", **{NUMBER[side]: "0098-1"})
        make("Something Else", **{NUMBER[side]: "981"})
        make("Indus", website="https://www.indus-water.pk/about")
        make("Mehran", contact_email="info@indus-water.pk")
        make("Kisan Dost")
        make("A Friend", name_ur="کسان دوست")
        assert found() == [
            ({"Ravi", "Something Else"}, ["number"]),
            ({"Indus", "Mehran"}, ["domain"]),
            ({"Kisan Dost", "A Friend"}, ["name"]),
        ]

    def test_public_mail_hosts_and_the_other_side_make_none(self):
        make_startup("Ravi", contact_email="ravi@gmail.com", website="https://ravi.wordpress.com")
        make_startup("Chenab", contact_email="chenab@gmail.com", website="https://chenab.wordpress.com")
        make_investor("Ravi")
        assert found() == []

    def test_a_long_row_of_changes_is_compared_run_by_run(self):
        for name in ("Kisan Dost", "Kissan Dost", "Third"):
            make_startup(name)
        done = [candidates.refresh_due(at=timezone.now(), seconds=0) for _run in range(2)]
        assert sum(done) < 3  # what else is slow has its turn
        assert found() == [({"Kisan Dost", "Kissan Dost"}, ["name"])]

    def test_an_edit_is_compared_again_and_what_a_curator_decided_is_remembered(self, sana):
        one, other = make_startup("Kisan Dost"), make_startup("Kissan Dost")
        third = make_startup("Third", website="https://kisan.pk")
        assert len(found()) == 1
        candidates.decide(one, other, is_different=True, by=sana, at=timezone.now())
        for company in (one, other):
            Startup.objects.filter(pk=company.pk).update(
                website="https://kisan.pk", changed_at=timezone.now()
            )
        assert [names for names, _why in found()] == [{"Kisan Dost", "Third"}, {"Kissan Dost", "Third"}]
        Startup.objects.filter(pk=third.pk).update(website="", changed_at=timezone.now())
        assert found() == []
        assert DuplicateCandidate.objects.get(state="different").reasons == ["domain", "name"]
        merge.merge(third, other, take=[], reason=WHY, by=sana, at=timezone.now())
        row = DuplicateCandidate.objects.get()
        assert ({row.startup, row.other_startup}, row.state) == ({one, third}, "different")

    def test_the_command_compares_all(self, capsys):
        make_startup("Kisan Dost")
        make_startup("Kisan Dost Ltd")
        call_command("find_duplicates", "--all")
        assert "2 companies compared, 1 possible duplicates wait." in capsys.readouterr().out

    def test_the_queue_the_review_and_the_list_show_it(self, sana, as_user):
        one, other = make_startup("Kisan Dost"), make_startup("Kisan Dost Ltd", status=Status.DRAFT)
        found()
        desk = as_user(sana)
        lines = desk.get(reverse("desk")).context["today"]["lines"]
        queues = {str(line.queue.label): line.state.count for line in lines}
        assert queues["Possible duplicates"] == 1
        review = desk.get(reverse("review", args=["startup", one.public_id])).content.decode()
        assert "It may be the same company as “Kisan Dost Ltd” (Draft): names that sound alike." in review
        assert pair_url("duplicate_pair", one, other) in review
        desk.post(pair_url("duplicate_decide", one, other))
        assert "Kisan Dost" not in desk.get(reverse("duplicates")).content.decode()
        assert "Kisan Dost" in desk.get(f"{reverse('duplicates')}?state=different").content.decode()
        desk.post(pair_url("duplicate_decide", one, other), {"again": "1"})
        assert len(found()) == 1
        acts = AuditRecord.objects.filter(action="compared").order_by("pk")
        assert [each.details.get("done") for each in acts] == [None, "open"]

    def test_three_take_as_many_queries_as_one(self, desk, same_queries):
        make_startup("Kisan Dost")
        for name, rows in (("Kisan Dost Ltd", 1), ("Kissan Dost", 3)):
            make_startup(name)
            found()
            with same_queries():
                page = desk.get(reverse("duplicates"))
            assert len(page.context["page"].object_list) == rows


class TestSideBySide:
    def test_a_curator_merges_from_the_page_and_undoes_it(self, sana, as_user):
        twins, desk = Twins(pitch="The other pitch"), as_user(sana)
        text = desk.get(pair_url("duplicate_pair", twins.kept, twins.gone)).content.decode()
        assert "The other pitch" in text
        assert "second@example.com" in text
        for number, days in ((1, 9), (2, -9)):
            ends = timezone.now() + timedelta(days=days)
            said = {"invited_by": twins.second, "expires_at": ends}
            twins.gone.invitations.create(email=f"invited{number}@example.com", **said)
        page = desk.post(pair_url("duplicate_preview", twins.kept, twins.gone), {"field-pitch": "gone"})
        text = page.content.decode()
        assert "Data that is moved" in text
        assert "Members" in text
        assert ("invited1@example.com" in text, "invited2@example.com" in text) == (True, False)
        assert page.context["form"].take == ["pitch"]
        refused = desk.post(pair_url("duplicate_merge", twins.kept, twins.gone), {"seen": "x", "reason": WHY})
        assert (refused.status_code, Startup.objects.count()) == (422, 2)
        assert "Nothing was merged" in refused.content.decode()
        sent = {"seen": page.context["plan"].version, "reason": WHY, "field-pitch": "gone"}
        done = desk.post(pair_url("duplicate_merge", twins.kept, twins.gone), sent, follow=True)
        assert Startup.objects.get().pitch == "The other pitch"
        assert "Undo this merge?" in done.content.decode()
        for person in (twins.owner, twins.second):
            assert Notice.objects.filter(user=person, kind="records_merged").count() == 1
        row = CompanyMerge.objects.get()
        undone = desk.post(reverse("merge_undo", args=[row.pk]), follow=True)
        assert "Both records are as they were" in undone.content.decode()
        assert Startup.objects.count() == 2
        again = desk.post(reverse("merge_undo", args=[row.pk]), follow=True)
        assert "already been undone" in again.content.decode()

    def test_it_says_what_keeps_a_merge_from_being_undone(self, sana, as_user):
        twins, desk = Twins(), as_user(sana)
        row = merge.merge(twins.kept, twins.gone, take=[], reason=WHY, by=sana, at=timezone.now())
        twins.introduce(Startup.objects.get())
        page = desk.post(reverse("merge_undo", args=[row.pk]), follow=True).content.decode()
        assert "something has changed here: interests, introductions." in page

    def test_it_says_so_where_another_company_has_the_number_by_now(self, sana, as_user):
        twins, desk = Twins(registration_number="0198"), as_user(sana)
        row = merge.merge(twins.kept, twins.gone, take=[], reason=WHY, by=sana, at=timezone.now())
        other = make_startup("Third", registration_number="0198")
        before = everything()
        page = desk.post(reverse("merge_undo", args=[row.pk]), follow=True)
        assert "Nothing was undone: another approved company now has the other" in page.content.decode()
        assert everything() == before
        other.delete()
        page = desk.post(reverse("merge_undo", args=[row.pk]), follow=True)
        assert "Both records are as they were" in page.content.decode()

    def test_the_preview_says_that_an_edit_is_lost(self, sana, as_user):
        twins, desk = Twins(), as_user(sana)
        url, words = pair_url("duplicate_preview", twins.kept, twins.gone), "The merge deletes it."
        edit = {"changes": {"pitch": "Two days of work"}, "at": timezone.now()}
        companies.edit(twins.kept, by=twins.owner, **edit)
        assert words not in desk.post(url).content.decode()  # the kept record keeps its own
        companies.edit(twins.gone, by=twins.second, **edit)
        assert words in desk.post(url).content.decode()

    def test_drafts_and_exact_amounts_stay_closed_to_the_curator(self, sana, as_user):
        twins, desk = Twins(status=Status.DRAFT, pitch="qxcanary"), as_user(sana)
        url = pair_url("duplicate_pair", twins.kept, twins.gone)
        assert "qxcanary" not in desk.get(url).content.decode()
        amounts = {"ask_min": 123_457, "ask_max": 223_457}
        Startup.objects.filter(pk=twins.gone.pk).update(status=Status.APPROVED, **amounts)
        page = desk.get(url).content.decode()
        assert "123,457" not in page
        assert 'name="field-ask_min"' not in page
        merge.merge(twins.kept, twins.gone, take=["ask_min"], reason=WHY, by=sana, at=timezone.now())
        assert Startup.objects.get().ask_min == 200_000

    def test_what_curators_imported_is_compared_before_anybody_has_claimed_it(self, sana, as_user):
        twins = Twins(status=Status.DRAFT, pitch="Drip lines for cotton", ask_min=123_457, ask_max=223_457)
        Startup.objects.update(is_unclaimed=True)
        page = as_user(sana).get(pair_url("duplicate_pair", twins.kept, twins.gone)).content.decode()
        assert "Drip lines for cotton" in page
        assert "in a draft, not submitted yet" not in page
        assert "123,457" not in page

    def test_opened_amounts_may_be_chosen(self, sana, as_user):
        twins, desk = Twins(ask_min=123_457), as_user(sana)
        for company in (twins.kept, twins.gone):
            open_restricted(company, reason="To compare", by=sana, at=timezone.now())
        assert "123,457" in desk.get(pair_url("duplicate_pair", twins.kept, twins.gone)).content.decode()
        merge.merge(twins.kept, twins.gone, take=["ask_min"], reason=WHY, by=sana, at=timezone.now())
        assert Startup.objects.get().ask_min == 123_457

    def test_other_records_are_found_by_name(self, sana, as_user):
        twins = Twins()
        page = as_user(sana).get(
            f"{reverse('duplicate_find', args=['startup', twins.kept.public_id])}?q=zamin"
        )
        assert pair_url("duplicate_pair", twins.kept, twins.gone) in page.content.decode()


class TestOldAddresses:
    def test_they_lead_whoever_may_see_the_kept_company(self, sana, as_user):
        twins = Twins()
        twins.introduce(twins.gone, state=IntroductionState.MUTUAL)
        old = twins.gone.public_id
        row = merge.merge(twins.kept, twins.gone, take=[], reason=WHY, by=sana, at=timezone.now())
        partner, stranger = as_user(twins.them[0]), as_user(make_founder("f@example.com", make_startup("F")))
        for path in (f"/matches/{old}/", f"/introductions/{old}/", f"/conversations/{old}/"):
            led = partner.get(f"{path}?page=1")
            assert (led.status_code, led.headers["Location"]) == (
                302,
                f"{path.replace(old, twins.kept.public_id)}?page=1",
            ), path
            assert stranger.get(path).status_code == 404
            assert as_user(None).get(path).headers["Location"].startswith("/accounts/login/")
        led = as_user(sana).get(reverse("review", args=["startup", old]))
        assert led.headers["Location"] == reverse("review", args=["startup", twins.kept.public_id])
        Startup.objects.filter(pk=twins.kept.pk).update(matching_consent=False)
        assert partner.get(f"/matches/{old}/").status_code == 404
        Startup.objects.filter(pk=twins.kept.pk).update(matching_consent=True)
        merge.undo(row, by=sana, at=timezone.now())
        assert partner.get(f"/matches/{old}/").status_code == 200

    def test_they_do_not_tell_who_hides_its_name(self, sana, as_user):
        twins = Twins()
        old = twins.gone.public_id
        Startup.objects.filter(pk=twins.kept.pk).update(visibility={"name": "mutual"})
        reader = as_user(twins.them[0])
        assert "Sabz Zamin Ltd" in reader.get(f"/matches/{old}/").content.decode()
        merge.merge(twins.kept, twins.gone, take=[], reason=WHY, by=sana, at=timezone.now())
        assert reader.get(f"/matches/{old}/").status_code == 404
        assert reader.get(f"/matches/{twins.kept.public_id}/").status_code == 200
        assert as_user(sana).get(reverse("review", args=["startup", old])).status_code == 302
        twins.introduce(twins.kept, state=IntroductionState.MUTUAL)
        assert reader.get(f"/matches/{old}/").status_code == 302

    def test_they_lead_on_where_the_kept_record_was_merged_again(self, sana, as_user):
        twins, third = Twins(), make_startup("Third")
        old = twins.gone.public_id
        for both in ((twins.kept, twins.gone), (third, twins.kept)):
            merge.merge(*both, take=[], reason=WHY, by=sana, at=timezone.now())
        led = as_user(twins.them[0]).get(f"/matches/{old}/")
        assert led.headers["Location"] == f"/matches/{third.public_id}/"


@pytest.mark.django_db(transaction=True)
def test_two_workers_compare_at_once():
    make_startup("Kisan Dost")
    make_startup("Kisan Dost Ltd")
    outcomes = at_once(*(lambda: candidates.refresh_due(at=timezone.now()) for _each in range(2)))
    assert all(isinstance(each, int) for each in outcomes), outcomes
    assert DuplicateCandidate.objects.count() == 1
