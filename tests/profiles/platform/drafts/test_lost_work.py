"""Nothing typed is lost: two tabs, two people, an ended session, another account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.companies.held_edits.selectors import newest
from profiles.models import FormDraft, Investor, NeedType, Startup, Thesis
from profiles.people.accounts.services import teams
from profiles.platform.drafts import services as drafts
from profiles.platform.drafts.merging import query, sent_by
from profiles.platform.drafts.services import RETENTION, texts_to_keep
from tests import factories

pytestmark = pytest.mark.django_db
PRODUCT, NEEDS = reverse("startup_edit", args=["product"]), reverse("startup_edit", args=["needs"])
BASICS = reverse("startup_edit", args=["basics"])
LANGUAGES = ("en", "ur", "zh-hans")


def as_opened(client: Client, path: str) -> dict[str, Any]:
    """Return what a browser would send for a page on which nothing was typed, its ticket included."""
    typed = client.get(path).context["draft_form"]
    return {**sent_by(typed.form), "version": typed.version}


@pytest.fixture
def ahmed(startup):
    """A colleague in Ayesha's startup."""
    made = factories.make_founder("ahmed@example.com", None)
    made.language = "en"
    made.save()
    startup.memberships.create(user=made)
    return made


class TestTwoAtOnce:
    def test_the_later_save_shows_both_and_overwrites_nothing(self, ayesha, ahmed, startup, as_user):
        first, second = as_user(ayesha), as_user(ahmed)
        old = as_opened(second, PRODUCT)
        first.post(PRODUCT, {**as_opened(first, PRODUCT), "team_size": "25"})
        page = second.post(PRODUCT, {**old, "team_size": "17"})
        startup.refresh_from_db()
        (conflict,) = page.context["draft_form"].conflicts
        assert page.status_code == 409
        assert (conflict.name, conflict.mine, conflict.theirs) == ("team_size", "17", "25")
        assert startup.team_size == 25

    @pytest.mark.parametrize(("answer", "kept"), [("mine", 17), ("theirs", 25)])
    def test_the_answer_counts(self, answer, kept, founder, startup):
        old = as_opened(founder, PRODUCT)
        founder.post(PRODUCT, {**as_opened(founder, PRODUCT), "team_size": "25"})
        page = founder.post(PRODUCT, {**old, "team_size": "17"})
        shown = {**old, "team_size": "17", "version": page.context["draft_form"].version}
        assert founder.post(PRODUCT, {**shown, "keep-team_size": answer}).status_code == 302
        startup.refresh_from_db()
        assert startup.team_size == kept

    def test_what_only_the_other_changed_is_taken_over(self, founder, startup):
        old = as_opened(founder, PRODUCT)
        founder.post(PRODUCT, {**as_opened(founder, PRODUCT), "team_size": "25", "licences": "PSEB"})
        assert founder.post(PRODUCT, {**old, "founders": "Ayesha Khan"}).status_code == 302
        found = newest(Startup.objects.get())
        assert (found.team_size, found.licences, found.founders) == (25, "PSEB", "Ayesha Khan")

    def test_rows_that_two_people_add_are_both_kept(self, ayesha, startup, as_user):
        kinds = [kind.code for kind in NeedType.objects.all()[:2]]
        tab, new = as_user(ayesha), "/company/needs/new/"
        first, second = as_opened(tab, new), as_opened(tab, new)
        for sent, kind in zip((first, second), kinds, strict=True):
            assert tab.post(new, {**sent, "type": kind}).status_code == 302
        assert {need.type.code for need in startup.needs.all()} == set(kinds)

    def test_a_thesis_a_deal_offers_who_sees_what_and_settings_are_compared_too(self, li_wei, as_user):
        investor = Investor.objects.get()
        thesis = Thesis.objects.get()
        deal = investor.deals.create(startup_name="Old", closed_on="2024-01-02")
        offer = investor.offers.create(type=NeedType.objects.get(code="cloud"))
        pages = {
            reverse("row_edit", args=["offers", offer.pk]): ("description", "one", "two"),
            reverse("thesis_edit", args=[thesis.pk]): ("note", "one", "two"),
            reverse("deal_edit", args=[deal.pk]): ("startup_name", "One", "Two"),
            reverse("investor_edit"): ("portfolio", "one", "two"),
            reverse("investor_consents"): ("registration", "matched", "nobody"),
            reverse("account_settings"): ("full_name", "Wei One", "Wei Two"),
        }
        tab, found = as_user(li_wei), {}
        for path, (name, one, two) in pages.items():
            old = as_opened(tab, path)
            assert tab.post(path, {**as_opened(tab, path), name: one}).status_code == 302, path
            page = tab.post(path, {**old, name: two})
            found[path] = [(c.name, page.status_code) for c in page.context["draft_form"].conflicts]
        assert found == {path: [(name, 409)] for path, (name, _one, _two) in pages.items()}


