"""Pages as a browser reads them: the links on one, and what its forms would send."""

import re
from html.parser import HTMLParser

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
