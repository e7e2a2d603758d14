import pytest

from matchmaker.desk.reports import services
from matchmaker.models.report import ReportRun
from tests.matchmaker.desk.reports.hand_counted import AT, HandCounted


@pytest.fixture
def market(db):
    """The market that was counted by hand."""
    return HandCounted()


@pytest.fixture
def compute():
    """A function that computes the reports as of a moment, and returns their figures."""

    def figures(at=AT):
        services.request(by=None, at=at)
        assert services.work(at=at), ReportRun.objects.values_list("error", flat=True)
        run = ReportRun.objects.get()
        return {(row.report, row.group, row.key): row.values for row in run.rows.all()}

    return figures