class TestEndedSession:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_form_is_there_as_typed_after_signing_in(self, language, ayesha, founder, startup):
        founder.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        typed = {**as_opened(founder, PRODUCT), "team_size": "25", "founders": "عائشہ خان"}
        founder.logout()
        founder.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = founder.post(PRODUCT, typed)
        assert answer.headers["Location"] == f"/accounts/login/?next={PRODUCT.replace('/', '%2F')}"
        told = founder.get(answer.headers["Location"]).content.decode()
        assert ("for your account only" in told) == (language == "en")
        assert "14" in told
        founder.force_login(ayesha)
        form = founder.get(PRODUCT).context["form"]
        assert (form["team_size"].value(), form["founders"].value()) == ("25", "عائشہ خان")
        startup.refresh_from_db()
        assert startup.team_size == 9

    def test_another_account_never_sees_it(self, founder, ahmed, startup):
        typed = {**as_opened(founder, PRODUCT), "team_size": "25"}
        founder.logout()
        founder.post(PRODUCT, typed)
        founder.force_login(ahmed)
        assert founder.get(PRODUCT).context["form"]["team_size"].value() == 9

    def test_a_form_of_another_account_is_not_saved_by_the_one_that_signed_in(
        self, founder, ahmed, startup, as_user
    ):
        typed = {**as_opened(founder, PRODUCT), "team_size": "25"}
        assert as_user(ahmed).post(PRODUCT, typed).headers["Location"] == reverse("home")
        startup.refresh_from_db()
        assert startup.team_size == 9
        assert founder.get(PRODUCT).context["form"]["team_size"].value() == "25"

    def test_a_form_from_before_the_last_sign_in_is_kept(self, ayesha, startup):
        tab = Client(enforce_csrf_checks=True)
        tab.force_login(ayesha)
        typed = {**as_opened(tab, PRODUCT), "team_size": "25", "csrfmiddlewaretoken": "x" * 32}
        assert tab.post(PRODUCT, typed).headers["Location"] == PRODUCT
        assert tab.get(PRODUCT).context["form"]["team_size"].value() == "25"
        assert FormDraft.objects.get().sent.keys().isdisjoint({"csrfmiddlewaretoken"})

    def test_a_click_after_the_end_leads_to_signing_in_and_back(self, li_wei, startup):
        visitor = Client()
        act = reverse("match_interest", args=[startup.public_id])
        page = f"http://testserver{reverse('matches')}?sort=new"
        parts = visitor.post(act, headers={"HX-Request": "true", "HX-Current-URL": page})
        assert (parts.status_code, parts.headers["HX-Redirect"]) == (
            204,
            "/accounts/login/?next=%2Fmatches%2F%3Fsort%3Dnew",
        )
        whole = visitor.post(act, headers={"Referer": page})
        assert whole.headers["Location"] == "/accounts/login/?next=%2Fmatches%2F%3Fsort%3Dnew"
        elsewhere = visitor.post(act, headers={"Referer": "https://evil.example/x"})
        assert elsewhere.headers["Location"] == "/accounts/login/?next=%2Fhome%2F"
        assert "nothing was changed" in visitor.get(whole.headers["Location"]).content.decode()

    def test_switching_the_language_of_the_sign_in_page_is_no_ended_session(self, db):
        visitor, page = Client(), "/accounts/login/?next=/home/"
        answer = visitor.post(reverse("set_language"), {"language": "en", "next": page})
        assert answer.headers["Location"] == page
        assert "nothing was changed" not in visitor.get(page).content.decode()


