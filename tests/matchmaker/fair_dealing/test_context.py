"""The figures of the market: all of them, each with its source; what nobody knows is said."""

import pytest
from django.test import Client

from matchmaker.fair_dealing.selectors.figures import TOPICS, context_topics
from profiles.taxonomy.services.loading import DATA, csv_rows


def test_every_figure_of_the_file_is_shown_with_its_source() -> None:
    rows = list(csv_rows(DATA / "context_numbers.csv"))
    assert {row["topic"] for row in rows} == set(TOPICS)

    figures = [figure for topic in context_topics() for figure in topic.figures]
    assert len(figures) == len(rows)
    assert [f.metric for f in figures if f.is_found and not (f.url and f.published)] == []
    assert [(f.value, f.bar) for f in figures if not f.is_found] == [("", 0)] * 2


def test_where_publishers_disagree_all_of_them_stand_there() -> None:
    funding = context_topics()[0]
    of_2024 = [
        (figure.publisher.split(" ")[0].strip(","), figure.value)
        for figure in funding.drawn
        if figure.year == "2024"
    ]
    assert of_2024 == [("Data", "22.5"), ("invest2innovate", "43"), ("invest2innovate", "34")]
    assert max(figure.bar for figure in funding.drawn) == 1000
    assert next(figure.bar for figure in funding.drawn if figure.value == "36.6") == 100  # of 365.87


def test_a_percentage_is_drawn_of_a_hundred() -> None:
    drawn = [figure for topic in context_topics() for figure in topic.drawn if figure.unit == "percent"]
    assert {figure.value: figure.bar for figure in drawn}.items() >= {"13.9": 139, "67": 670}.items()


@pytest.mark.django_db
def test_everybody_may_read_them_and_every_page_leads_there(client: Client) -> None:
    assert client.get("/context/").status_code == 200
    assert 'href="/context/"' in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "metric"),
    [("ur", "چین سے خالص براہِ راست سرمایہ کاری"), ("zh-hans", "来自中国的净外商直接投资")],
)
def test_what_is_counted_is_told_in_the_readers_language(client: Client, language: str, metric: str) -> None:
    client.cookies["django_language"] = language
    assert metric in client.get("/context/").content.decode()
