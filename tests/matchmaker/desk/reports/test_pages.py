"""The pages of the reports: figures lead to their rows, downloads are written down, small counts stay."""

import csv
import re
from io import StringIO

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.choices import RunState
from matchmaker.desk.reports import services
from matchmaker.desk.reports.selectors import pages, sponsor
from matchmaker.models.report import ReportRow, ReportRun
from profiles.choices import Status
from profiles.models import AuditRecord, Sector, Startup
from tests.matchmaker.desk.reports.hand_counted import AT

pytestmark = pytest.mark.django_db

GROUPS = {"funnel": ["", "week", "sector", "place", "stage", "women"]}


@pytest.fixture
def desk(market, compute, as_user):
    """The curator's browser, with figures computed."""
    compute()
    return as_user(market.curator)


def rows_behind(code, by):
    """Return how many rows each figure of a report says it has, by the query of its address."""
    run = pages.newest_done()
    sections = pages.REPORTS[code].sections(pages.stored_rows(run, code), {"by": by})
    rows = [row for section in sections for row in section.rows]
    bars = [bar.cell for section in sections for bar in section.bars]
    found = [cell for cell in [*(cell for row in rows for cell in row), *bars] if cell.url and cell.count]
    return {cell.url.partition("?")[2]: cell.count for cell in found}


def test_every_figure_leads_to_just_its_rows(desk):
    for code in pages.REPORTS:
        for by in GROUPS.get(code, [""]):
            said = rows_behind(code, by)
            assert said
            records = {query: pages.REPORTS[code].records(QueryDict(query).dict(), AT)[1] for query in said}
            assert {query: found.count() for query, found in records.items()} == said
            address = f"/desk/reports/{code}/rows/?{next(iter(said))}"
            assert desk.get(address).context["page"].paginator.count == next(iter(said.values()))


def test_the_rows_name_both_companies_and_lead_to_them(desk, market):
    page = desk.get("/desk/reports/weeks/rows/?step=met&week=2026-02-09").content.decode()
    for pair in (("S1", "I1"), ("S7", "I6")):
        startup, investor = market.startups[pair[0]], market.investors[pair[1]]
        assert f'href="/desk/reviews/startup/{startup.public_id}/"' in page
        assert f'href="/desk/pairings/{startup.public_id}/{investor.public_id}/"' in page

    Startup.objects.filter(name_en="S1").update(status=Status.DRAFT)  # whose review does not exist
    page = desk.get("/desk/reports/weeks/rows/?step=met&week=2026-02-09").content.decode()
    assert f"/desk/reviews/startup/{market.startups['S1'].public_id}/" not in page
    assert "<bdi>S1</bdi>" in page


NO_FIGURES = (
    "nothing/", "nothing/rows/", "funnel/?by=nothing", "funnel/rows/",
    "funnel/rows/?step=met&by=nothing&key=x&of=startups",
    "funnel/rows/?step=met&by=week&key=2026-01-06&of=startups", "funnel/rows/?step=met&of=nothing",
    "funnel/rows/?step=approved&of=both", "weeks/rows/?step=matched&week=2026-01-05",
    "weeks/rows/?step=met&week=yesterday", "answers/rows/?side=nobody&month=2026-01-01&what=due",
    "answers/rows/?side=startup&month=2026-01-01&what=nothing",
    "exposure/rows/?by=week&key=2026-01-05&what=startups", "queue/rows/?week=", "runs/999/",
)  # fmt: skip


def test_an_address_of_no_figure_does_not_exist(desk):
    found = {path: desk.get(f"/desk/reports/{path}").status_code for path in NO_FIGURES}
    assert found == dict.fromkeys(NO_FIGURES, 404)


def test_pages_take_the_same_queries_however_much_they_show(desk, market):
    def queries(path):
        with CaptureQueriesContext(connection) as found:
            assert desk.get(path).status_code == 200
        return len(found)

    one, three = "step=agreed&week=2026-02-16", "step=approved&week=2026-01-05"
    assert queries(f"/desk/reports/weeks/rows/?{three}") <= queries(f"/desk/reports/weeks/rows/?{one}") <= 12
    sectors = queries("/desk/reports/funnel/?by=sector")
    ReportRow.objects.filter(report="funnel", group="sector").exclude(key="AGR").delete()
    assert queries("/desk/reports/funnel/?by=sector") == sectors <= 10


