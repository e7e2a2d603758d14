"""Importing files: every fault has a line, a column and a sentence, and nothing is half written."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import DealSource, SectorAct, Status
from profiles.curation.imports import table
from profiles.curation.imports.columns import columns_of, document
from profiles.models import AuditRecord, Deal, Investor, Sector, Startup, Thesis
from tests import factories
from tests.factories import MOMENT
from tests.profiles.curation.imports.wrong_files import GOOD, HEADER, WRONG


@pytest.fixture
def write(tmp_path):
    def file(content: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


def attempt(capsys: Any, kind: str, path: Path, **options: Any) -> list[str]:
    """Import a file that is wrong; return what was said about it."""
    with pytest.raises(CommandError) as caught:
        call_command("import_profiles", kind, str(path), **options)
    said = capsys.readouterr().err.splitlines()
    assert str(caught.value).startswith("Nothing was imported: ")
    return [line for line in said if not line.startswith("Traceback")]


def nothing_written() -> bool:
    return not (Startup.objects.exists() or AuditRecord.objects.exists() or Deal.objects.exists())


def test_a_wrong_file_is_refused_with_a_clear_message(db, write, capsys):
    for fault in WRONG:
        content, message = WRONG[fault]
        said = attempt(capsys, "startups", write(content), submit=fault == "not enough for review")
        assert said[0] == message
        assert nothing_written()


def test_a_good_row_before_a_bad_one_is_not_kept(db, write, capsys):
    said = attempt(capsys, "startups", write(f"{HEADER}\n{GOOD}\nBad,,PK-XX,IND99,,,USD,no,\n"))
    assert said == [
        "line 3, column place: “PK-XX” is not in the list.",
        "line 3, column primary_sector: “IND99” is not in the list.",
    ]
    assert nothing_written()


def test_a_retired_sector_is_refused_with_the_name_of_its_successor(sana, write, capsys):
    taxonomy.change(Wanted(SectorAct.MERGE, "IND01", "IND02"), by=sana, at=MOMENT)
    before = AuditRecord.objects.count()
    said = attempt(capsys, "startups", write(f"{HEADER}\nBad,,PK-PB,IND01,,,USD,no,\n"))
    name = Sector.objects.get(code="IND02").name_en
    line = f"line 2, column primary_sector: “IND01” is no longer in use. Use IND02 ({name}) instead."
    assert (said, AuditRecord.objects.count()) == ([line], before)


def test_no_file_and_a_folder(db, tmp_path, capsys):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        assert attempt(capsys, "startups", path) == [f"There is no file {path}."]


@pytest.mark.parametrize(("limit", "value"), [("MOST_BYTES", 10), ("MOST_ROWS", 1)])
def test_a_huge_file_is_refused(db, write, capsys, monkeypatch, limit, value):
    monkeypatch.setattr(table, limit, value)
    (said,) = attempt(capsys, "startups", write("name_en\nA\nB\nC\n"))
    assert said.startswith(("The file is larger than", "The file has more than 1 rows; split it."))


def test_many_faults_are_counted_and_the_first_shown(db, write, capsys):
    rows = "\n".join(f"Name {'x' * number},PK-XX" for number in range(1, 61))
    assert len(attempt(capsys, "startups", write(f"name_en,place\n{rows}"))) == table.MOST_PROBLEMS


@pytest.mark.parametrize(("mark", "end"), [("", "\n"), ("\ufeff", "\r\n")])
@pytest.mark.sqlite
def test_a_good_file_is_imported(db, write, mark, end):
    header = f"{HEADER},summary_ur,stage,forms,needs,languages,matching,showing"
    row = f"{GOOD},روبوٹ,seed,equity;pilot,hardware:3;cloud:1,ur;en,yes,yes"
    call_command("import_profiles", "startups", write(mark + header + end + row + end + end), submit=True)
    startup = Startup.objects.get()
    assert (startup.status, startup.matching_consent, startup.ask_max_usd) == (Status.SUBMITTED, True, 2000)
    assert [(need.type.code, need.urgency) for need in startup.needs.all()] == [("hardware", 3), ("cloud", 1)]
    assert (startup.visibility, startup.languages) == ({"ask": "matched"}, ["ur", "en"])
    assert [form.code for form in startup.forms.all()] == ["equity", "pilot"]


def test_a_cell_may_hold_lines_and_commas_and_lines_are_counted(db, write, capsys):
    content = 'name_en,summary_en,place\n"A, B","one\ntwo",PK-LHE\n\nC,x,PK-XX\n'
    assert attempt(capsys, "startups", write(content)) == [
        "line 5, column place: “PK-XX” is not in the list."
    ]


def test_a_dry_run_checks_everything_and_writes_nothing(db, write, capsys):
    with CaptureQueriesContext(connection) as queries:
        call_command("import_profiles", "startups", write(f"{HEADER}\n{GOOD}\n"), dry_run=True)
    assert [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")] == []
    assert capsys.readouterr().out.startswith("1 startup would be imported.\n")
    assert nothing_written()


def test_a_dry_run_names_what_no_score_will_count_and_why(db, write, capsys):
    """Amounts and deals count only with the company's consent."""
    head = "name_en,ask_min,ask_max,ask_currency,agreed_groups"
    rows = ["Ravi Rover,1000,2000,USD,", "Sutlej Sun,,,,", "Chenab Chai,1000,,USD,ask-matching"]
    call_command("import_profiles", "startups", write("\n".join([head, *rows])), dry_run=True)
    said = capsys.readouterr().out
    because = "matching will not count this in 1 row, because the company has not agreed to “ask-matching”"
    assert [f"{column}: {because}" in said for column in ("ask_min", "ask_max", "ask_currency")] == [True] * 3
    assert len(said.splitlines()) == 4
    path = write("name_en,kind\nPanda Pumps,vc\n")
    call_command("import_profiles", "investors", path, dry_run=True)
    assert "deals: matching will not count this in 1 row" in capsys.readouterr().out
    call_command("import_profiles", "investors", path)
    capsys.readouterr()
    deals = write("investor,startup_name,closed_on\nPanda Pumps,Ravi Rover,2026-01-05\n")
    call_command("import_profiles", "deals", deals, dry_run=True)
    assert "deals: matching will not count this in 1 row" in capsys.readouterr().out


