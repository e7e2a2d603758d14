"""Texts that a reader may have translated, and stored translations."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from matchmaker.integrations import translator
from matchmaker.integrations.translator import LANGUAGES
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.machine_translation import MachineTranslation
from profiles.models import Investor, Startup
from profiles.validators import language_of


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


def is_translatable(text: str, target: str) -> bool:
    """Return whether there is a service, and the text is in another language that it knows."""
    known = {language_of(text), target}
    return bool(text) and translator.is_configured() and len(known) == 2 and known <= set(LANGUAGES)


def kept_translations(company: Startup | Investor, texts: Iterable[str], *, target: str) -> dict[str, str]:
    """Return the texts that may be translated, with what is stored of them or nothing. One query at most."""
    digests = {text: digest_of(text) for text in texts if is_translatable(text, target)}
    if not digests:
        return {}
    owner: dict[str, Any] = {str(company.side): company}
    rows = MachineTranslation.objects.filter(**owner, target=target, digest__in=digests.values())
    stored = dict(rows.order_by().values_list("digest", "text"))
    return {text: stored.get(digest, "") for text, digest in digests.items()}
