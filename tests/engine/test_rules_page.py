"""docs/rules.md works one score by hand; the engine works the same one and must agree to the last point."""

import re
from pathlib import Path

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine.definition.columns import TEXT_STEPS, Pairs, Snapshot
from matchmaker.engine.definition.explain import explain

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def words(*bits: int) -> np.ndarray:
    """A set of bits as one row of one word."""
    return np.array([[sum(1 << bit for bit in bits)]], np.uint64)


@pytest.fixture(scope="module")
def example() -> Snapshot:
    """The startup and the investor of the page."""
    startups = engine.Startups(
        key=np.array([11]),
        sectors=np.array([[0, 1, -1, -1, -1, -1]], np.int16),  # smart irrigation, IoT networks
        stage=np.array([1], np.int8),  # seed
        places=np.array([[0, 1, -1, -1]], np.int16),  # Punjab, also Sindh
        ask=np.array([[10, 13]], np.int8),
        seeks_capital=np.array([True]),
        needs=np.array([[3, 2, 2]], np.uint8),  # hardware 3, test site 2, manufacturing 2
        forms=words(0, 1, 2)[0],  # equity, pilot, joint venture
        text=np.zeros((1, 4), np.int8),  # no description
        weights=np.array([engine.DEFAULT_FOR_STARTUP], np.uint16),
        must=np.array([0], np.uint8),
        traits=words(),
        refuses=words(),
        capacity=np.array([5], np.int32),
        handicap=np.array([0], np.int32),
    )
    mandates = engine.Mandates(
        key=np.array([7]),
        owner=np.array([0], np.int32),
        sector_affinity=np.array([[204, 85]], np.uint8),
        stage_affinity=np.array([[60, 145, 85]], np.uint8),
        place_affinity=np.array([[128, 85]], np.uint8),
        activity=np.array([112], np.uint8),
        sector_scope=words(0),
        stage_scope=words(1)[0],
        place_scope=words(0),
        ticket=np.array([[12, 16]], np.int8),
        offers=np.array([0b101], np.uint32),  # hardware, manufacturing
        forms=words(0, 1)[0],  # equity, pilot
        text=np.array([[127, 0, 0, 0]], np.int8),
        weights=np.array([engine.DEFAULT_FOR_INVESTOR], np.uint16),
        must=np.array([int(engine.Must.STAGE)], np.uint8),
        traits=words(),
        refuses=words(),
    )
    investors = engine.Investors(np.array([9]), np.array([8], np.int32), np.array([1 << 17], np.int32))
    market = engine.Market(np.array([3072, 1024], np.uint16), np.zeros(TEXT_STEPS, np.uint8))
    snapshot = Snapshot(startups, investors, mandates, market, Pairs())
    snapshot.validate()
    return snapshot


def table() -> dict[str, list[int]]:
    """The page's table of the eight factors: level, points for the startup, points for the investor."""
    rows = re.findall(r"^\| (\w+) \| (\d+) \|[^|]*\| ([\d.]+) \|[^|]*\| ([\d.]+) \|$", PAGE, re.MULTILINE)
    return {name: [int(level), round(float(u) * 1), round(float(v) * 1)] for name, level, u, v in rows}


def test_the_table_is_what_the_engine_says(example: Snapshot) -> None:
    found = explain(example, 0, 0)
    parts = zip(found.for_startup.parts, found.for_investor.parts, strict=True)
    assert table() == {ours.factor: [ours.level, ours.tenths, theirs.tenths] for ours, theirs in parts}


def test_the_sums_and_the_score_are_what_the_engine_says(example: Snapshot) -> None:
    found = explain(example, 0, 0)
    assert f"**u = {found.for_startup.tenths}**" in PAGE
    assert f"**v = {found.for_investor.tenths}**" in PAGE
    assert f"**{found.score_tenths / 10}**" in PAGE
    assert f"**−{found.investor_handicap_tenths / 10} points**" in PAGE
    assert f"**{found.confidence} %**" in PAGE


def test_the_gates_are_what_the_engine_says(example: Snapshot) -> None:
    found = explain(example, 0, 0)
    assert [gate.name for gate in found.gates if gate.applies] == [
        "refused_by_startup",
        "refused_by_investor",
        "stage",
    ]
    assert found.eligible
