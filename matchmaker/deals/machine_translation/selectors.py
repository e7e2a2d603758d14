"""Texts that a reader may have translated, and stored translations."""

from hashlib import sha256
from typing import Any

from matchmaker.integrations.translator import LANGUAGES
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.machine_translation import MachineTranslation
from profiles.models import Investor, Startup


def text_of(pair: Pair, field: str) -> str:
    """Return a text of the counterpart as the reader sees it; empty for any other field."""
    if field == "pitch":
        return pair.pitch
    return str(pair.seen.summary or "") if field == "summary" else ""


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def kept_translation(company: Startup | Investor, text: str, *, target: str) -> MachineTranslation | None:
    owner: dict[str, Any] = {str(company.side): company}
    return MachineTranslation.objects.filter(**owner, digest=digest_of(text), target=target).first()


def can_translate(source: str, target: str) -> bool:
    return source != target and source in LANGUAGES and target in LANGUAGES
