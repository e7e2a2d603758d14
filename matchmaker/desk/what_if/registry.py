"""What becomes of the previews' table."""

from profiles.platform import erasure
from profiles.platform.erasure import STAYS, Decision

erasure.register(
    {"matchmaker.WhatIf": Decision(STAYS, because="a curator's question, under a number; gone after a month")}
)
