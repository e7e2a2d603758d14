"""Pages as a browser reads them: the links on one, and what its forms would send and write."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from django.db import connection, transaction

WRITTEN = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')
OFFERING = ("hidden", "checkbox", "radio", "submit")
LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)"')


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """Collect the tables that are written, from statements without their values: putting those in is slow."""
    found = set[str]()

    def look(execute, sql, *rest):
        if match := WRITTEN.match(sql):
            found.add(match[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield found


@dataclass
class Form:
    """A form of a page: what a browser sends untouched, and each value that a field offers."""

    action: str = ""
    is_get: bool = False
    sent: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)

    @property
    def key(self):
        """Name the form whatever objects its address names."""
        return re.sub(r"[0-9a-z]{12}|\d+", "…", self.action)

    def add(self, name, value, *, is_sent, is_offered=True):
        if is_sent:
            self.sent.setdefault(name, []).append(value)
        if is_offered:
            self.offered.setdefault(name, set()).add(value)


class Forms(HTMLParser):
    """The forms of a page, of which the first has what is outside of any, and the links with a query."""

    def __init__(self, body, path=""):
        super().__init__()
        self.path = path
        self.forms = [Form()]
        self.queries: list[Form] = []
        self.names = set[str]()
        self.inside = ""  # the select or text area whose contents follow
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        name, value, form = found.get("name", ""), found.get("value", ""), self.forms[-1]
        self.names.add(name)
        if tag == "form":
            action = urlsplit(found.get("action") or self.path).path
            self.forms.append(Form(action, is_get=found.get("method", "get").lower() == "get"))
        elif tag == "a" and "?" in found.get("href", ""):
            asked = urlsplit(found["href"])
            query = Form(asked.path or self.path, is_get=True, sent=parse_qs(asked.query))
            query.offered = {each: set(values) for each, values in query.sent.items()}
            self.queries.append(query)
        elif tag in ("select", "textarea"):
            self.inside = name
        elif tag == "option":
            form.add(self.inside, value, is_sent="selected" in found)
        elif tag == "input" and name:
            kind = found.get("type")
            is_sent = kind not in ("checkbox", "radio") or "checked" in found
            form.add(name, value, is_sent=is_sent, is_offered=kind in OFFERING)
        elif tag == "button" and name:
            form.add(name, value, is_sent=False)

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self.inside = ""

    def handle_data(self, data):
        """Read the text of a text area; that of a select's lines says nothing."""
        if self.inside and self.lasttag == "textarea":
            self.forms[-1].add(self.inside, data, is_sent=True, is_offered=False)

    @property
    def largest(self):
        """Return what the form that asks most would send."""
        return max((form.sent for form in self.forms), key=len)


def forms_on(client, path):
    """Return the forms of a page; of an answer that is no page, none."""
    with transaction.atomic():
        answer = client.get(path)
        transaction.set_rollback(True)
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return Forms(answer.content.decode() if is_page and not answer.streaming else "", path)


def form_of(client, path):
    """Return what the largest form of a page would send, and the names of all that the page asks."""
    forms = forms_on(client, path)
    sent = {name: values for name, values in forms.largest.items() if name != "csrfmiddlewaretoken"}
    return sent, forms.names
