"""A company's own contact card, open to a partner after mutual interest."""

import re
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from profiles.catalogue.visibility.access import preview, see
from profiles.integrations.qr_codes import qr_svg
from profiles.models import Investor, Startup
from profiles.validators import whatsapp_digits

FIELDS = ("contact_name", "contact_email", "contact_whatsapp", "contact_wechat", "website")


@dataclass(frozen=True)
class OwnCard:
    name: str
    rows: list[tuple[str, str]]
    closed: list[str]  # labels of what is not on it
    vcard: str

    @property
    def drawing(self) -> SafeString:
        return mark_safe(qr_svg(self.vcard))  # noqa: S308


def card_of(company: Startup | Investor) -> OwnCard:
    seen = see(company, preview(company.side.other, mutual=frozenset({company.pk})))
    values = {name: str(getattr(seen, name) or "") for name in FIELDS}
    labels = {name: capfirst(str(seen.labels[name])) for name in FIELDS}
    rows = [(labels[name], value) for name, value in values.items() if value]
    closed = [labels[name] for name, value in values.items() if not value]
    name = str(seen.title)
    return OwnCard(name, rows, closed, _vcard(name, values))


def _vcard(name: str, values: dict[str, str]) -> str:
    digits, wechat = whatsapp_digits(values["contact_whatsapp"]), values["contact_wechat"]
    lines = {
        "N": f"{_escaped(values['contact_name'] or name)};;;;",
        "FN": _escaped(values["contact_name"] or name),
        "ORG": _escaped(name),
        "EMAIL": _escaped(values["contact_email"]),
        "TEL;TYPE=CELL": f"+{digits}" if digits else "",
        "URL": _escaped(values["website"]),
        "NOTE": f"WeChat: {_escaped(wechat)}" if wechat else "",
    }
    written = [f"{key}:{value}" for key, value in lines.items() if value]
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *written, "END:VCARD", ""])


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", " ".join(text.split()))
