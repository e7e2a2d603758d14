"""The trail reads as sentences in three languages, and says nothing of a company's own matters."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from profiles.audit import services as audit
from profiles.audit_actions import ACTIONS, private_actions
from profiles.choices import Purpose
from profiles.companies.services import companies
from profiles.consents import services as consents
from profiles.curation.selectors.audit_trail import audit_lines, csv_lines, records
from profiles.models import AuditRecord, Startup, User
from tests.sealing import seal_and_verify

AsUser = Callable[[User | None], Client]
LANGUAGES = ("en", "ur", "zh-hans")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_told_in_every_language_with_the_same_names(language: str) -> None:
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

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            ("en", "Ayesha Khan changed Indus Grow: pitch in one sentence, team size."),
            ("ur", "Ayesha Khan نے Indus Grow میں تبدیلی کی:"),
            ("zh-hans", "Ayesha Khan 修改了 Indus Grow："),
        ],
    )
    def test_the_page_says_what_happened(
        self, startup: Startup, ayesha: User, sana: User, as_user: AsUser, language: str, told: str
    ) -> None:
        self.act(startup, ayesha)
        client = as_user(sana)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(reverse("audit")).content.decode()
        assert told in page
        assert re.search(r"\{&#x27;|\[&#x27;|&#x27;fields", page) is None

    def test_shortlists_and_notes_are_in_neither_the_page_nor_the_export(
        self, startup: Startup, li_wei: User, sana: User, as_user: AsUser
    ) -> None:
        said: dict[str, Any] = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
        investor = li_wei.membership.investor
        decisions.shortlist(startup, investor, note="Canary in a note", **said)
        decisions.remove_from_shortlist(startup, investor, **said)
        decisions.express_interest(startup, investor, **said)
        # as it was written before
        subject = audit.pair_subject(startup, investor)
        audit.record("shortlisted", subject=subject, by=li_wei, at=timezone.now(), details={"done": "x"})
        page = as_user(sana).get(reverse("audit")).content.decode()
        rows = [line.split(",") for line in csv_lines()]
        assert "shortlisted" not in page
        assert "Canary in a note" not in page
        assert {row[3] for row in rows[1:]} == {"interested", "private"}
        assert not any("shortlisted" in ",".join(row) for row in rows)
        assert not records().filter(action__in=private_actions()).exists()
        assert seal_and_verify().holds

    def test_the_newest_act_stands_first_in_whatever_order_they_were_entered(
        self, startup: Startup, sana: User, as_user: AsUser
    ) -> None:
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

    def test_a_record_that_lacks_a_word_is_still_told(self, sana: User) -> None:
        audit.record("viewed", subject="startup:gone", by=sana, at=timezone.now())
        (line,) = audit_lines(AuditRecord.objects.all())
        assert line.sentence == "Sana Malik opened the exact amounts of a startup that is gone: “…”"

    def test_a_record_of_a_capability_that_is_gone_is_told_by_its_code(self, sana: User) -> None:
        audit.record("harvested", subject="user:1", by=sana, at=timezone.now())
        (line,) = audit_lines(AuditRecord.objects.all())
        assert line.sentence == "harvested"
