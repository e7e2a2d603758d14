"""What is in a copy of someone's data, and what becomes of it on deletion.

Registered by each table's owner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from profiles.models import Investor, Startup, User


class Fate(StrEnum):
    GOES = "goes"  # deleted with the account or the company
    SHARED = "shared"  # what the company wrote goes, the other side keeps its own words and the facts
    EMPTIED = "emptied"  # the row stays as a number that others point at, everything personal in it goes
    STAYS = "stays"  # see `because`
    NOBODYS = "nobody's"  # about no person and no company


@dataclass(frozen=True)
class Decision:
    """How one table is treated."""

    fate: Fate
    account: str = ""
    company: str = ""
    own_side: bool = False
    untold: str = ""
    because: str = ""


GOES, SHARED, EMPTIED, STAYS, NOBODYS = Fate.GOES, Fate.SHARED, Fate.EMPTIED, Fate.STAYS, Fate.NOBODYS
ABOUT_NOBODY = Decision(NOBODYS)
OWN_ACT = Decision(GOES, company="{side}", own_side=True)
SHARED_ACT = Decision(SHARED, company="{side}", own_side=True)

EraseCompany = Callable[[Startup | Investor, datetime], None]
EraseAccount = Callable[[User, datetime], None]
DECISIONS: dict[str, Decision] = {}
ERASE_COMPANY: list[EraseCompany] = []
ERASE_ACCOUNT: list[EraseAccount] = []


def register(
    decisions: Mapping[str, Decision],
    erase_company: EraseCompany | None = None,
    erase_account: EraseAccount | None = None,
) -> None:
    """Add the decisions on tables, by "app.Model".

    `erase_company` is called in the transaction that deletes a company, before its rows go; `erase_account`
    likewise in that of an account.
    """
    DECISIONS.update(decisions)
    if erase_account:
        ERASE_ACCOUNT.append(erase_account)
    if erase_company:
        ERASE_COMPANY.append(erase_company)
