"""How the forms of profiles are laid out."""

from collections.abc import Iterator
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, flatatt
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html

from profiles.platform.drafts.merging import in_words, query, texts_of


class Hint(LayoutObject):  # type: ignore[misc]
    def __init__(self, text: str | Promise) -> None:
        self.text, self.fields = text, list[Any]()

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return format_html('<p class="hint">{}</p>', self.text)


class More(LayoutObject):  # type: ignore[misc]
    """Folded fields; works without a script. `kinds`: codes of the field `type` for which they open."""

    def __init__(self, title: str | Promise, *fields: Any, kinds: str = "") -> None:
        self.title, self.fields, self.kinds = title, list(parts_of(fields)), kinds

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        fields = known(form, self.fields)
        if not fields:
            return ""
        layout = Layout(*fields)
        inner = layout.render(form, context, template_pack, **kwargs)
        names = [pointer.name for pointer in layout.get_field_names() if pointer.name in form.fields]
        state = self.state(form, names) | ({"open": True} if set(names) & set(form.errors) else {})
        return format_html(
            "<details{}><summary>{}</summary>{}</details>", flatatt(state), self.summary(form, names), inner
        )

    def state(self, form: Any, names: list[str]) -> dict[str, Any]:
        optional = {name: form[name].value() for name in names if not form.fields[name].required}
        # What a field offers to everyone, such as a currency, is no one's answer.
        answered = any(value and value != form.fields[name].initial for name, value in optional.items())
        if self.kinds:
            chosen = form.fields["type"].prepare_value(form["type"].value())
            answered = answered or str(chosen) in self.kinds.split()
        kinds = {"data-kinds": self.kinds} if self.kinds else {}
        return kinds | ({"open": True} if answered else {})

    def summary(self, form: Any, names: list[str]) -> Any:
        return self.title


class OneLine(More):
    """Fields as one line that tells what they say. Of a page's lines one is open at a time.

    It is open from the beginning while something that a curator needs is not stated.
    """

    def state(self, form: Any, names: list[str]) -> dict[str, Any]:
        needed = set(names) & set(getattr(form, "needed", ()))
        is_open = any(not form[name].value() for name in needed)
        return {"name": "line", "class": "line"} | ({"open": True} if is_open else {})

    def summary(self, form: Any, names: list[str]) -> Any:
        stated = (in_words(form[name], query({form[name].html_name: texts_of(form[name])})) for name in names)
        return format_html('{} <span class="hint">{}</span>', self.title, " · ".join(filter(None, stated)))


class Spoken(LayoutObject):  # type: ignore[misc]
    def __init__(self, *fields: str, beside: bool = False) -> None:
        self.fields, self.beside = list(fields), beside

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        fields = known(form, self.fields)
        parts = [side_by_side(*fields)] if self.beside else fields
        return str(Layout(*parts).render(form, context, template_pack, **kwargs))


class Live(LayoutObject):  # type: ignore[misc]
    def __init__(self, name: str) -> None:
        self.name, self.fields = name, [name]

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return format_html('{}<div class="live-error" id="live_{}"></div>', inner, self.name)


class Chips(LayoutObject):  # type: ignore[misc]
    """Check boxes in one flow; those after the first `most` are folded, unless one of them is ticked."""

    def __init__(self, name: str, most: int = 99) -> None:
        self.name, self.most, self.fields = name, most, [name]

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        form.rendered_fields.add(self.name)
        bound, boxes = form[self.name], list(form[self.name])
        folded = boxes[self.most :]
        shown = {
            "field": bound,
            "boxes": boxes[: self.most],
            "folded": folded,
            "is_open": any(box.data["selected"] for box in folded),
        }
        return render_to_string("companies/steps/chips.html", shown)


def known(form: Any, fields: list[Any]) -> list[Any]:
    """Return these parts of a layout without the fields that the form does not have."""
    return [part for part in fields if not isinstance(part, str) or part in form.fields]


def parts_of(parts: tuple[Any, ...]) -> Iterator[Any]:
    """Yield the parts of a layout. In a text, fields stand one below the other, and `a+b` side by side."""
    for part in parts:
        for name in part.split() if isinstance(part, str) else [part]:
            yield side_by_side(*name.split("+")) if isinstance(name, str) and "+" in name else name


def group(title: str | Promise, *fields: Any) -> Fieldset:
    return Fieldset(title, *parts_of(fields), css_class="group")


def side_by_side(*fields: str | LayoutObject) -> Div:
    width = "col-md-6" if len(fields) == 2 else "col-md-4"
    return Div(*(Div(name, css_class=width) for name in fields), css_class="row")


def helper(*parts: Any) -> FormHelper:
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True  # the template has the token: a second one would be old after signing in again
    made.layout = Layout(*parts_of(parts))
    return made
