"""Which text a reader may have translated, and what is kept of it."""

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
    """Return the fingerprint by which a translation is found again."""
    return sha256(text.encode()).hexdigest()


def kept_translation(company: Startup | Investor, text: str, *, target: str) -> MachineTranslation | None:
    """Return the translation of this very text; another text of the company has another one."""
    own: dict[str, Any] = {str(company.side): company}
    return MachineTranslation.objects.filter(**own, digest=digest_of(text), target=target).first()


def can_translate(source: str, target: str) -> bool:
    """Return whether both languages are known to the service."""
    return source != target and source in LANGUAGES and target in LANGUAGES
