"""What becomes of the tables of accounts, companies and Django itself."""

from matchmaker.own_data import kinds  # noqa: F401  registers itself
from matchmaker.own_data.decisions import DECISIONS, NOBODYS
from profiles import erasure

erasure.register(DECISIONS)
erasure.register(dict.fromkeys(NOBODYS.split(), erasure.ABOUT_NOBODY))
