"""What becomes of decks when companies or accounts go."""

from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

merging.register(
    {
        "matchmaker.Deck": merging.moves("startup", once=("startup",), unwatched=("current",)),
        "matchmaker.DeckVersion": merging.follows("deck__startup", is_watched=False),
        "matchmaker.DeckPage": merging.follows("version__deck__startup", is_watched=False),
        "matchmaker.DeckAccess": merging.moves(once=("startup", "investor")),
        "matchmaker.DeckOpening": merging.moves(is_watched=False),
    }
)
erasure.register(
    {
        "matchmaker.Deck": Decision(GOES, company="startup"),
        "matchmaker.DeckVersion": Decision(GOES, company="deck__startup"),
        "matchmaker.DeckPage": Decision(GOES, company="version__deck__startup"),
        "matchmaker.DeckAccess": Decision(GOES, company="{side}"),
        "matchmaker.DeckOpening": Decision(GOES, account="user", company="{side}"),
    }
)
