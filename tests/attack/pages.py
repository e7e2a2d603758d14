"""Pages as a browser reads them: the links on one, and what its forms would send."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db import transaction

LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)"')


class Forms(HTMLParser):
    """The forms of a page, each with the values that a browser would send untouched."""

    def __init__(self, body):
        super().__init__()
        self.forms: list[dict[str, list[str]]] = [{}]
        self.names = set[str]()
        self.inside = ""  # the select or text area whose contents follow
        self.feed(body)

    def keep(self, name, value):
        """Note one value of the newest form."""
        self.forms[-1].setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        """Read a tag."""
        found = {name: value or "" for name, value in attrs}
        self.names.add(found.get("name", ""))
        if tag == "form":
            self.forms.append({})
        elif tag in ("select", "textarea"):
            self.inside = found.get("name", "")
        elif tag == "option" and "selected" in found:
            self.keep(self.inside, found.get("value", ""))
        elif tag == "input" and is_sent(found):
            self.keep(found["name"], found.get("value", ""))

    def handle_endtag(self, tag):
        """Leave a select or a text area."""
        if tag in ("select", "textarea"):
            self.inside = ""

    def handle_data(self, data):
        """Read the text of a text area; that of a select's lines says nothing."""
        if self.inside and self.lasttag == "textarea":
            self.keep(self.inside, data)

    @property
    def largest(self):
        """The form that asks most."""
        return max(self.forms, key=len)


def is_sent(found):
    """Return whether a browser sends the input."""
    unticked = found.get("type") in ("checkbox", "radio") and "checked" not in found
    return bool(found.get("name")) and not unticked


def form_of(client, path):
    """Return what the largest form of a page would send, and the names of all that the page asks."""
    with transaction.atomic():
        answer = client.get(path)
        transaction.set_rollback(True)
    page = answer.content.decode() if answer.status_code == 200 and not answer.streaming else ""
    forms = Forms(page)
    sent = {name: values for name, values in forms.largest.items() if name != "csrfmiddlewaretoken"}
    return sent, forms.names


@dataclass
class OfferedForm:
    """A form of a page: what a browser sends untouched, and each value that a field offers."""

    action: str
    is_get: bool
    sent: dict[str, list[str]] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)

    @property
    def key(self):
        """Name the form whatever objects its address names."""
        return re.sub(r"[0-9a-z]{12}|\d+", "…", self.action)


class OfferedForms(HTMLParser):
    """The forms of a page with what their lists, boxes, hidden fields and buttons offer."""

    def __init__(self, body, path):
        super().__init__()
        self.path, self.forms, self.selected = path, [], ""
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "form":
            action = urlsplit(found.get("action") or self.path).path
            self.forms.append(OfferedForm(action, found.get("method", "get").lower() == "get"))
        elif tag == "select":
            self.selected = name
        elif self.forms and tag == "option":
            self.forms[-1].offered.setdefault(self.selected, set()).add(value)
            if "selected" in found:
                self.forms[-1].sent.setdefault(self.selected, []).append(value)
        elif self.forms and name and tag in ("input", "button") and name != "csrfmiddlewaretoken":
            if tag == "button" or found.get("type") in ("hidden", "checkbox", "radio", "submit"):
                self.forms[-1].offered.setdefault(name, set()).add(value)
            if tag == "input" and is_sent(found):
                self.forms[-1].sent.setdefault(name, []).append(value)


def forms_of(client, path):
    """Return the forms of a page; none where the user gets no page."""
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
        return []
    return OfferedForms(answer.content.decode(), path).forms