class TestDrafts:
    def test_a_draft_keeps_itself_is_restored_and_goes_with_the_save(self, founder, startup):
        typed = {**as_opened(founder, PRODUCT), "team_size": "no number", "founders": "half a sen"}
        assert "Draft kept at" in founder.post(reverse("draft_save"), typed).content.decode()
        page = founder.get(PRODUCT)
        form = page.context["form"]
        assert (form["team_size"].value(), form["founders"].value()) == ("no number", "half a sen")
        assert "Your unsaved draft" in page.content.decode()
        assert not re.search("is-invalid", page.content.decode())
        startup.refresh_from_db()
        assert startup.founders == ""
        founder.post(PRODUCT, {**typed, "team_size": "12", "version": page.context["draft_form"].version})
        assert not FormDraft.objects.unsaved().exists()

    def test_what_was_refused_is_there_after_a_look_at_another_page(self, founder, startup):
        typed = {**as_opened(founder, PRODUCT), "team_size": "no number", "founders": "half a sen"}
        told = founder.post(PRODUCT, typed).content.decode()
        assert "Nothing you typed is lost." in told
        assert re.findall(r'name="([^"]*)"[^>]* autofocus', told) == ["team_size"], "the first wrong field"
        page = founder.get(PRODUCT)
        form = page.context["form"]
        assert (form["team_size"].value(), form["founders"].value()) == ("no number", "half a sen")
        founder.post(PRODUCT, {**typed, "team_size": "12", "version": page.context["draft_form"].version})
        assert not FormDraft.objects.unsaved().exists()

    def test_a_restored_draft_still_knows_what_it_began_from(self, ayesha, ahmed, startup, as_user):
        tab, other = as_user(ayesha), as_user(ahmed)
        typed = {**as_opened(tab, PRODUCT), "team_size": "17"}
        tab.post(reverse("draft_save"), typed)
        other.post(PRODUCT, {**as_opened(other, PRODUCT), "team_size": "25"})
        restored = {**typed, "version": tab.get(PRODUCT).context["draft_form"].version}
        assert [c.theirs for c in tab.post(PRODUCT, restored).context["draft_form"].conflicts] == ["25"]

    def test_who_was_signed_out_meanwhile_is_told_beside_the_form(self, ayesha, founder):
        typed = {**as_opened(founder, PRODUCT), "founders": "Ayesha"}
        founder.logout()
        answer = founder.post(reverse("draft_save"), typed, headers={"HX-Request": "true"})
        assert (answer.status_code, "You are signed out." in answer.content.decode()) == (200, True)
        assert FormDraft.objects.get().user == ayesha

    def test_it_can_be_thrown_away(self, founder):
        founder.post(reverse("draft_save"), {**as_opened(founder, PRODUCT), "founders": "Ayesha"})
        restored = as_opened(founder, PRODUCT)
        answer = founder.post(reverse("draft_discard"), {"form": restored["version"]})
        assert answer.headers["Location"] == PRODUCT
        founder.post(reverse("draft_save"), {**restored, "founders": "typed before, arrives late"})
        assert founder.get(PRODUCT).context["draft_form"].draft is None

    def test_nobody_throws_away_the_draft_of_another_account_or_of_a_forged_form(
        self, founder, ahmed, as_user
    ):
        opened = as_opened(founder, PRODUCT)
        founder.post(reverse("draft_save"), {**opened, "founders": "Ayesha"})
        for forged in (opened["version"] + "x", PRODUCT, ""):
            assert founder.post(reverse("draft_discard"), {"form": forged}).status_code == 404
        answer = as_user(ahmed).post(reverse("draft_discard"), {"form": opened["version"]})
        assert answer.status_code == 404
        assert FormDraft.objects.unsaved().exists()

    def test_it_ends_after_the_time_that_is_told(self, founder):
        founder.post(reverse("draft_save"), {**as_opened(founder, PRODUCT), "founders": "Ayesha"})
        FormDraft.objects.update(saved_at=timezone.now() - RETENTION - timedelta(minutes=1))
        assert founder.get(PRODUCT).context["draft_form"].draft is None
        assert drafts.forget_old(at=timezone.now()) == 1

    def test_it_does_not_follow_somebody_into_another_company(self, ayesha, ahmed, startup, as_user):
        tab = as_user(ahmed)
        tab.post(reverse("draft_save"), {**as_opened(tab, PRODUCT), "founders": "Ayesha"})
        teams.leave(ahmed.membership, at=timezone.now())
        factories.make_startup("Ravi Water").memberships.create(user=ahmed)
        assert tab.get(PRODUCT).context["form"]["founders"].value() == ""

    def test_without_a_ticket_nothing_is_kept(self, ayesha, as_user):
        forged = {"founders": "Ayesha", "version": "forged"}
        assert as_user(ayesha).post(reverse("draft_save"), forged).status_code == 404
        assert not FormDraft.objects.unsaved().exists()

    def test_a_zero_byte_is_left_out(self, founder):
        founder.post(
            reverse("draft_save"), {**as_opened(founder, PRODUCT), "founders": "Aye\0sha", "o\0dd": "\0"}
        )
        assert founder.get(PRODUCT).context["form"]["founders"].value() == "Ayesha"

    def test_no_secret_is_kept(self):
        sent = query({"name": ["a"], "password1": ["b"], "oldpassword": ["c"], "csrfmiddlewaretoken": ["d"]})
        assert texts_to_keep(dict(sent.lists())) == {"name": ["a"]}


