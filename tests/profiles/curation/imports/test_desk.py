"""Imports and exports at the curators' desk: checked, seen by no one before all is in, undone."""

import csv
import io
import tracemalloc
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from matchmaker import tasks
from matchmaker.desk.duplicates.services import candidates
from matchmaker.models.duplicate import DuplicateCandidate
from matchmaker.models.ranking import RankingJob, RankingRun
from profiles.choices import ImportState, Status
from profiles.companies.steps import services as companies
from profiles.curation.imports import selectors, services
from profiles.curation.imports.columns import guess_columns
from profiles.curation.imports.table import WrongFileError, read_rows
from profiles.models import (
    AuditRecord,
    Consent,
    Deal,
    ImportedRow,
    ImportFile,
    ImportRun,
    Investor,
    Place,
    Startup,
)
from profiles.platform.audit.services import seal_new_records, verify
from tests import factories
from tests.profiles.curation.imports.wrong_files import GOOD, HEADER

SECOND = "Tarzi Textiles,Looms,PK-LHE,IND02,1000,2000,USD,yes,matched"


def send(desk, content, kind="startups", name="list.csv"):
    """Upload a file; return the answer."""
    content = content.encode() if isinstance(content, str) else content
    return desk.post(reverse("imports"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def prepared(desk, content, kind="startups", **said):
    """Upload a file, take its columns as guessed, and have the worker check it; return the import."""
    send(desk, content, kind)
    run = ImportRun.objects.first()
    columns = {f"column-{at}": name for at, name in enumerate(run.columns)}
    desk.post(reverse("import_run", args=[run.pk]), columns | said)
    tasks.work_imports()
    run.refresh_from_db()
    return run


def imported(desk, content, kind="startups", **said):
    """Import a file to the end; return the import."""
    run = prepared(desk, content, kind, **said)
    desk.post(reverse("import_start", args=[run.pk]))
    tasks.work_imports()
    run.refresh_from_db()
    return run


def page(desk, run):
    return desk.get(reverse("import_run", args=[run.pk])).content.decode()


def undone(desk, run):
    desk.post(reverse("import_undo", args=[run.pk]))
    tasks.work_imports()
    run.refresh_from_db()
    return run


def test_a_file_is_checked_imported_and_told(desk, sana):
    run = prepared(desk, f"{HEADER},contact_email\n{GOOD},hello@ravi.example\n{SECOND},\n")
    assert (run.state, run.counts["new"], Startup.objects.count()) == ("ready", 2, 0)
    assert "Import now" in page(desk, run)
    desk.post(reverse("import_start", args=[run.pk]))
    tasks.work_imports()
    run.refresh_from_db()
    assert (run.state, run.counts["new"], ImportFile.objects.count()) == (ImportState.DONE, 2, 0)
    ravi = Startup.objects.get(name_en="Ravi Rover")
    assert (ravi.is_unclaimed, ravi.status, ravi.ask_max_usd) == (True, Status.DRAFT, 2000)
    link = reverse("claim_invite", args=["startup", ravi.public_id])
    assert link in page(desk, run)
    assert f'href="{reverse("unclaimed")}?side=startup"' in page(desk, run)
    assert "hello@ravi.example" in desk.get(link).content.decode()
    assert "imported rows of a file: 2" in desk.get(reverse("audit")).content.decode()
    assert AuditRecord.objects.filter(subject=f"startup:{ravi.public_id}", actor=sana).count() == 1
    seal_new_records()
    assert verify().holds


def test_a_faulty_file_is_told_by_line_and_nothing_is_written(desk):
    run = prepared(desk, "name_en,place\nRavi,PK-XX\nRavi,PK-LHE\n")
    assert run.state == ImportState.FAULTY
    text = page(desk, run)
    assert "Line 2, column place: “PK-XX” is not in the list." in text
    assert "Line 3, column name_en: The same company is on line 2." in text
    assert desk.post(reverse("import_start", args=[run.pk])).status_code == 302
    tasks.work_imports()
    assert not Startup.everything.exists()


def test_errors_are_grouped_by_column_and_kind_and_all_can_be_saved(desk):
    rows = [f"Sona {'x' * number},PK-X{number}" for number in range(1, 80)]
    run = prepared(desk, "\n".join(["name_en,place,pitch", *(f"{row},=1" for row in rows), ",PK-LHE,A"]))
    assert (run.state, run.counts["problems"]) == (ImportState.FAULTY, 80)
    assert selectors.progress_of(run)["problems"] == [
        ("Line 2, column place: “PK-X1” is not in the list.", 79),
        ("Line 81, column name_en: This field is required.", 1),
    ]
    assert "79 rows" in " ".join(page(desk, run).split())
    saved = desk.get(reverse("import_problems", args=[run.pk])).getvalue().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(saved)))
    assert (lines[0], len(lines)) == (["line", "column", "error"], 81)
    assert lines[2] == ["3", "place", "“PK-X2” is not in the list."]
    services.discard(run, at=timezone.now())
    assert desk.get(reverse("import_problems", args=[run.pk])).status_code == 404