def test_the_same_file_twice_is_refused(db, write, capsys):
    path = write(f"{HEADER}\n{GOOD}\n")
    call_command("import_profiles", "startups", path)
    startup = Startup.objects.get()
    assert attempt(capsys, "startups", path) == [
        f"line 2, column name_en: This company already exists, as Ravi Rover ({startup.public_id})."
    ]
    assert Startup.objects.count() == 1


def test_an_investor_with_a_thesis_and_offers(db, write):
    content = (
        "name_en,kind,place,capacity,offers,thesis_sectors,thesis_ticket_min,thesis_ticket_max,"
        "thesis_ticket_currency,thesis_sector_importance,thesis_no_pre_revenue\n"
        "Yangtze Fund,vc,CN-SHA,,capital;cloud,AGR;FIN,71000,710000,CNY,must,yes\n"
        "Plain Partner,strategic,CN-SZX,3,,,,,,,\n"
    )
    call_command("import_profiles", "investors", write(content))
    thesis = Thesis.objects.get()
    assert thesis.investor.name_en == thesis.name == "Yangtze Fund"
    assert thesis.ticket_max_usd == 100_000
    assert (thesis.sector_importance, thesis.no_pre_revenue) == ("must", True)
    assert [sector.code for sector in thesis.sectors.all()] == ["AGR", "FIN"]
    assert [offer.type.code for offer in thesis.investor.offers.all()] == ["capital", "cloud"]
    investors = Investor.objects.order_by("pk").values_list("capacity", "status")
    assert list(investors) == [(5, "draft"), (3, "draft")]


def test_a_wrong_thesis_is_named_by_its_column(db, write, capsys):
    content = "name_en,thesis_sectors,thesis_sectors_out,thesis_ticket_min,thesis_ticket_max\nA,AGR,AGR,5,4\n"
    assert attempt(capsys, "investors", write(content)) == [
        "line 2, column thesis_ticket_max: The highest amount is below the lowest amount.",
        "line 2, column thesis_sectors_out: You have selected and excluded the same items: Agritech and "
        "food.",
    ]


