"""The tables of docs/for-a-lawyer.md, written from the tables that the product reads."""

from collections.abc import Callable, Iterable

from matchmaker.fair_dealing.selectors.fair_terms import JUDGES
from matchmaker.fair_dealing.selectors.published import OF_CONCENTRATION, OF_DEPENDENCY
from profiles.taxonomy.services import DATA, csv_rows


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(heads), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def governance_checks() -> str:
    """Return what is asked, how each rule stands, and how well that is supported."""
    heads = ("check", "about", "status", "as of", "support", "source", "look again by")
    return table(
        heads,
        (
            (
                row["code"],
                row["title_en"],
                row["status"],
                row["as_of"],
                row["confidence"],
                f"[{row['source']}]({row['source_url']})" if row["source_url"] else row["source"],
                row["review_by"],
            )
            for row in csv_rows(DATA / "governance.csv")
        ),
    )


def yardsticks() -> str:
    """Return each threshold that a page uses, whose it is, and what it is not."""
    used = {*OF_DEPENDENCY, *OF_CONCENTRATION, *JUDGES}
    heads = ("yardstick", "question", "worth a look", "far out", "whose threshold", "kind", "caveat")
    names = ("name_en", "plain_en", "amber", "red", "threshold_source", "threshold_kind", "caveat")
    rows = [row for row in csv_rows(DATA / "fair_dealing.csv") if row["code"] in used]
    return table(heads, ([row[name] for name in names] for row in rows))


def published_figures() -> str:
    """Return whose figures the page about the market shows."""
    count: dict[tuple[str, str], int] = {}
    for row in csv_rows(DATA / "context_numbers.csv"):
        key = row["publisher"] or "nobody published it; the page says so", row["confidence"]
        count[key] = count.get(key, 0) + 1
    return table(
        ("publisher", "support", "figures"), ([*key, str(number)] for key, number in sorted(count.items()))
    )


TABLES: dict[str, Callable[[], str]] = {
    "Governance checks": governance_checks,
    "Yardsticks": yardsticks,
    "Figures about the market": published_figures,
}