def test_a_cell_that_begins_like_a_formula_is_text(desk):
    """A telephone number begins with a plus. Exports see to it that no spreadsheet runs anything."""
    head, row = "name_en,contact_whatsapp,pitch\n", "Sona Kheti,+92 300 1234567,=1+1\n"
    run = imported(desk, head + row)
    assert (run.problems, run.state) == ([], ImportState.DONE)
    sona = Startup.objects.get()
    assert (sona.contact_whatsapp, sona.pitch) == ("+92 300 1234567", "=1+1")
    table = desk.post(reverse("table_export", args=["startups", "csv"])).getvalue().decode("utf-8-sig")
    (exported,) = csv.DictReader(io.StringIO(table))
    assert (exported["contact_whatsapp"], exported["pitch"]) == ("'+92 300 1234567", "'=1+1")


LUSHAN = "name_en,kind,website,contact_email\n{}\n"
ROWS = (
    "Yangtze Lushan Partners,vc,https://yangtze-lushan.example,a@yangtze-lushan.example",
    "Lushan Yangtze Partners,vc,https://lushan.example,b@lushan.example",
)


@pytest.mark.parametrize("together", [True, False])
def test_similar_names_stop_no_file_and_are_possible_duplicates(desk, together):
    for content in ["\n".join(ROWS)] if together else ROWS:
        run = imported(desk, LUSHAN.format(content), "investors")
        assert (run.problems, run.state) == ([], ImportState.DONE)
    candidates.refresh_due(at=timezone.now())
    (pair,) = DuplicateCandidate.objects.all()
    names = {investor.name_en for investor in (pair.investor, pair.other_investor)}
    assert names == {row.partition(",")[0] for row in ROWS}


def test_one_name_is_one_company_unless_site_email_or_number_differ(desk):
    same = "name_en,website,contact_email,registration_number\n{}\n"
    rows = ["Sona Kheti,https://sona.example,,", "SONA  kheti,https://other.example,,"]
    assert imported(desk, same.format("\n".join(rows))).state == ImportState.DONE
    for row in ("sona kheti,,,", "Sona Kheti,https://www.sona.example/about,x@new.example,"):
        again = prepared(desk, same.format(row))
        assert "This company already exists" in page(desk, again), row
    twice = prepared(desk, same.format("Ravi,,a@ravi.example,R1\nRAVI,,,R2\nravi,,A@ravi.example,"))
    assert "Line 4, column name_en: The same company is on line 2." in page(desk, twice)
    assert twice.counts["problems"] == 1


NAMED = "name_en,pitch,place,primary_sector,stage,matching\n{},Drip lines,{},{},{},yes\n"


