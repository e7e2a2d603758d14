"""The page of deals: each stage from its facts, what one team notes, the moves, filters and who sees what."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.deals.pipeline import services
from matchmaker.desk.today.services import curator_override
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting
from matchmaker.models.pair_action import Interest, ShortlistEntry
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_account, erase_company
from profiles.curation.reviews import services as curation
from profiles.models import AuditRecord, Membership, Notice, Startup, User
from profiles.people.accounts.services import teams
from tests import factories
from tests.matchmaker.deals.stages.conftest import confirm, propose
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
DEALS, DAY = "/deals/", timedelta(days=1)
NOTES = {"next_step": "canary-step", "note": "canary-note", "due_on": None, "in_charge": None, "rating": 4}


def deals(client, **query):
    return {row.shown.get("name"): str(row.deal.stage) for row in client.get(DEALS, query).context["rows"]}


def shortlist(startup, by, **more):
    said = {"side": Side.INVESTOR, "by": by, "at": timezone.now(), **more}
    return shortlists.shortlist(startup, by.membership.investor, **said)


def note(startup, by, **values):
    said = {"side": Side(by.role), "by": by, "at": timezone.now()}
    pair = startup, by.membership.company
    if by.role == Side.STARTUP:
        pair = by.membership.startup, startup
    return services.write_notes(*pair, values={**NOTES, **values}, **said)


def move(client, company, to, **sent):
    return client.post(reverse("pipeline_move", args=[company.public_id]), {"to": to, **sent})


def table_of(client):
    return b"".join(client.post(reverse("member_export", args=["deals"]))).decode()


@pytest.fixture
def talk(startup, investor, ayesha):
    at = timezone.now() - 14 * DAY
    return make_introduction(startup, investor, by=ayesha, state="mutual", at=at, answered_at=at)


@pytest.fixture
def every_stage(investor, ayesha, li_wei):
    """A startup in each stage of the investor, named after it."""
    made = {}
    at = timezone.now() - 9 * DAY
    for stage in (
        "shortlisted",
        "to_answer",
        "waiting",
        "talking",
        "meeting",
        "sample",
        "terms",
        "signed",
        "closed",
    ):
        made[stage] = factories.make_startup(stage)
        founder = factories.make_founder(f"{stage}@example.com", made[stage])
        if stage == "shortlisted":
            shortlist(made[stage], li_wei)
        elif stage == "to_answer":
            make_introduction(made[stage], investor, by=founder, at=at)
        elif stage == "waiting":
            make_introduction(made[stage], investor, by=li_wei, side=Side.INVESTOR, at=at)
        else:
            state = "closed" if stage == "closed" else "mutual"
            talk = make_introduction(made[stage], investor, by=founder, state=state, at=at, answered_at=at)
            if stage == "meeting":
                Meeting.objects.create(introduction=talk, state="proposed", proposed_by="startup")
            elif stage in ("sample", "terms", "signed"):
                confirm(propose(talk, founder, stage), li_wei)
    return made


class TestStages:
    def test_each_stage_follows_from_its_facts_and_offers_the_moves_that_exist(
        self, as_user, li_wei, partner, every_stage
    ):
        assert deals(partner) == {stage: stage for stage in every_stage}
        board = partner.get(DEALS, {"view": "board"})
        assert [str(column["stage"]) for column in board.context["columns"]] == list(every_stage)
        shown = {row.shown["name"]: str(row.deal.stage) for row in board.context["rows"]}
        assert shown == {stage: stage for stage in every_stage}

        assert {row.shown["name"]: list(row.moves) for row in board.context["rows"]} == {
            "shortlisted": ["waiting", "closed"],
            "to_answer": ["talking", "closed"],
            "waiting": ["closed"],
            "talking": ["meeting", "sample", "terms", "signed", "closed"],
            "meeting": ["sample", "terms", "signed", "closed"],
            "sample": ["terms", "signed", "closed"],
            "terms": ["sample", "signed", "closed"],
            "signed": ["closed"],
            "closed": ["shortlisted"],
        }

        steps = board.context["funnel"]
        assert [step["count"] for step in steps] == [9, 6, 4, 3, 2, 1]
        assert steps[0]["length"] == 1000

        names = list(deals(as_user(li_wei)))
        assert (names[0], names[-2:]) == ("to_answer", ["shortlisted", "closed"])

    def test_a_cancelled_meeting_and_a_disputed_stage_move_nothing(self, as_user, li_wei, ayesha, talk):
        Meeting.objects.create(
            introduction=talk, state="cancelled", proposed_by="startup", ended_at=timezone.now()
        )
        propose(talk, ayesha, "terms")
        assert deals(as_user(li_wei)) == {"Indus Grow": "talking"}

    def test_a_confidentiality_agreement_leaves_a_deal_where_it_was(self, as_user, li_wei, ayesha, talk):
        confirm(propose(talk, ayesha, "confidentiality"), li_wei)
        assert deals(as_user(li_wei)) == {"Indus Grow": "talking"}
        confirm(propose(talk, ayesha, "sample"), li_wei)
        confirm(propose(talk, ayesha, "confidentiality"), li_wei)
        assert deals(as_user(li_wei)) == {"Indus Grow": "sample"}

    def test_who_was_remembered_after_the_end_is_on_the_shortlist_again(
        self, as_user, li_wei, startup, investor, ayesha
    ):
        make_introduction(startup, investor, by=ayesha, state="expired", at=timezone.now() - DAY)
        client = as_user(li_wei)
        assert deals(client) == {"Indus Grow": "closed"}
        move(client, startup, "shortlisted")
        assert deals(client) == {"Indus Grow": "shortlisted"}

    def test_a_yes_without_an_introduction_waits_for_the_other_side(
        self, as_user, li_wei, ayesha, startup, investor
    ):
        Interest.objects.create(startup=startup, investor=investor, side=Side.STARTUP, by=ayesha)
        assert deals(as_user(li_wei)) == {"Indus Grow": "to_answer"}
        assert deals(as_user(ayesha)) == {"Pearl River Capital": "waiting"}

    def test_a_request_in_the_queue_is_the_askers_alone(self, as_user, li_wei, ayesha, startup, investor):
        make_introduction(startup, investor, by=ayesha, state=IntroductionState.QUEUED)
        assert deals(as_user(li_wei)) == {}
        assert deals(as_user(ayesha)) == {"Pearl River Capital": "waiting"}

    def test_a_row_names_one_stage_alone(self, as_user, li_wei, ayesha, talk):
        Meeting.objects.create(introduction=talk, state="proposed", proposed_by="startup")
        client = as_user(li_wei)
        assert deals(client) == {"Indus Grow": "meeting"}
        assert "Stage 1 of 6" not in client.get(DEALS).content.decode()
        propose(talk, ayesha, "terms")
        shown = client.get(DEALS).content.decode()
        assert "they propose “Terms”" in shown
        assert "Stage 1 of 6" not in shown


class TestMoves:
    @pytest.mark.parametrize("view", ["", "board"])
    def test_no_move_is_chosen_before_a_person_chooses_one(self, as_user, li_wei, every_stage, view):
        shown = as_user(li_wei).get(DEALS, {"view": view}).content.decode()
        first = re.findall(r'name="to" required>\s*<option value="">', shown)
        assert len(first) == len(every_stage)

    def test_an_answer_moves_a_deal_and_an_older_page_moves_nothing(self, as_user, li_wei, every_stage):
        client, startup = as_user(li_wei), every_stage["to_answer"]
        move(client, startup, "talking", seen="an older version")
        assert deals(client, stage="to_answer") == {"to_answer": "to_answer"}

        asked = Introduction.objects.get(startup=every_stage["to_answer"])
        move(client, every_stage["to_answer"], "talking", seen=asked.version)
        move(client, every_stage["shortlisted"], "waiting", seen="")
        assert deals(client) == {
            **{stage: stage for stage in every_stage}, "to_answer": "talking", "shortlisted": "waiting"
        }  # fmt: skip

    def test_what_needs_words_or_is_final_is_done_on_its_page_and_other_moves_change_nothing(
        self, as_user, li_wei, every_stage
    ):
        client, waiting = as_user(li_wei), every_stage["waiting"]
        for stage, to, leads_to in (
            ("to_answer", "closed", "/matches/{}/pass/"),
            ("waiting", "closed", "/introductions/{}/#end"),
            ("talking", "closed", "/introductions/{}/#end"),
            ("talking", "meeting", "/introductions/{}/meeting/"),
            ("talking", "terms", "/introductions/{}/stages/?stage=terms#propose"),
        ):
            answer = move(client, every_stage[stage], to)
            assert answer.url == leads_to.format(every_stage[stage].public_id)
            assert client.get(answer.url).status_code == 200
        for to in ("signed", "talking", "", "shortlisted", "nowhere"):
            address, sent = reverse("pipeline_move", args=[waiting.public_id]), {"to": to, "next": DEALS}
            page = client.post(address, sent, follow=True).content.decode()
            assert "This move is no longer possible. Choose another one." in page, to
        assert deals(client) == {each: each for each in every_stage}

    def test_a_founder_who_asks_writes_first(self, as_user, ayesha, startup, investor):
        shortlists.shortlist(startup, investor, side=Side.STARTUP, by=ayesha, at=timezone.now())
        answer = move(as_user(ayesha), investor, "waiting")
        assert answer.url == reverse("introduction_ask", args=[investor.public_id])
        assert not Introduction.objects.exists()

    def test_a_proposed_stage_is_answered_before_another_is_proposed(self, as_user, li_wei, ayesha, talk):
        propose(talk, ayesha, "terms")
        (row,) = as_user(li_wei).get(DEALS).context["rows"]
        assert list(row.moves) == ["meeting", "closed"]

    def test_taken_off_the_list_a_company_keeps_the_notes_of_the_team(self, as_user, li_wei, startup):
        shortlist(startup, li_wei)
        note(startup, li_wei)
        client = as_user(li_wei)
        move(client, startup, "closed")
        assert deals(client) == {}
        shortlist(startup, li_wei)
        assert "canary-note" in client.get(DEALS).content.decode()


class TestNotes:
    def test_a_team_notes_what_is_next(self, as_user, li_wei, talk, startup):
        client, page = as_user(li_wei), reverse("pipeline_notes", args=[startup.public_id])
        due = timezone.localdate() + 3 * DAY
        sent = {"next_step": "Call the lab", "due_on": due, "in_charge": li_wei.membership.pk, "rating": "5"}
        assert client.post(page, {**sent, "note": "Good team"}).url == DEALS
        shown = client.get(DEALS).content.decode()
        for words in ("Call the lab", "Good team", "Li Wei", "Rating: 5 of 5"):
            assert words in shown
        entry = ShortlistEntry.objects.get()
        assert (entry.is_listed, entry.side, entry.due_on) == (False, "investor", due)
        assert not AuditRecord.objects.filter(action="shortlisted").exists()
        client.post(page, {"next_step": "", "due_on": "", "in_charge": "", "rating": "", "note": ""})
        assert not ShortlistEntry.objects.exists()

    def test_what_cannot_be_is_refused(self, as_user, li_wei, talk, startup):
        client, page = as_user(li_wei), reverse("pipeline_notes", args=[startup.public_id])
        for sent in ({"rating": "6"}, {"note": "x" * 301}, {"due_on": "2020-01-01"}, {"in_charge": "0"}):
            assert client.post(page, sent).status_code == 422, sent
        assert not ShortlistEntry.objects.exists()

    def test_a_colleague_of_another_company_is_not_in_charge(self, li_wei, ayesha, talk, startup):
        entry = note(startup, li_wei, in_charge=ayesha.membership)
        assert entry.in_charge is None

    def test_neither_the_other_side_nor_a_curator_reads_them(
        self, as_user, li_wei, ayesha, sana, talk, startup
    ):
        note(startup, li_wei, due_on=timezone.localdate())
        investor = li_wei.membership.investor
        pages = {
            ayesha: (DEALS, "/deals/?view=board", "/home/", f"/introductions/{investor.public_id}/",
                     f"/matches/{investor.public_id}/", f"/deals/{investor.public_id}/"),
            sana: ("/desk/", "/desk/directory/", "/desk/audit/", DEALS),
        }  # fmt: skip
        for reader, paths in pages.items():
            for path in paths:
                assert "canary" not in as_user(reader).get(path).content.decode()
        sent = table_of(as_user(ayesha))
        assert ("Pearl River" in sent, "canary" in sent) == (True, False)

    def test_its_own_team_has_them_in_its_copy_and_its_table(self, as_user, li_wei, ayesha, talk, startup):
        note(startup, li_wei)
        assert "canary-step" in str(copy_for(li_wei))
        assert "canary" not in str(copy_for(ayesha))
        assert "canary-step" in table_of(as_user(li_wei))

    @pytest.mark.parametrize("goes", ["leaves", "deletes the account"])
    def test_nobody_is_in_charge_once_the_colleague_is_gone(self, li_wei, investor, talk, startup, goes):
        colleague = factories.make_partner("mei@example.com", investor)
        Membership.objects.filter(user=li_wei).update(is_owner=True)
        entry = note(startup, li_wei, in_charge=colleague.membership)
        assert entry.in_charge == colleague.membership
        if goes == "leaves":
            teams.leave(colleague.membership, at=timezone.now())
        else:
            erase_account(colleague, at=timezone.now())
        entry.refresh_from_db()
        assert (entry.in_charge, entry.next_step) == (None, "canary-step")

    @pytest.mark.parametrize("deleted", ["own", "other"])
    def test_they_are_deleted_with_either_company(self, li_wei, ayesha, talk, startup, deleted):
        note(startup, li_wei)
        by = li_wei if deleted == "own" else ayesha
        erase_company(by.membership.company, by=by, at=timezone.now())
        assert not ShortlistEntry.objects.exists()


class TestReminders:
    def remind(self, at):
        return services.remind_due(at=at), list(
            Notice.objects.filter(kind="own_step_due")
            .order_by("user__email")
            .values_list("user__email", flat=True)
        )

    @pytest.fixture
    def due(self, li_wei, investor, talk, startup):
        factories.make_partner("mei@example.com", investor)
        User.objects.update(time_zone="Asia/Shanghai")
        li_wei.refresh_from_db()
        today = timezone.localdate() + 5 * DAY
        note(startup, li_wei, due_on=today)
        return datetime(today.year, today.month, today.day, 0, 0, tzinfo=UTC)  # eight in Shanghai

    def test_the_team_is_reminded_once_in_the_morning_of_that_day(self, due, as_user, li_wei):
        assert self.remind(due - timedelta(minutes=1)) == (0, [])
        both = ["li.wei@example.com", "mei@example.com"]
        assert self.remind(due) == (1, both)
        assert self.remind(due + DAY) == (0, both)
        page = as_user(li_wei).get(reverse("notices")).content.decode()
        assert ("Indus Grow" in page, "due today" in page) == (True, True)

    def test_who_is_in_charge_is_reminded_alone(self, due, li_wei, startup):
        note(startup, li_wei, due_on=ShortlistEntry.objects.get().due_on, in_charge=li_wei.membership)
        assert self.remind(due) == (1, ["li.wei@example.com"])

    def test_another_day_is_another_reminder_and_none_is_none(self, due, li_wei, startup):
        note(startup, li_wei, due_on=due.date() + DAY)
        assert self.remind(due) == (0, [])
        note(startup, li_wei, due_on=None)
        assert self.remind(due + 9 * DAY) == (0, [])

    @pytest.mark.parametrize("event", ["hidden", "suspended", "their consent"])
    def test_about_who_cannot_be_seen_nothing_is_said(self, due, event, li_wei, sana, startup):
        if event == "hidden":
            hide = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
            curator_override(startup, li_wei.membership.investor, **hide, by=sana, at=timezone.now())
        elif event == "suspended":
            curation.suspend(startup, message="Unclear", by=sana, at=timezone.now())
        else:
            Introduction.objects.update(state="closed", ended_at=timezone.now())
            Startup.objects.update(matching_consent=False)
        assert self.remind(due)[1] == []
        assert self.remind(due + DAY) == (0, [])


class TestPage:
    def test_filters_leave_what_they_name(self, as_user, li_wei, every_stage):
        today = timezone.localdate()
        note(every_stage["talking"], li_wei, in_charge=li_wei.membership, due_on=today + 2 * DAY)
        entry = note(every_stage["terms"], li_wei, due_on=today + 30 * DAY)
        ShortlistEntry.objects.filter(pk=entry.pk).update(due_on=today - DAY)
        client = as_user(li_wei)
        assert deals(client, stage="meeting") == {"meeting": "meeting"}
        assert deals(client, who=li_wei.membership.pk) == {"talking": "talking"}
        assert len(deals(client, who="no_one")) == 8
        assert deals(client, due="late") == {"terms": "terms"}
        assert {"talking", "terms"} <= deals(client, due="week").keys()
        assert len(deals(client, sector="AGR")) == 9
        assert deals(client, sector="HLT") == {}
        assert len(deals(client, stage="no-such", who="", due="x", sector="?", page="99")) == 9

    def test_the_old_addresses_lead_to_their_rows(self, client):
        for old, new in (("/introductions/", DEALS), ("/shortlist/", "/deals/?stage=shortlisted")):
            answer = client.get(f"{old}?page=2")
            assert (answer.status_code, answer.url) == (301, new)

    @pytest.mark.parametrize("view", ["table", "board"])
    def test_the_same_queries_however_many_deals_there_are(
        self, li_wei, partner, investor, same_queries, view
    ):
        for total in (1, 3):
            while Introduction.objects.count() < total:
                number = Introduction.objects.count()
                one, other = (factories.make_startup(f"{number} {which}") for which in "ab")
                founder = factories.make_founder(f"{number}@example.com", one)
                talk = make_introduction(one, investor, by=founder, state="mutual")
                confirm(propose(talk, founder, "terms"), li_wei)
                shortlist(other, li_wei)
                note(other, li_wei, in_charge=li_wei.membership)
            partner.get(DEALS, {"view": view})  # which leaves receipts of who is new
            with same_queries():
                assert len(partner.get(DEALS, {"view": view}).context["rows"]) == 2 * total

    def test_a_column_has_its_first_cards_and_a_link_to_the_rest(self, as_user, li_wei):
        for number in range(8):
            shortlist(factories.make_startup(f"Startup {number}"), li_wei)
        page = as_user(li_wei).get(DEALS, {"view": "board"})
        column = page.context["columns"][0]
        assert (len(column["rows"]), column["count"], column["more"]) == (5, 8, 3)
        assert '<a href="?stage=shortlisted">' in " ".join(page.content.decode().split())

    def test_what_is_paused_has_its_name_and_no_moves(self, as_user, li_wei, sana, talk, startup):
        hide = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
        curator_override(startup, li_wei.membership.investor, **hide, by=sana, at=timezone.now())
        (row,) = as_user(li_wei).get(DEALS).context["rows"]
        assert (row.shown["name"], row.moves, row.public_id) == ("Indus Grow", {}, "")
        assert move(as_user(li_wei), startup, "terms").status_code == 404

    def test_notes_about_who_is_gone_stay_readable_without_the_name(self, as_user, li_wei, startup):
        note(startup, li_wei, note="", next_step="Ask in spring")
        Startup.objects.update(matching_consent=False)
        page = as_user(li_wei).get(DEALS).content.decode()
        assert ("Ask in spring" in page, startup.name_en in page) == (True, False)