def test_deals_find_their_investor_and_are_converted(db, write, capsys):
    investor = factories.make_investor("Yangtze Fund", registry_id="R-9")
    header = "investor,startup_name,closed_on,sector,amount,currency\n"
    rows = (
        f"Yangtze Fund,A,2026-11-02,AGR,71,CNY\nR-9,B,2026-01-02,,,\n{investor.public_id},C,2026-01-02,,,\n"
    )
    call_command("import_profiles", "deals", write(header + rows))
    assert [
        (deal.startup_name, deal.amount_usd, deal.source) for deal in Deal.objects.order_by("startup_name")
    ] == [("A", Decimal(10), DealSource.IMPORTED), ("B", None, "imported"), ("C", None, "imported")]
    wrong = (
        "Nobody,A,2026-01-02,,,\nR-9,B,2026-01-02,AGR,,\nR-9,Z,2126-01-02,,,\n" + "R-9,D,2026-02-02,,,\n" * 2
    )
    assert attempt(capsys, "deals", write(header + wrong)) == [
        "line 2, column investor: There is no investor “Nobody”.",
        "line 3: This deal is already recorded, with other values.",
        "line 4, column closed_on: This date is in the future.",
        "line 6: The same deal is on line 5.",
    ]
    assert Deal.objects.count() == 3


def test_two_investors_of_one_name_are_told_apart(db, write, capsys):
    factories.make_investor("Twin")
    factories.make_investor("Twin")
    said = attempt(capsys, "deals", write("investor,startup_name,closed_on\nTwin,A,2026-01-02\n"))
    assert said == ["line 2, column investor: There is no investor “Twin”."]


@pytest.mark.parametrize("kind", ["startups", "investors", "deals"])
def test_the_page_lists_every_column(kind):
    page = (project.BASE_DIR / "docs" / "import.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {kind}\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")] == document(kind).splitlines()


def test_no_column_stands_for_two_fields():
    for kind in ("startups", "investors", "deals"):
        names = [column.name for column in columns_of(kind)]
        assert sorted(set(names)) == sorted(names)


CELLS = st.text(max_size=12) | st.sampled_from(
    ["PK-LHE", "AGR01", "yes", "5", "2026-01-01", "equity;pilot", "cloud:3"]
)
BEGINNINGS = (b"", b"name_en\n", f"{HEADER}\n".encode(), f"\ufeff{HEADER}\n{GOOD}\n".encode())
NAMES = st.sampled_from([column.name for column in columns_of("startups")])


def imported(path: Path) -> bool:
    """Try to import a file, undo it, and return whether it was imported whole."""
    with transaction.atomic():
        try:
            call_command("import_profiles", "startups", str(path), stdout=io.StringIO(), stderr=io.StringIO())
        except CommandError:
            assert nothing_written()
            return False
        finally:
            transaction.set_rollback(True)
        return True


@pytest.mark.attack
def test_any_file_is_imported_whole_or_refused(db, tmp_path, tally, depth):
    """Tables of columns and cells that may fit, and half as many files of any bytes."""
    path, number = tmp_path / "any.csv", depth(60, deep=3_400)

    @settings(max_examples=number)
    @given(header=st.lists(NAMES, max_size=6), rows=st.lists(st.lists(CELLS, max_size=8), max_size=4))
    def table_of(header: Any, rows: Any) -> None:
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as lines:
            csv.writer(lines).writerows([["name_en", *header], *rows])
        tally.count()
        imported(path)

    @settings(max_examples=number // 2)
    @given(before=st.binary(max_size=40), middle=st.sampled_from(BEGINNINGS), after=st.binary(max_size=200))
    def bytes_of(before: bytes, middle: bytes, after: bytes) -> None:
        path.write_bytes(before + middle + after)
        tally.count()
        imported(path)

    table_of()
    bytes_of()
    tally.settle()


def test_an_honest_file_is_imported_by_what_the_attack_uses(db, write):
    assert imported(write(f"{HEADER}\n{GOOD}\n"))