def test_a_closed_list_takes_names_in_any_language_and_case(desk):
    rows = NAMED.format("Ravi Drip", "lahore", "Smart irrigation and water management", "SEED")
    run = imported(desk, f"{rows}Tarzi Looms,Looms,لاہور,AGR01,种子轮,yes\n")
    assert (run.problems, run.state) == ([], ImportState.DONE)
    found = Startup.objects.values_list("place__code", "primary_sector__code", "stage__code")
    assert list(found) == [("PK-LHE", "AGR01", "seed")] * 2


def test_urgency_and_yes_are_read_in_any_language(desk):
    rows = "name_en,place,needs,forms_are_must\nRavi,PK-LHE,hardware:ابھی;cloud:later;mentorship:近期,ہاں\n"
    run = imported(desk, rows)
    assert (run.problems, run.state) == ([], ImportState.DONE)
    found = Startup.objects.get()
    urgency = {need.type.code: need.urgency for need in found.needs.all()}
    assert urgency == {"hardware": 3, "cloud": 1, "mentorship": 2}
    assert found.forms_are_must


def test_a_name_of_two_terms_is_refused_with_both(desk):
    Place.objects.filter(code="PK-MUX").update(name_en="Lahore")
    run = prepared(desk, NAMED.format("Ravi Drip", "Lahore", "AGR01", "seed"))
    assert "Line 2, column place: “Lahore” can mean PK-LHE, PK-MUX. Write the code." in page(desk, run)


def test_faults_are_told_in_the_language_of_whoever_reads_them(desk):
    run = prepared(desk, NAMED.format("Ravi Drip", "Nowhere", "AGR01", "seed"))
    assert "“Nowhere” is not in the list." in page(desk, run)
    with override("zh-hans"):
        ((told, _rows),) = selectors.progress_of(run)["problems"]
        assert told.endswith(gettext("“%(value)s” is not in the list.") % {"value": "Nowhere"})


