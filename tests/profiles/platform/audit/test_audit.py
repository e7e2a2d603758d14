"""The audit trail: acts are recorded, sealed in a chain, and read as sentences."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone, translation

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.matching.ranking.services import weights
from profiles.audit_actions import ACTIONS, private_actions
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Role, Status
from profiles.companies.steps import services as companies
from profiles.curation.reviews import services as curation
from profiles.curation.reviews.selectors.audit_trail import (
    AuditFilter,
    audit_lines,
    csv_lines,
    records,
    subject_words,
)
from profiles.models import AuditHead, AuditRecord, KeptValues, NeedType, Sector, Startup, User
from profiles.people.accounts.services import accounts
from profiles.platform.audit import services as audit
from profiles.platform.audit.services import link_hash, verify
from tests.factories import make_user
from tests.sealing import seal_and_verify
from tests.tables import without_triggers


def write(count: int, by: User | None = None) -> list[AuditRecord]:
    """Record and seal."""
    written = unsealed(count, by)
    audit.seal_new_records()
    return list(AuditRecord.objects.filter(pk__in=[each.pk for each in written]).order_by("pk"))


def unsealed(count: int, by: User | None = None) -> list[AuditRecord]:
    return [
        audit.record(
            "edited",
            subject=f"startup:{number}",
            by=by,
            at=timezone.now(),
            details={"fields": ["name_en"], "نام": "水", "n": number},
        )
        for number in range(count)
    ]


def test_an_untouched_trail_holds(sana):
    assert verify().holds
    records = write(5, sana)
    verdict = verify()
    assert (verdict.holds, verdict.length, verdict.broken) == (True, 5, None)
    assert records[1].previous_hash == records[0].hash


FORGERIES = {
    "update": "UPDATE profiles_auditrecord SET subject = 'nobody'",
    "delete": "DELETE FROM profiles_auditrecord",
    # A statement that only one of the two databases knows
    "sqlite": "REPLACE INTO profiles_auditrecord SELECT * FROM profiles_auditrecord",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE profiles_auditrecord CASCADE",
}


@pytest.mark.attack
@pytest.mark.parametrize("verb", ["update", "delete", connection.vendor])
@pytest.mark.sqlite
def test_the_database_refuses_to_change_records(db, verb):
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(FORGERIES[verb])
    assert (verify().holds, AuditRecord.objects.count()) == (True, 2)


FORGED: list[tuple[str, Any]] = [
    ("subject", "x"),
    ("action", "viewed"),
    ("details", {}),
    ("actor", None),
    ("hash", "0" * 64),
    ("previous_hash", "0" * 64),
    ("at", timezone.now()),
]


def change_field(chance: Random, pks: list[int]) -> None:
    field, value = chance.choice(FORGED)
    AuditRecord.objects.filter(pk=chance.choice(pks)).update(**{field: value})


def insert(chance: Random, pks: list[int]) -> None:
    record = AuditRecord(pk=10**6, at=timezone.now(), action="edited", previous_hash="0" * 64)
    forge(record, new=True)


# Ways to change the trail behind the guards' back.
WAYS: dict[str, Callable[[Random, list[int]], Any]] = {
    "change a field": change_field,
    "delete any": lambda chance, pks: AuditRecord.objects.filter(pk=chance.choice(pks)).delete(),
    "delete the last": lambda chance, pks: AuditRecord.objects.filter(pk=pks[-1]).delete(),
    "swap two": lambda chance, pks: swap(*chance.sample(pks, 2)),
    "change and hash again": lambda chance, pks: forge(AuditRecord.objects.get(pk=chance.choice(pks))),
    "slip one in": insert,
    "move the head": lambda chance, pks: AuditHead.objects.update(length=len(pks) + 1),
}


def swap(one: int, other: int) -> None:
    first, second = AuditRecord.objects.get(pk=one), AuditRecord.objects.get(pk=other)
    AuditRecord.objects.filter(pk=one).update(subject=second.subject, details=second.details)
    AuditRecord.objects.filter(pk=other).update(subject=first.subject, details=first.details)


def forge(record: AuditRecord, *, new: bool = False) -> None:
    """Change a record and give it a hash that fits its new contents."""
    record.subject = "forged"
    record.hash = link_hash(record)
    record.save(force_insert=new, force_update=not new)


@pytest.mark.attack
@pytest.mark.sqlite
def test_every_tampering_is_found(sana, tally, depth):
    chance = Random(7)  # noqa: S311  the same tamperings every time
    write(12, sana)
    pks = list(AuditRecord.objects.order_by("pk").values_list("pk", flat=True))
    for turn in range(depth(70, deep=1_000)):
        saved = transaction.savepoint()
        with without_triggers():
            list(WAYS.values())[turn % len(WAYS)](chance, pks)
        tally.check(not verify().holds, list(WAYS)[turn % len(WAYS)])
        transaction.savepoint_rollback(saved)
    tally.settle()
    assert verify().holds


@pytest.mark.sqlite
def test_what_was_rolled_back_leaves_no_gap(db):
    write(1)
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    write(1)
    assert (verify().holds, verify().length) == (True, 2)


@pytest.mark.sqlite
def test_a_new_record_can_be_sealed_once_and_changed_in_no_other_way(db):
    (record,) = unsealed(1)
    assert (record.hash, verify().length) == (None, 0)
    for changed in ({"subject": "nobody"}, {"hash": "0" * 64, "subject": "nobody"}, {"position": 7}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditRecord.objects.filter(pk=record.pk).update(**changed)
    assert (audit.seal_new_records(), audit.seal_new_records()) == (1, 0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=record.pk).update(hash="0" * 64)
    assert (verify().holds, verify().length) == (True, 1)


@pytest.mark.sqlite
def test_a_record_that_is_committed_late_is_sealed_after_those_with_higher_keys(sana):
    late = AuditRecord(at=timezone.now(), actor=sana, action="edited", subject="user:1")
    unsealed(1)
    late.pk = AuditRecord.objects.get().pk - 1
    audit.seal_new_records()
    late.save(force_insert=True)
    audit.seal_new_records()
    in_chain = AuditRecord.objects.order_by("position").values_list("pk", flat=True)
    assert list(in_chain) == [late.pk + 1, late.pk]
    assert (verify().holds, verify().length) == (True, 2)


@pytest.mark.sqlite
def test_many_writers_and_sealers_at_once(transactional_db):
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _turn in range(10):
                with transaction.atomic():
                    write(1)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads: list[Any] = [threading.Thread(target=work) for _writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (verify().holds, verify().length) == (True, 40)


LANGUAGES = ("en", "ur", "zh-hans")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_told_in_every_language_with_the_same_names(language):
    wrong = []
    for sentence in (each for action in ACTIONS.values() for each in action.sentences):
        with translation.override("en"):
            english = str(sentence.text)
        with translation.override(language):
            told = str(sentence.text)
        if set(re.findall(r"%\((\w+)\)s", told)) != set(re.findall(r"%\((\w+)\)s", english)):
            wrong.append(told)
        if language != "en" and told == english:
            wrong.append(told)
    assert wrong == []


@pytest.mark.django_db
class TestTheTrail:
    def act(self, startup: Startup, ayesha: User) -> None:
        at = timezone.now()
        companies.edit(startup, changes={"team_size": 12, "pitch": "Water"}, by=ayesha, at=at)
        consents.give(startup, purpose=Purpose.CROSS_BORDER, by=ayesha, at=at)

    def test_the_page_says_what_happened(self, startup, ayesha, sana, as_user):
        self.act(startup, ayesha)
        client = as_user(sana)
        for language, told in (
            ("en", "Ayesha Khan changed Indus Grow: pitch in one sentence, team size."),
            ("ur", "Ayesha Khan نے Indus Grow میں تبدیلی کی:"),
            ("zh-hans", "Ayesha Khan修改了Indus Grow："),
        ):
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
            page = client.get(reverse("audit")).content.decode()
            assert told in page
            assert re.search(r"\{&#x27;|\[&#x27;|&#x27;fields", page) is None

    def test_shortlists_and_notes_are_in_neither_the_page_nor_the_export(
        self, startup, li_wei, sana, as_user
    ):
        said: dict[str, Any] = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
        investor = li_wei.membership.investor
        shortlists.shortlist(startup, investor, note="Canary in a note", **said)
        shortlists.remove_from_shortlist(startup, investor, **said)
        decisions.express_interest(startup, investor, **said)
        # as it was written before
        subject = audit.pair_subject(startup, investor)
        audit.record("shortlisted", subject=subject, by=li_wei, at=timezone.now(), details={"done": "x"})
        page = as_user(sana).get(reverse("audit")).content.decode()
        rows = [line.split(",") for line in csv_lines(AuditFilter())]
        assert "shortlisted" not in page
        assert "Canary in a note" not in page
        assert {row[3] for row in rows[1:]} == {"interested", "private"}
        assert not any("shortlisted" in ",".join(row) for row in rows)
        assert not records().filter(action__in=private_actions()).exists()
        assert seal_and_verify().holds

    def test_the_newest_act_stands_first_in_whatever_order_they_were_entered(self, startup, sana, as_user):
        now, subject = timezone.now(), audit.subject_of(startup)
        for message, days in (("Second", 1), ("Oldest", 5), ("Newest", 0), ("Third", 1)):
            at = now - timedelta(days=days)
            audit.record("approved", subject=subject, by=sana, at=at, details={"message": message})
        client = as_user(sana)
        review = reverse("review", args=["startup", startup.public_id])
        for path in (reverse("audit"), reverse("desk"), review):
            page = client.get(path).content.decode()
            told = re.findall("approved Indus Grow: “([A-Z][a-z]+)”", page)
            assert told == ["Newest", "Third", "Second", "Oldest"]
        assert seal_and_verify().holds

    def test_a_record_that_lacks_a_word_is_still_told(self, sana):
        audit.record("viewed", subject="startup:gone", by=sana, at=timezone.now())
        (line,) = audit_lines(AuditRecord.objects.all())
        assert (
            line.sentence == "Sana Malik unlocked the exact amounts of a startup that no longer exists: “…”"
        )

        audit.record("harvested", subject="user:1", by=sana, at=timezone.now())
        line = audit_lines(AuditRecord.objects.filter(action="harvested"))[0]
        assert line.sentence == "harvested"


class TestTheFilter:
    @pytest.fixture(autouse=True)
    def acts(self, startup, ayesha, li_wei, sana):
        noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
        for by, day, action in ((ayesha, 0, "edited"), (sana, 1, "approved"), (li_wei, 2, "edited")):
            subject = audit.subject_of(startup if by != li_wei else li_wei.membership.investor)
            at = noon + timedelta(days=day)
            audit.record(action, subject=subject, by=by, at=at, details={"message": f"by {by}"})

    def told(self, client, **asked):
        return [line.record.actor.full_name for line in client.get(reverse("audit"), asked).context["lines"]]

    def test_by_person_kind_company_and_day_and_the_export_has_the_same(self, desk):
        for asked, told in (
            ({}, ["Li Wei", "Sana Malik", "Ayesha Khan"]),
            ({"person": "ayesha@"}, ["Ayesha Khan"]),
            ({"person": "Wei", "action": "approved"}, []),
            ({"since": "2026-03-06"}, ["Li Wei", "Sana Malik"]),
            ({"since": "2026-03-06", "until": "2026-03-06"}, ["Sana Malik"]),
            ({"subject": "Indus", "until": "2026-03-05"}, ["Ayesha Khan"]),
        ):
            assert self.told(desk, **asked) == told
            exported = b"".join(desk.get(reverse("audit_export"), asked).streaming_content).decode()
            assert exported.count("2026-03-0") == len(told)
            page = desk.get(reverse("audit"), asked).content.decode()
            assert not asked or f"{reverse('audit_export')}?{urlencode(asked)}".replace("&", "&amp;") in page

    def test_days_in_the_wrong_order_are_told_beside_the_field_and_nothing_is_exported(self, sana, as_user):
        asked = {"since": "2026-03-06", "until": "2026-03-05"}
        page = as_user(sana).get(reverse("audit"), asked)
        assert page.context["form"].errors == {
            "until": ["This date is before the start date. Enter a later date."]
        }
        assert as_user(sana).get(reverse("audit_export"), asked).status_code == 404

        assert (
            "This date is before the start date. Enter a later date."
            in page.text[page.text.index('name="until"') :][:700]
        )

    def test_a_line_shows_before_and_after_and_leads_to_the_company_and_to_more(self, startup, sana, as_user):
        accounts.give_role("ayesha@example.com", role=Role.INVESTOR, by=None, at=timezone.now())
        page = as_user(sana).get(reverse("audit")).content.decode()
        assert re.search(
            r"<del><bdi>Startup</bdi></del>.*?<ins><bdi>Investor or partner</bdi></ins>", page, re.S
        )
        assert reverse("review", args=["startup", startup.public_id]) in page
        assert f"?subject=startup%3A{startup.public_id}" in page

    def test_changed_weights_show_before_and_after_and_subjects_have_names(self, startup, sana, as_user):
        was = weights.current()
        given = {"for_investor": dict(was.for_investor), "for_startup": dict(was.for_startup)}
        given["for_investor"]["sector"] -= 10
        given["for_investor"]["stage"] += 10
        made = weights.apply(**given, note="Stage counts more", by=sana, at=timezone.now())
        page = as_user(sana).get(reverse("audit"))
        lines = {line.record.action: line for line in page.context["lines"]}
        found = {each["label"]: (each["before"], each["after"]) for each in lines["weights"].changes}
        points = was.for_investor
        assert found == {
            "Investor or partner: Sector": (str(points["sector"]), str(points["sector"] - 10)),
            "Investor or partner: Stage": (str(points["stage"]), str(points["stage"] + 10)),
        }
        assert lines["weights"].about == f"version {made.pk} of the weights"
        with translation.override("ur"):
            (line,) = audit_lines(AuditRecord.objects.filter(action="weights"))
        assert not any("Sector" in each["label"] for each in line.changes)

    def test_an_edit_shows_words_before_and_after_until_the_company_is_deleted(
        self, startup, ayesha, sana, as_user
    ):
        tea, rice = (Sector.objects.filter(parent__isnull=False).order_by("pk")[each] for each in (0, 1))
        need = NeedType.objects.order_by("pk")[0]
        changes = {"team_size": 12, "other_sectors": [tea, rice], "ask_max": 900_001}
        companies.edit(
            startup, changes=changes, rows={"needs": [{"type": need}]}, by=ayesha, at=timezone.now()
        )
        client, record = as_user(sana), AuditRecord.objects.latest("pk")
        found = {each["label"]: each for each in client.get(reverse("audit")).context["lines"][0].changes}
        assert found["team size"]["after"] == "12"
        assert {tea.name, rice.name} <= set(found["other sectors"]["after"].split(", "))
        assert found["needs"]["after"].startswith(need.name)
        assert "900" not in str(found)  # a curator opens exact amounts with a reason
        observer = make_user("observer@example.com", Role.OBSERVER)
        assert not as_user(observer).get(reverse("audit")).context["lines"][0].changes
        assert seal_and_verify().holds
        KeptValues.objects.filter(record=record).update(after={"team_size": "13"})
        assert not seal_and_verify().holds
        startup.delete()
        assert seal_and_verify().holds
        assert not KeptValues.objects.exists()

    def test_a_suspension_shows_the_status_before_and_after(self, startup, sana, as_user):
        curation.suspend(startup, message="Its bank asks", by=sana, at=timezone.now())
        (change,) = as_user(sana).get(reverse("audit")).context["lines"][0].changes
        assert (change["before"], change["after"]) == ("Approved", "Suspended")

    def test_no_subject_is_told_by_its_code(self):
        for subject in [
            "market:a",
            "mail:1",
            "job:startup:3",
            "check:x",
            "admin:deal",
            "screening:un",
            "reasons",
        ]:
            assert subject_words(subject) != subject

    def test_a_draft_has_no_page_to_lead_to(self, startup, sana, as_user):
        Startup.objects.filter(pk=startup.pk).update(status=Status.DRAFT)
        page = as_user(sana).get(reverse("audit")).content.decode()
        assert reverse("review", args=["startup", startup.public_id]) not in page
