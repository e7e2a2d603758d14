"""An email that came in: what it is, who sent it, and which part of its text is new."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from mailparser_reply import EmailReplyParser

from matchmaker.models.reply import ReceivedReply, ReplyAddress
from profiles.models import User
from profiles.models.leased_row import LeasedRows

LOCAL_PART = "reply-"
MOST_READ = 8_000  # letters of an email, from its beginning; a message has 5,000
MOST_STORED = 10 * MOST_READ
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
# What sorts and notices write about themselves: nothing of it is answered, so that no two machines do.
BULK = ("bulk", "list", "junk", "auto_reply")
MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply")
MACHINE_HEADERS = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
# What Mailgun says of the server and the signature, on a domain whose spam filter is on.
SERVER_VERDICT, SIGNATURE_VERDICT = "X-Mailgun-Spf", "X-Mailgun-Dkim-Check-Result"
SIGNING_DOMAIN = re.compile(r"(?:^|;)\s*d=([^;\s]+)")


def fingerprint_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def address_with(token: str) -> str:
    return f"{LOCAL_PART}{token}@{settings.REPLY_DOMAIN}"


def reply_address(fingerprint: str) -> ReplyAddress | None:
    addresses = ReplyAddress.objects.filter(fingerprint=fingerprint)
    return addresses.select_related("user", "introduction__startup", "introduction__investor").first()


def person_with(sender: str) -> User | None:
    """Return the active person who has confirmed this address."""
    confirmed = User.objects.filter(emailaddress__email__iexact=sender, emailaddress__verified=True)
    return confirmed.filter(is_active=True).first()


@dataclass(frozen=True)
class ReceivedEmail:
    """An email as the web process stores it, and as the worker reads it."""

    address: str  # the fingerprint of the reply address that it was sent to
    sender: str
    fingerprint: str
    plain: str
    html: str
    attached: list[list[str]]  # of each file its name, and its bytes in Base64

    @property
    def text(self) -> str:
        return new_text(self.plain if self.plain.strip() else text_of(self.html))

    def files(self) -> "list[UploadedFile[Any]]":
        return [SimpleUploadedFile(name, b64decode(content)) for name, content in self.attached]


@dataclass(frozen=True)
class Arrival:
    """What is known of an email before its text is read. `email`: None if no one will read it."""

    fingerprint: str
    verdict: str
    email: ReceivedEmail | None


def _attached(message: Any) -> list[list[str]]:
    """Return what is attached, without pictures inside the text and signatures; more than two are refused."""
    parts = [part for part in message.attachments if part.get_content_type() not in SIGNATURES]
    return [
        [storable(part.get_filename() or "file"), b64encode(part.get_content_bytes()).decode()]
        for part in parts[:2]
    ]


def storable(text: str) -> str:
    """Return text without what the database does not take."""
    return text.replace("\0", "").encode(errors="replace").decode()


def read_email(message: Any, *, at: datetime) -> Arrival | None:
    """Return an email that came in; None if it is not for a reply address."""
    token = _token_in(message.envelope_recipient or "")
    if not token:
        return None
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    mark = str(message.get("Message-ID") or "") or f"{sender} {message.get('Date', at)}"
    said = {name: message.get_all(name, []) for name in (SERVER_VERDICT, SIGNATURE_VERDICT)}
    verdict = " ".join(f"{name[10:14]}={','.join(map(str, each))}" for name, each in said.items())
    fingerprint, email = fingerprint_of(f"{mark.strip()} {token}"), None
    # An answer would go round in a circle, or to who has not written.
    if _is_genuine(message, sender) and not _is_automatic(message, sender):
        email = ReceivedEmail(
            address=fingerprint_of(token),
            sender=storable(sender),
            fingerprint=fingerprint,
            plain=storable(message.text or "")[:MOST_STORED],
            html=storable(message.html or "")[:MOST_STORED],
            attached=_attached(message),
        )
    return Arrival(fingerprint, storable(verdict)[:60], email)


def _token_in(address: str) -> str:
    local, _at, domain = address.lower().rpartition("@")
    is_ours = domain == settings.REPLY_DOMAIN.lower() and local.startswith(LOCAL_PART)
    return local.removeprefix(LOCAL_PART) if is_ours else ""


def _is_genuine(message: Any, sender: str) -> bool:
    server, signature = (message.get_all(name, []) for name in (SERVER_VERDICT, SIGNATURE_VERDICT))
    signed = [SIGNING_DOMAIN.findall(str(each)) for each in message.get_all("DKIM-Signature", [])]
    if len(message.get_all("From", [])) != 1:
        return False
    has_server = _passed(server) and _is_same_domain(message.envelope_sender or "", sender)
    # Of several signatures we do not know which one was checked.
    has_signature = _passed(signature) and len(signed) == 1 and len(signed[0]) == 1
    return has_server or (has_signature and _is_same_domain(signed[0][0], sender))


def _passed(verdicts: Iterable[Any]) -> bool:
    """A sender may have added a verdict; the service adds its own."""
    return {str(verdict).strip().lower() for verdict in verdicts} == {"pass"}


def _is_same_domain(one: str, other: str) -> bool:
    first, second = (each.rpartition("@")[2].strip("<> ").lower() for each in (one, other))
    return bool(first) and (first == second or second.endswith(f".{first}") or first.endswith(f".{second}"))


def _is_automatic(message: Any, sender: str) -> bool:
    local, _at, domain = sender.rpartition("@")
    ours = {
        settings.REPLY_DOMAIN.lower(),
        parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower(),
    }
    return (
        not local
        or domain in ours
        or local in MACHINES
        or message.envelope_sender in ("", "<>")
        or str(message.get("Auto-Submitted", "no")).strip().lower() != "no"
        or str(message.get("Precedence", "")).strip().lower() in BULK
        or any(name in message for name in MACHINE_HEADERS)
        or bool(message.spam_detected)
    )


# --- Without what the sender's program quotes ---------------------------------------------------------------
PARSER = EmailReplyParser(languages=["en", "zh"])
# What the parser does not know: QQ Mail, Foxmail, 163, Gmail and Outlook in Chinese and Urdu.
QUOTE_BEGINS = re.compile(
    r"""^\s*(?:
        -{3,}.*(?:原始邮件|原邮件|Original|اصل).*
        | _{20,}
        | (?:发件人|寄件者|منجانب|ارسال\ کنندہ)\s*[:：].*
        | (?:On|At|在|於)\s.*\d.*(?:wrote|写道|寫道)\s*[:：]
        | .*于\s*\d{4}\s*年.*(?:写道|寫道)\s*[:：]
        | .*\d.*\s(?:نے\ لکھا|نے\ تحریر\ کیا)\s*[:：]
    )\s*$""",
    re.VERBOSE,
)
BROKEN_BEFORE = re.compile(r"[<(\[]?\S+@")  # a long line that a program has broken before the address


def new_text(text: str) -> str:
    """Return what the sender has written above the email that is answered."""
    text = text.replace("\r\n", "\n")[:MOST_READ]
    # The parser takes a minute for thousands of empty lines.
    text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text)
    lines = (PARSER.parse_reply(text) or "").split("\n")
    for number, line in enumerate(lines):
        if _names_us(line) or QUOTE_BEGINS.match(line):
            lines = lines[: number - bool(BROKEN_BEFORE.match(line) and number)]
            break
    while lines and (not lines[-1].strip() or lines[-1].startswith(">")):
        lines.pop()
    return "\n".join(lines).strip()


def _names_us(line: str) -> bool:
    ours = (parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), f"@{settings.REPLY_DOMAIN.lower()}")
    return any(each in line.lower() for each in ours)


def due(at: datetime) -> LeasedRows:
    """Return the emails that wait to be read and that no worker has: those tried least first."""
    waiting = ReceivedReply.objects.filter(email__isnull=False)
    return waiting.free(at=at).order_by("attempts", "at", "pk")


class _Words(HTMLParser):
    """The words of a page, with a line for each block, without what it quotes."""

    BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3")
    SILENT = ("blockquote", "style", "script", "head", "title")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: Any) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        if tag == "p":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(" ".join(data.split("\n")))


def text_of(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.words)