def test_the_codes_can_be_downloaded(desk):
    assert reverse("import_codes") in desk.get(reverse("imports")).text
    text = b"".join(desk.get(reverse("import_codes")).streaming_content).decode()
    lists = {row["code"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert lists["PK-LHE"]["name_en"] == "Lahore"
    assert "startups.place" in lists["PK-LHE"]["columns"]


def test_columns_are_guessed_in_three_languages_corrected_and_remembered(desk):
    guessed = guess_columns("startups", ["公司名称", "网站", "شہر", "Notes"])
    assert guessed == ["name_en", "website", "place", ""]
    send(desk, "Company,Ort,Mail\nRavi Rover,PK-LHE,a@example.com\n")
    run = ImportRun.objects.get()
    assert run.columns == ["name_en", "", "contact_email"]
    address = reverse("import_run", args=[run.pk])
    twice = desk.post(address, {"column-0": "name_en", "column-1": "name_en"})
    assert (twice.status_code, "is already mapped to this column" in twice.content.decode()) == (422, True)
    missing = desk.post(address, {"column-1": "place"})
    assert "Choose a header for: Name in Latin letters" in missing.content.decode()
    chosen = {"column-0": "name_en", "column-1": "place", "column-2": "contact_email"}
    desk.post(address, chosen | {"remember": "Chamber"})
    tasks.work_imports()
    send(desk, "Company,Ort,Mail\nTarzi,PK-LHE,b@example.com\n")
    assert ImportRun.objects.first().columns == ["name_en", "place", "contact_email"]


def test_nobody_sees_a_company_before_all_are_in(desk, sana, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    run = prepared(desk, f"{HEADER}\n{GOOD}\n{SECOND}\n")
    desk.post(reverse("import_start", args=[run.pk]))
    seen = []

    def look():
        staged = Startup.everything.exclude(staged_in=None).count()
        names = desk.get(reverse("unclaimed")).content.decode().count("Rover")
        seen.append((staged, names, Startup.objects.count()))

    services.work_next(at=timezone.now(), between=look)
    assert seen == [(1, 0, 0), (2, 0, 0)]
    assert Startup.objects.count() == 2


class KilledError(BaseException):
    """What a worker is left with when it is killed between two batches."""


def killed():
    raise KilledError


def test_a_killed_worker_goes_on_after_the_last_batch(desk, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    run = prepared(desk, f"{HEADER},matching\n{GOOD},yes\n{SECOND},yes\n")
    desk.post(reverse("import_start", args=[run.pk]))

    with pytest.raises(KilledError):
        services.work_next(at=timezone.now(), between=killed)
    assert (Startup.objects.count(), Startup.everything.count()) == (0, 1)
    first = Startup.everything.get().pk
    tasks.work_imports()  # too early: the lease holds
    assert Startup.objects.count() == 0
    services.work_next(at=timezone.now() + services.LEASE * 2)
    assert Startup.objects.order_by("pk").first().pk == first
    assert (Startup.objects.count(), Consent.objects.count(), ImportedRow.objects.count()) == (2, 2, 2)


def test_an_import_that_always_dies_leaves_nothing(desk, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    run = prepared(desk, f"{HEADER}\n{GOOD}\n{SECOND}\n")
    desk.post(reverse("import_start", args=[run.pk]))
    at = timezone.now()

    for attempt in range(services.MOST_ATTEMPTS):
        with pytest.raises(KilledError):
            services.work_next(at=at + attempt * 2 * services.LEASE, between=killed)
    assert not services.work_next(at=at + 10 * services.LEASE)
    run.refresh_from_db()
    assert (run.state, Startup.everything.count(), ImportedRow.objects.count()) == ("faulty", 0, 0)
    assert "The import was interrupted too often" in page(desk, run)


def test_a_company_that_comes_meanwhile_stops_the_import_whole(desk, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 1)
    run = prepared(desk, f"{HEADER}\n{GOOD}\n{SECOND}\n")
    desk.post(reverse("import_start", args=[run.pk]))

    def somebody_signs_up():
        if not Startup.objects.exists():
            factories.make_startup("Tarzi Textiles", created_at=timezone.now())
            Startup.objects.update(name_key="|tarzltextlles|")

    services.work_next(at=timezone.now(), between=somebody_signs_up)
    run.refresh_from_db()
    assert (run.state, Startup.everything.count()) == (ImportState.FAULTY, 1)
    assert "Line 3, column name_en: This company already exists" in page(desk, run)


def test_an_exported_table_comes_back_unchanged(desk, ayesha, li_wei):
    factories.make_startup("Plus", pitch="+92 rises", summary_en="=1+1\nand more", is_unclaimed=True)
    imported(desk, f"{HEADER},needs,matching\n{GOOD},hardware:3;cloud:1,yes\n")
    fund = "name_en,kind,offers,thesis_sectors,thesis_ticket_min\nFund,vc,cloud,AGR;FIN,5000\n"
    imported(desk, fund, "investors")
    imported(desk, "investor,startup_name,closed_on,amount\nFund,A,2026-11-02,71\n", "deals")
    for kind in ("startups", "investors", "deals"):
        for form in ("csv", "xlsx"):
            answer = desk.post(reverse("table_export", args=[kind, form]))
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            run = prepared(desk, content, kind)
            assert (run.state, run.problems) == (ImportState.READY, [])
            assert {name for name, count in run.counts.items() if count} == {"unchanged"}


def test_an_export_holds_no_formula_no_exact_amount_and_is_recorded(desk, sana):
    factories.make_startup("Plus", pitch="=HYPERLINK(0)", ask_min=123_456, ask_max=654_321, committed=777_888)
    answer = desk.post(reverse("table_export", args=["startups", "csv"]))
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(0)" in text
    assert not [amount for amount in ("123456", "654321", "777888") if amount in text]
    record = AuditRecord.objects.get(action="table_exported")
    assert (record.actor, record.subject, record.details) == (sana, "table:startups", {"rows": 1})
    assert "exported a table. Rows: 1" in desk.get(reverse("audit")).content.decode()


def test_an_export_tells_no_words_of_a_draft_of_people_and_no_amounts_of_deals(desk, ayesha, li_wei):
    said = {"status": Status.DRAFT, "pitch": "Words that nobody sent"}
    Startup.objects.update(**said, contact_email="us@indus.example", matching_consent=True)
    Investor.objects.update(**said, portfolio="Secret looms", legal_name="Fund Limited")
    fund = li_wei.membership.investor
    values = {"startup_name": "A", "closed_on": timezone.localdate(), "amount": 98_765, "stake_pct": 12}
    companies.save_deal(fund, values=values, by=li_wei, at=timezone.now())
    for kind, known in (("startups", "us@indus.example"), ("investors", "Fund Limited"), ("deals", "A")):
        answer = desk.post(reverse("table_export", args=[kind, "csv"]))
        text = b"".join(answer.streaming_content).decode()
        assert known in text
        assert not [word for word in ("nobody sent", "Secret", "98765", ",stake_pct") if word in text]
        run = imported(desk, text, kind)
        assert {name for name, count in run.counts.items() if count} == {"unchanged"}
    assert {one.pitch for one in (Startup.objects.get(), Investor.objects.get())} == {said["pitch"]}
    assert Deal.objects.get().amount == values["amount"]
    rows = rows_of_export(desk)
    rows[0]["pitch"] = "Other words"
    assert "The row differs in: pitch." in page(desk, prepared(desk, as_file(rows)))


def rows_of_export(desk, kind="startups"):
    text = b"".join(desk.post(reverse("table_export", args=[kind, "csv"])).streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def as_file(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def test_a_corrected_export_changes_whom_nobody_has_claimed_and_only_them(desk):
    imported(desk, f"{HEADER},needs\n{GOOD},hardware:3\n")
    ravi = Startup.objects.get()
    ravi.needs.update(description="Ten sensors")
    rows = rows_of_export(desk)
    rows[0] |= {"pitch": "Better robots", "needs": "hardware:3;cloud:1"}
    run = imported(desk, as_file(rows))
    ravi.refresh_from_db()
    assert (run.counts["updated"], ravi.pitch, ravi.ask_max) == (1, "Better robots", 2000)
    needs = ravi.needs.order_by("pk").values_list("type__code", "description")
    assert list(needs) == [("hardware", "Ten sensors"), ("cloud", "")]
    Startup.objects.update(is_unclaimed=False)
    rows[0]["pitch"] = "Taken over"
    run = prepared(desk, as_file(rows))
    assert run.state == ImportState.FAULTY
    assert "so the import cannot change it. The row differs in: pitch." in page(desk, run)


def test_deals_are_imported_ranked_and_taken_back(desk, li_wei):
    fund = Investor.objects.get()
    run = imported(desk, f"investor,startup_name,closed_on\n{fund.public_id},A,2026-11-02\n", "deals")
    assert Deal.objects.filter(investor=fund).count() == 1
    assert RankingJob.objects.filter(side="investor", profile_id=fund.pk).exists()
    undone(desk, run)
    assert not Deal.objects.exists()


def test_many_published_profiles_are_ranked_at_once_and_drafts_not_at_all(desk, monkeypatch):
    imported(desk, f"{HEADER}\n{GOOD}\n{SECOND}\n")
    assert not RankingJob.objects.exists()
    assert not RankingRun.objects.exists()
    monkeypatch.setattr("matchmaker.matching.ranking.services.jobs.BATCH", 1)
    funds = [factories.make_investor(name) for name in ("North", "South")]
    lines = "".join(f"{fund.public_id},A,2026-11-02\n" for fund in funds)
    imported(desk, f"investor,startup_name,closed_on\n{lines}", "deals")
    assert not RankingJob.objects.exists()
    assert RankingRun.objects.get().reason == "Many profiles changed at once"


def test_a_file_that_nobody_imports_is_forgotten(desk):
    run = prepared(desk, f"{HEADER}\n{GOOD}\n")
    assert services.forget_old(at=timezone.now()) == 0
    assert services.forget_old(at=timezone.now() + timedelta(days=2)) == 1
    run.refresh_from_db()
    assert (run.state, ImportFile.objects.count()) == (ImportState.EXPIRED, 0)
    other = prepared(desk, f"{HEADER}\n{SECOND}\n")
    desk.post(reverse("import_discard", args=[other.pk]))
    assert not ImportFile.objects.exists()


def bomb():
    """A workbook whose sheet unpacks to more than anyone reads."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(257 * 1024 * 1024), compresslevel=1)
    return file.getvalue()


def far_cell():
    """A workbook with one cell at the far corner of a sheet."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "name_en", "x"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"PK\x03\x04 no workbook", "This file is damaged"),
        (bomb, "too large once it is unpacked"),
        (far_cell, "too large once it is unpacked"),
        (lambda: b",".join([b"x"] * 100_000) + b"\n1\n", "The header has 100000 columns"),
        (lambda: b"name_en,place\nx" + b"," * 500, "Line 2: This row has 501 cells, the header has 2."),
        (lambda: b'name_en\n"\n' + b'","\n' * 300_000, "Line 2: A row can have at most 1000000 characters"),
        (lambda: b"a\n" * 1_000_000, "The file has more than 20000 rows; split it."),
        (lambda: "name_en\n拉维\n".encode("gb18030"), "Line 2: This is not UTF-8."),
        (lambda: "name_en\nRavi\n".encode("utf-16"), "The file is in UTF-16."),
        (lambda: b"name_en\nRa\0vi\n", "The file contains null bytes"),
        (lambda: b"", "The submitted file is empty."),
    ],
)
def test_a_hostile_file_is_refused_in_words(desk, content, said):
    answer = send(desk, content())
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not ImportRun.objects.exists()


def test_a_file_of_too_many_rows_is_not_read_to_its_end():
    tracemalloc.start()
    with pytest.raises(WrongFileError):
        read_rows(b"a\n" * 3_000_000, known=60)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40 * 1024 * 1024  # 6 MB of content; all its rows would take 600


def test_a_workbook_is_read_as_people_fill_it(desk):
    book = openpyxl.Workbook()
    book.active.append(["name_en", "founded", "seeks_capital", "pitch", "place"])
    book.active.append(["Ravi", 2020, False, "+92 rises", "PK-LHE"])
    book.active.merge_cells("D3:E3")
    book.active["A3"] = "Tarzi"
    file = io.BytesIO()
    book.save(file)
    run = imported(desk, file.getvalue())
    assert (run.state, run.problems) == (ImportState.DONE, [])
    found = Startup.objects.order_by("pk").values_list("name_en", "founded", "pitch")
    assert list(found) == [("Ravi", 2020, "+92 rises"), ("Tarzi", None, "")]


def test_pages_take_as_many_queries_for_three_rows_as_for_one(desk, same_queries):
    for names in (["One"], ["Two", "Three", "Four"]):
        run = imported(desk, "name_en\n" + "".join(f"{name}\n" for name in names))
        addresses = (reverse("imports"), reverse("import_run", args=[run.pk]))
        list(map(desk.get, addresses))
        with same_queries():
            list(map(desk.get, addresses))


def test_an_import_is_nobody_elses(founder, desk):
    run = prepared(desk, f"{HEADER}\n{GOOD}\n")
    for name in ("import_run", "import_progress"):
        assert founder.get(reverse(name, args=[run.pk])).status_code == 404
    for name in ("import_start", "import_undo", "import_discard"):
        assert founder.post(reverse(name, args=[run.pk])).status_code == 404


def test_the_command_line_exports_what_it_imports(db, tmp_path, capsys):
    factories.make_startup("Plus", ask_min=123_456, is_unclaimed=True)
    path = tmp_path / "all.csv"
    call_command("export_profiles", "startups", path, exact=True)
    assert "123456" in path.read_text(encoding="utf-8")
    call_command("import_profiles", "startups", path)
    assert capsys.readouterr().out.splitlines()[-1] == "0 startups imported, 1 unchanged."