def test_a_chart_has_its_table_in_every_language(desk):
    for language in ("en", "ur", "zh-hans"):
        for code in pages.REPORTS:
            answer = desk.get(f"/desk/reports/{code}/", headers={"accept-language": language})
            main = answer.content.decode().partition("<main")[2].partition("</main")[0]
            with translation.override(language):
                assert f">{pages.REPORTS[code].label}</bdi>" in main.partition("<h1>")[2]
            sections = sum(bool(section.rows) for section in answer.context["page"].object_list)
            assert main.count("<table") == main.count('class="report-table"') == sections
            assert '<svg class="bar' in main
            assert all('aria-hidden="true"' in tag for tag in re.findall(r"<svg[^>]*>", main))


# --- Downloads ----------------------------------------------------------------------------------------------


def rows_of(answer):
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def test_a_table_is_taken_as_csv_and_that_is_written_down(desk, market):
    Sector.objects.filter(code="AGR").update(name_en='=HYPERLINK("http://evil.example")')
    answer = desk.post("/desk/reports/funnel/csv/?by=sector")
    assert answer["Content-Disposition"] == 'attachment; filename="report-funnel.csv"'
    found = rows_of(answer)
    assert found[0] == ["", "Step", "Startups", "Records", "Share of the previous step", "Median days"]
    health = Sector.objects.get(code="HLT").name_en
    assert [health, "Introduction requests", "4", "4", "100", "22"] in found
    evil = [row[0] for row in found if "HYPERLINK" in row[0]]
    assert evil == ['\'=HYPERLINK("http://evil.example")'] * 12
    record = AuditRecord.objects.get(action="reported")
    assert (record.actor, record.subject, record.details["kind"]) == (
        market.curator,
        "report:funnel",
        "funnel",
    )


def test_a_csv_has_what_the_page_shows(desk):
    for code in pages.REPORTS:
        found = rows_of(desk.post(f"/desk/reports/{code}/csv/"))
        shown = desk.get(f"/desk/reports/{code}/").context
        table = [
            [section.title, *("" if cell.value is None else str(cell.value) for cell in row)]
            for section in shown["page"].paginator.object_list
            for row in section.rows
        ]
        assert found == [["", *shown["heads"]], *table]


def test_a_sponsor_gets_a_quarter_as_pdf_in_three_languages(desk, market):
    for language in ("en", "ur", "zh-hans"):
        answer = desk.post("/desk/reports/sponsor/", {"quarter": "2026-01-01", "language": language})
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Disposition"] == f'attachment; filename="report-2026-01-01-{language}.pdf"'
    details = AuditRecord.objects.filter(action="reported").values_list("details", flat=True)
    assert list(details) == [{"kind": "sponsor", "period": "2026-01-01"}] * 3
    refused = desk.post("/desk/reports/sponsor/", {"quarter": "2026-01-02", "language": "en"})
    assert refused.status_code == 422


def sheet(key="2026-01-01"):
    run = ReportRun.objects.get()
    rows = pages.stored_rows(run, "quarters", "exposure", "concentration")
    found = sponsor.sponsor_report(rows, key, computed_at=AT)
    return {part["heading"]: {row["label"]: row["cells"] for row in part["rows"]} for part in found["parts"]}


def test_a_sponsor_reads_no_count_below_five_and_no_name(desk, market):
    found = sheet()
    few, hidden = "fewer than five", "not shown"
    assert found["What happened"] == {
        "Startups approved": ["11", few],
        "Partners approved": ["6", few],
        "Introduction requests": ["9", few],
        "Both sides have said yes": [few, few],
        "Meetings held": [few, few],
        "Slots in pilots": [few, few],
        "Samples or pilots agreed": [few, few],
        "Confidentiality agreements": [few, few],
        "Talks about terms": [few, few],
        "Signed": [few, few],
        "Outcomes confirmed": [few, few],
        "Recorded deals": [few, few],
    }
    # Five reached partners, but only four were due.
    assert found["Answers"]["Partners answer startups"] == ["5", "–", "–", "–"]
    assert found["Review queue"] == {"Profiles": ["12", "10", "30"]}
    # Only Sindh has five startups.
    assert found["Exposure: Province"] == {
        "Pakistan": [hidden, "–", "–"],
        "Punjab": [hidden, "–", "–"],
        "Sindh": ["5", "45%", "28%"],
        "not stated": [hidden, "–", "–"],
    }
    assert found["Concentration"] == {}  # three partners are too few
    texts = str(found)
    assert not any(
        company.name_en in texts for company in (*market.startups.values(), *market.investors.values())
    )


