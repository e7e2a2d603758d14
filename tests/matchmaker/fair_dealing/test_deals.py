"""Which governance checks apply: over the demonstration's deals, and eight of them worked by hand."""

from typing import Any

import pytest
from django.core.management import call_command

from matchmaker.fair_dealing.selectors.governance import applying, askable_checks, tried_pairs

# Worked by hand from profiles/data: who, in which form, and the checks without their "GOV-".
BY_HAND = {
    # Both in Pakistan, fisheries, a grant: nothing crosses a border, and no rule of a sector applies.
    ("Makran Machhera × Bolan Business Circle", "Grant or prize"): "",
    # Both in Pakistan; 7 % and 120,000 USD at 280 are 33.6m PKR: below both lines of the competition rules.
    ("Mandi Mizaan × Ravi Rung Angels", "Equity investment"): "",
    # Both in Pakistan, factory sensors (IND01): economic zones are of interest to all of IND.
    ("Sanat Sensor × Sutlej Sanat Group", "Pilot project"): "PK-15",
    # Both in Pakistan, lending (FIN03), data at home: the licence, and no question about a cloud abroad.
    ("Qatra Qarz × Kirthar Microbank", "Loan or venture debt"): "PK-08",
    # From Britain, a loan to a lender (FIN03): loans, owners, sanctions, a vehicle in a third place.
    ("Fasli Qarz Ghar × Northmere Development Finance", "Loan or venture debt"): (
        "IN-01 IN-02 IN-04 PK-04 PK-08"
    ),
    # From China, a licence of language technology (ENT02) with training and a platform; personal data that is
    # kept in several countries.
    ("Zaban Zameen × Langtong Cloud", "Technology licence"): "CN-02 CN-06 CN-07 IN-01 IN-05 PK-06 PK-14",
    # From China, a strategic stake of 34 % in a payments firm (FIN01) with personal data.
    ("Rezgari Raah × Qiaoxi Pay", "Strategic stake (investment tied to a business agreement)"): (
        "CN-01 CN-02 CN-03 CN-06 IN-01 IN-03 IN-04 PK-01 PK-03 PK-08 PK-09"
    ),
    # From China, 26 % of a wallet (FIN02) for savings (FIN11, sensitive in both laws) with biometric data.
    ("Gullak Garh × Qiaoxi Pay", "Equity investment"): (
        "CN-01 CN-02 CN-03 CN-04 CN-06 IN-01 IN-03 IN-04 IN-05 IN-06 PK-01 PK-02 PK-03 PK-08 PK-09"
    ),
}


@pytest.fixture
def found(db: None, settings: Any) -> dict[tuple[str, str], list[str]]:
    """The checks that ask something, by pair and form, for every deal of the demonstration."""
    settings.DEMO = True
    call_command("load_demo", companies=True, verbosity=0)
    checks = list(askable_checks())
    return {
        (pair.name, pair.form): [check.code.removeprefix("GOV-") for check in applying(checks, pair.facts)]
        for pair in tried_pairs()
    }


def test_the_deals_of_the_demonstration(found: dict[tuple[str, str], list[str]]) -> None:
    counts = [len(codes) for codes in found.values()]

    assert (len(counts), min(counts), max(counts)) == (38, 0, 15)
    assert round(sum(counts) / len(counts), 1) == 6.2
    assert {pair: " ".join(found[pair]) for pair in BY_HAND} == BY_HAND
