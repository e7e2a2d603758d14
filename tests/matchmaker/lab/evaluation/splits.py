"""Made-up markets, split by time, in the files that evaluate reads."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

LAST = date(2020, 6, 30)  # of training
WORDS = ("سمارٹ آبپاشی", "医疗健康", "fintech", "Énergie", "物流 “快”", "ٹیکسٹائل", "AI & data", "ed,tech")


def save(path: Path, rows: Iterable[Mapping[str, object]], columns: Iterable[str] = ()) -> None:
    """Rows as CSV; columns are needed only where there are no rows."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else list(columns))
        table.writeheader()
        table.writerows(rows)


def market(
    directory: Path,
    *,
    deals: int = 300,
    investors: int = 40,
    queries: int = 20,
    values: int = 8,  # of sectors, stages and places each
    sectors: int = 1,  # of a startup
    partners: int = 1,
    idle: int = 0,  # investors of the pool without a deal
    days: int = 1500,
    loyal: float = 0.7,  # how often an investor keeps to its own
    seed: int = 3,
    without: tuple[str, ...] = (),  # columns
) -> Path:
    """Investors who mostly keep to a sector, a stage and a place of their own; some make far more deals."""
    random = np.random.default_rng(seed)
    busy = 1 / np.arange(1, investors + 1)

    def word(number: int) -> str:
        return WORDS[number % len(WORDS)] + ("" if number < len(WORDS) else f" {number}")

    def startup(owner: int) -> dict[str, object]:
        own = [owner % values if random.random() < loyal else int(random.integers(values)) for _ in range(3)]
        named = "|".join(word((own[0] + k) % values) for k in range(sectors))
        return {"sector": named, "round": word(own[1]), "city": word(own[2]), "description": f"{named} 平台"}

    def kept(row: dict[str, object]) -> dict[str, object]:
        return {name: cell for name, cell in row.items() if name not in without}

    known = []
    for number in range(-(-deals // partners)):
        owners = random.choice(investors, min(partners, investors), replace=False, p=busy / busy.sum())
        day, traits = LAST - timedelta(days=int(random.integers(days))), startup(int(owners[0]))
        same = {"date": day, "startup_id": f"s{number}"}
        known += [
            kept({**same, "investor_id": f"投资人 {owner}", "amount_usd": 1, **traits}) for owner in owners
        ]
    asked, truth = [], []
    for number in range(queries):
        owner = int(random.choice(investors, p=busy / busy.sum()))
        traits = startup(owner)
        traits["stage"] = traits.pop("round")
        asked.append(
            kept({"query_id": f"q{number}", "date": LAST + timedelta(days=5), "amount_usd": 5000, **traits})
        )
        truth.append(kept({"query_id": f"q{number}", "investor_id": f"投资人 {owner}", "in_pool": 1}))
    pool = [
        kept({"id": f"投资人 {n}", "declared_fields": word(n % values) + "|hats", "declared_stages": ""})
        for n in range(investors + idle)
    ]
    save(directory / "train_deals.csv", known[: max(deals, 1)])
    save(directory / "queries.csv", asked, ["query_id", "stage", "sector", "city"])
    save(directory / "truth.csv", truth, ["query_id", "investor_id", "in_pool"])
    save(directory / "pool.csv", pool)
    return directory


def load(path: Path) -> list[dict[str, str]]:
    """The rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
