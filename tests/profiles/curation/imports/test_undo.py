"""Imports are undone as far as no one has claimed, changed or acted on what came in."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from matchmaker import tasks
from matchmaker.desk.duplicates.services import merge
from matchmaker.models.duplicate import DuplicateCandidate, DuplicateProbe
from matchmaker.models.fair_dealing import ScreeningCandidate
from matchmaker.models.search import SearchEntry
from matchmaker.registry import PERIODIC_TASKS
from profiles.choices import ImportState, Status
from profiles.companies.steps import services as companies
from profiles.curation.imports import services, undoing
from profiles.models import AuditRecord, Deal, ImportedRow, ImportRun, Startup
from tests import factories
from tests.matchmaker.deals.fair_dealing.test_screening import LISTS
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.profiles.curation.imports import test_desk
from tests.profiles.curation.imports.wrong_files import GOOD, HEADER


def test_an_undo_puts_back_what_a_file_changed(desk):
    test_desk.imported(desk, f"{HEADER},needs,matching\n{GOOD},hardware:3,yes\n")
    rows = test_desk.rows_of_export(desk)
    rows[0] |= {"pitch": "Better robots", "needs": "cloud:1", "matching": "no"}
    run = test_desk.imported(desk, test_desk.as_file(rows))
    assert test_desk.undone(desk, run).state == ImportState.UNDONE
    ravi = Startup.objects.get()
    assert (ravi.pitch, ravi.matching_consent) == ("Robots", True)
    assert [need.type.code for need in ravi.needs.all()] == ["hardware"]
    assert "Everything was undone." in test_desk.page(desk, run)


def test_an_undo_removes_what_nobody_has_touched_and_says_why_the_rest_stays(desk, sana):
    names = ["Untouched", "Claimed", "Edited", "Invited"]
    run = test_desk.imported(
        desk, "name_en,place,matching\n" + "".join(f"{name},PK-LHE,yes\n" for name in names)
    )
    of = {company.name_en: company for company in Startup.objects.all()}
    Startup.objects.filter(name_en="Claimed").update(is_unclaimed=False)
    Startup.objects.filter(name_en="Edited").update(changed_at=timezone.now())
    invite = reverse("claim_invite", args=["startup", of["Invited"].public_id])
    desk.post(invite, {"email": "x@example.com"})
    test_desk.undone(desk, run)
    assert set(Startup.objects.values_list("name_en", flat=True)) == {"Claimed", "Edited", "Invited"}
    text = test_desk.page(desk, run)
    for why in (
        "The company has been claimed.",
        "It was changed after the import.",
        "Someone has used it, for example in an introduction or a pilot.",
    ):
        assert why in text
    assert AuditRecord.objects.filter(subject=f"startup:{of['Untouched'].public_id}").count() == 2
    assert desk.post(reverse("import_undo", args=[run.pk])).status_code == 302
    assert Startup.objects.count() == 3


COMPUTED = (
    (SearchEntry, "startup"),
    (DuplicateProbe, "startup"),
    (DuplicateCandidate, "other_startup"),
    (ScreeningCandidate, "startup"),
)


def test_what_the_worker_makes_of_a_company_keeps_no_import_from_being_undone(desk):
    header = "name_en,website,beneficial_owner,matching"
    factories.make_startup("Older", contact_email="us@ravi.example")
    run = test_desk.imported(desk, f"{header}\nRavi,https://ravi.example,Zafeerullah Qureshi,yes\n")
    Startup.objects.filter(name_en="Ravi").update(status=Status.SUBMITTED, submitted_at=timezone.now())
    call_command("import_screening", "UN-SC", str(LISTS / "un.xml"), verbosity=0)
    for task in PERIODIC_TASKS:
        task.run(at=timezone.now() + timedelta(minutes=1))
    tasks.rank_market()
    ravi = Startup.objects.get(name_en="Ravi")
    for model, field in COMPUTED:
        assert model.objects.filter(**{field: ravi}).exists(), model
    assert test_desk.undone(desk, run).state == ImportState.UNDONE
    assert list(Startup.objects.values_list("name_en", flat=True)) == ["Older"]


@pytest.mark.sqlite
def test_an_undo_that_is_always_killed_leaves_what_is_left_for_another(desk, monkeypatch):
    monkeypatch.setattr(undoing, "BATCH", 1)
    run = test_desk.imported(desk, "name_en\nOne\nTwo\nThree\nFour\nFive\n")
    desk.post(reverse("import_undo", args=[run.pk]))
    at = timezone.now()

    def killed():
        raise test_desk.KilledError

    for attempt in range(4):  # each takes back one row
        with pytest.raises(test_desk.KilledError):
            services.work_next(at=at + attempt * 2 * services.LEASE, between=killed)
    assert Startup.objects.get().name_en == "Five"
    ImportRun.objects.update(attempts=services.MOST_ATTEMPTS)  # killed within the next batch
    assert not services.work_next(at=at + 20 * services.LEASE)
    run.refresh_from_db()
    assert (run.state, ImportedRow.objects.count()) == (ImportState.DONE, 1)
    text = test_desk.page(desk, run)
    assert "Undo the import again to remove the rest." in text
    assert "nothing was imported" not in text
    assert test_desk.undone(desk, run).state == ImportState.UNDONE
    assert not Startup.objects.exists()


def test_a_merged_record_is_taken_back_no_more(desk, sana):
    run = test_desk.imported(desk, "name_en\nRavi Rover\nSabz Zameen\nOther\n")
    kept, gone = (Startup.objects.get(name_en=name) for name in ("Ravi Rover", "Sabz Zameen"))
    merge.merge(kept, gone, take=["pitch"], reason="One company", by=sana, at=timezone.now())
    assert test_desk.undone(desk, run).state == ImportState.UNDONE
    assert Startup.objects.get() == kept
    assert "It was changed after the import." in test_desk.page(desk, run)


def test_an_undo_leaves_a_company_alone_that_another_imports_record_became(desk, sana):
    kept = factories.make_startup("Ravi Rover")
    run = test_desk.imported(desk, "name_en,pitch\nSabz Zameen,Looms\n")
    gone = Startup.objects.get(name_en="Sabz Zameen")
    merge.merge(kept, gone, take=["pitch"], reason="One company", by=sana, at=timezone.now())
    before = Startup.objects.values().get()
    assert test_desk.undone(desk, run).state == ImportState.UNDONE
    assert Startup.objects.values().get() == before


def test_an_undo_of_deals_keeps_what_somebody_has_changed_or_used(desk, li_wei):
    fund = li_wei.membership.investor
    lines = "".join(f"{fund.public_id},{name},2026-11-02,71\n" for name in ("Same", "Corrected", "Used"))
    run = test_desk.imported(desk, f"investor,startup_name,closed_on,amount\n{lines}", "deals")
    _same, corrected, used = Deal.objects.order_by("pk")
    values = {"startup_name": "Corrected", "closed_on": corrected.closed_on, "amount": 5000}
    companies.save_deal(fund, values=values, deal=corrected, by=li_wei, at=timezone.now())
    pilot = make_pilot(fund, by=li_wei)
    make_application(pilot, factories.make_startup("Doer"), by=li_wei, deal=used)
    test_desk.undone(desk, run)
    assert set(Deal.objects.all()) == {corrected, used}
    text = test_desk.page(desk, run)
    assert "It was changed after the import." in text
    assert "Someone has used it, for example in an introduction or a pilot." in text


def test_the_page_says_of_every_row_whether_it_is_still_here(desk):
    run = test_desk.imported(desk, "name_en\nOne\nTwo\nThree\n")
    Startup.objects.get(name_en="Two").delete()  # as a merge does with the record that goes
    assert "1 more row was imported but is no longer here" in test_desk.page(desk, run)
    Startup.objects.filter(name_en="One").update(changed_at=timezone.now())

    answer = desk.get(reverse("import_run", args=[test_desk.undone(desk, run).pk]))

    assert [(str(label), count) for label, count in answer.context["counts"]] == [
        ("Imported", 3),
        ("Not undone", 1),
    ]
    assert "It was changed after the import." in answer.content.decode()