class TestLateAutosaves:
    """A draft goes out beside Save, and arrives after it: there was one window, and it is closed."""

    def test_a_draft_that_arrives_after_its_save_is_dropped(self, founder, startup):
        opened = as_opened(founder, PRODUCT)
        founder.post(PRODUCT, {**opened, "founders": "Ayesha Khan"})
        answer = founder.post(reverse("draft_save"), {**opened, "founders": "Ayesha Kh"})
        assert "Draft kept" not in answer.content.decode()
        page = founder.get(PRODUCT)
        assert "Your unsaved draft" not in page.content.decode()
        again = {**as_opened(founder, PRODUCT), "founders": "Ayesha Khan, hydrologist"}
        assert founder.post(PRODUCT, again).status_code == 302
        assert newest(startup).founders == "Ayesha Khan, hydrologist"

    def test_so_is_what_a_part_of_the_page_sent_beside_the_form(self, founder):
        opened = as_opened(founder, BASICS)
        founder.post(BASICS, opened)
        founder.logout()
        beside = {**opened, "summary_en": "typed before, arrives late"}
        founder.post(reverse("read_typed"), beside, headers={"HX-Request": "true"})
        assert not FormDraft.objects.unsaved().exists()

    def test_the_draft_of_another_tab_is_kept(self, founder):
        first, second = as_opened(founder, PRODUCT), as_opened(founder, PRODUCT)
        founder.post(PRODUCT, {**first, "team_size": "25"})
        founder.post(reverse("draft_save"), {**second, "founders": "typed in the other tab"})
        assert founder.get(PRODUCT).context["form"]["founders"].value() == "typed in the other tab"

    def test_a_form_that_was_saved_and_is_sent_again_is_kept_if_the_session_has_ended(self, ayesha, founder):
        opened = as_opened(founder, PRODUCT)
        founder.post(PRODUCT, {**opened, "team_size": "25"})
        founder.logout()
        founder.post(PRODUCT, {**opened, "founders": "typed after going back"})
        founder.force_login(ayesha)
        assert founder.get(PRODUCT).context["form"]["founders"].value() == "typed after going back"

    def test_a_draft_of_yesterdays_form_is_still_read(self, ayesha, founder):
        base = as_opened(founder, PRODUCT)
        del base["version"]
        old = signing.dumps([ayesha.pk, PRODUCT, base], salt=drafts.SALT, compress=True)
        founder.post(reverse("draft_save"), {**base, "version": old, "founders": "before the upgrade"})
        assert founder.get(PRODUCT).context["form"]["founders"].value() == "before the upgrade"


class TestEndedBesideTheForm:
    """What a script asks beside a form with text never leads away from it."""

    def test_the_text_is_kept_and_the_page_stays(self, ayesha, founder):
        typed = {**as_opened(founder, BASICS), "summary_ur": "پانی " * 600}
        founder.logout()
        answer = founder.post(reverse("read_typed"), typed, headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert answer.headers["HX-Trigger"] == "keep-draft"
        assert "HX-Redirect" not in answer.headers
        founder.force_login(ayesha)
        assert founder.get(BASICS).context["form"]["summary_ur"].value() == "پانی " * 600

    def test_save_works_with_the_token_that_the_draft_brings_after_signing_in_again(self, ayesha, startup):
        tab = Client(enforce_csrf_checks=True)
        tab.force_login(ayesha)
        typed = {**as_opened(tab, PRODUCT), "founders": "Ayesha Khan"}
        typed["csrfmiddlewaretoken"] = token_in(tab.get(PRODUCT))
        tab.get(reverse("account_login"))
        tab.logout()
        tab.force_login(ayesha)
        beside = tab.post(reverse("read_typed"), typed, headers={"HX-Request": "true"})
        assert (beside.status_code, beside.headers["HX-Trigger"]) == (204, "keep-draft")
        kept = tab.post(reverse("draft_save"), typed, headers={"HX-Request": "true"})
        assert "You are signed out." not in kept.content.decode()
        typed["csrfmiddlewaretoken"] = token_in(kept)
        assert tab.post(PRODUCT, typed).status_code == 302
        assert newest(startup).founders == "Ayesha Khan"

    def test_a_draft_needs_no_token_and_keeps_nothing_for_whom_its_form_does_not_name(self, ayesha, ahmed):
        tab, stranger = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
        tab.force_login(ayesha)
        stranger.force_login(ahmed)
        typed = {**as_opened(tab, PRODUCT), "founders": "Ayesha"}
        stranger.post(reverse("draft_save"), typed, headers={"HX-Request": "true"})
        assert [draft.user for draft in FormDraft.objects.unsaved()] == [ayesha]


def token_in(answer: Any) -> str:
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def test_the_first_page_keeps_drafts_before_there_is_a_company(as_user, db):
    tab = as_user(factories.make_founder("new@example.com", None))
    path = reverse("company_start")
    tab.post(reverse("draft_save"), {**as_opened(tab, path), "name_en": "Ravi Water"})
    assert tab.get(path).context["form"]["name_en"].value() == "Ravi Water"
    assert Startup.objects.count() == 0
