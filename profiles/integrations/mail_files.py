"""The mails that the demonstration keeps as files, instead of sending them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

# Django's file backend ends every message of a file with this line.
RULE = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class StoredMail:
    subject: str
    recipient: str
    sent_at: datetime | None
    text: str


def stored(directory: Path, *, limit: int) -> list[StoredMail]:
    """Return the newest `limit` mails kept as files in `directory`, newest first."""
    files = sorted(
        directory.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True
    )
    mails: list[StoredMail] = []
    for path in files:
        mails.extend(reversed(list(_read(path))))
        if len(mails) >= limit:
            break
    return mails[:limit]


def _read(path: Path) -> Iterator[StoredMail]:
    for part in path.read_bytes().split(RULE):
        if part.strip():
            message = message_from_bytes(part.strip(), _class=EmailMessage, policy=policy.default)
            yield _as_stored(message)


def _as_stored(message: EmailMessage) -> StoredMail:
    body = message.get_body(preferencelist=("plain", "html"))
    date = message["date"].datetime if message["date"] else None
    return StoredMail(
        subject=str(message["subject"] or "").strip(),
        recipient=str(message["to"] or ""),
        # Django writes "-0000", time in UTC from an unknown place, which Python reads as a naive time.
        sent_at=date.replace(tzinfo=UTC) if date and date.tzinfo is None else date,
        text=body.get_content().strip() if isinstance(body, EmailMessage) else "",
    )


def remove_mails(directory: Path, words: Iterable[str]) -> int:
    folded, changed = [word.casefold() for word in words if word], 0
    for path in directory.glob("*.log"):
        parts = [part for part in path.read_bytes().split(RULE) if part.strip()]
        remaining = [part for part in parts if not _names_one(part, folded)]
        if len(remaining) < len(parts):
            changed += 1
            if remaining:
                path.write_bytes(RULE.join(remaining) + RULE)
            else:
                path.unlink()
    return changed


def _names_one(part: bytes, words: list[str]) -> bool:
    mail = _as_stored(message_from_bytes(part.strip(), _class=EmailMessage, policy=policy.default))
    text = f"{mail.subject}\n{mail.recipient}\n{mail.text}".casefold()
    return any(word in text for word in words)