def test_the_total_does_not_tell_the_only_small_group():
    assert sponsor.hidden({"a": 9, "b": 7, "c": 3}) == {"c", "b"}
    assert sponsor.hidden({"a": 9, "b": 2, "c": 3}) == {"b", "c"}
    assert sponsor.hidden({"a": 9, "b": 5}) == set()
    assert sponsor.hidden({"a": 3}) == {"a"}


@given(counts=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12), min_size=2))
def test_no_hidden_group_can_be_calculated_from_the_share_of_a_shown_one(counts):
    """The reader knows the total, what is shown, and the rule; each hidden group could have another count."""
    out = sponsor.hidden(counts)
    if not out or out == set(counts):
        return
    together, most = sum(counts[key] for key in out), max(counts[key] for key in out)
    assert len(out) > 1
    assert together >= sponsor.FEWEST
    assert most < sponsor.FEWEST or most <= min(count for key, count in counts.items() if key not in out)


def test_two_small_groups_do_not_tell_each_other():
    assert sponsor.hidden({"a": 40, "b": 6, "c": 1, "d": 1}) == {"b", "c", "d"}


# --- Computing ----------------------------------------------------------------------------------------------


def test_a_curator_asks_and_the_page_tells_how_far_it_is(desk, market):
    assert desk.post("/desk/reports/compute/", {"report": "queue"})["Location"] == "/desk/reports/queue/"
    run = ReportRun.objects.order_by("-pk").first()
    assert (run.state, run.by) == (RunState.WAITING, market.curator)
    desk.post("/desk/reports/compute/")
    assert ReportRun.objects.filter(state=RunState.WAITING).count() == 1  # one answer to both

    progress = f"/desk/reports/runs/{run.pk}/"
    assert "<progress" in desk.get(progress).content.decode()
    assert services.work(at=AT)
    done = desk.get(progress).content.decode()
    assert "<progress" not in done
    assert "Show them" in done
    assert list(ReportRun.objects.values_list("pk", flat=True)) == [run.pk]  # the older figures are gone


def test_the_old_figures_stay_until_the_new_ones_are_whole(desk, market, monkeypatch):
    old = pages.newest_done()

    def broken(_market):
        raise ValueError("It is broken.")

    monkeypatch.setattr(services, "COMPUTED", (*services.COMPUTED, broken))
    services.request(by=None, at=AT)
    assert [services.work(at=AT) for _try in range(4)] == [False] * 4
    failed = ReportRun.objects.order_by("-pk").first()
    assert (failed.state, failed.error, failed.attempts) == (RunState.FAILED, "ValueError: It is broken.", 3)
    assert pages.newest_done() == old
    assert "It is broken." in desk.get("/desk/reports/funnel/").content.decode()


def test_whoever_lost_a_run_stores_nothing(market, monkeypatch):
    def slow(_market):
        # Another worker takes over, because this one has not reported for too long.
        assert services._claim(AT + 2 * services.LEASE)
        return iter(())

    services.request(by=None, at=AT)
    monkeypatch.setattr(services, "COMPUTED", (slow,))
    assert not services.work(at=AT)
    assert (ReportRun.objects.get().state, ReportRow.objects.count()) == (RunState.RUNNING, 0)


def test_a_worker_computes_once_a_day_by_itself(market):
    assert services.compute_due(at=AT)
    assert not services.compute_due(at=AT + services.AGE / 2)
    assert services.compute_due(at=AT + services.AGE)
    assert ReportRun.objects.get().by is None


def test_an_empty_site_says_that_there_are_no_figures_yet(sana, as_user):
    client = as_user(sana)
    for path in ("funnel/", "sponsor/"):
        assert "No figures yet" in client.get(f"/desk/reports/{path}").content.decode()
    assert client.get("/desk/reports/funnel/rows/?step=met&of=startups").status_code == 404
    assert services.compute_due(at=AT)
    for code in pages.REPORTS:
        assert client.get(f"/desk/reports/{code}/").status_code == 200
    answer = client.post("/desk/reports/sponsor/", {"quarter": "2026-01-01", "language": "en"})
    assert answer.content.startswith(b"%PDF-")
