"""How the forms of profiles are laid out."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, flatatt
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html


class Hint(LayoutObject):  # type: ignore[misc]
    def __init__(self, text: str | Promise) -> None:
        self.text, self.fields = text, list[Any]()

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        return format_html('<p class="hint">{}</p>', self.text)


class More(LayoutObject):  # type: ignore[misc]
    """Folded fields; works without a script. `kinds`: codes of the field `type` for which they open."""

    def __init__(self, title: str | Promise, *fields: Any, kinds: str = "") -> None:
        self.title, self.fields, self.kinds = title, list(fields), kinds

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        fields = known(form, self.fields)
        if not fields:
            return ""
        layout = Layout(*fields)
        inner = layout.render(form, context, template_pack, **kwargs)
        names = form.fields.keys() & {pointer.name for pointer in layout.get_field_names()}
        optional = {name: form[name].value() for name in names if not form.fields[name].required}
        # What a field offers to everybody, such as a currency, is nobody's answer.
        answered = any(value and value != form.fields[name].initial for name, value in optional.items())
        if self.kinds:
            chosen = form.fields["type"].prepare_value(form["type"].value())
            answered = answered or str(chosen) in self.kinds.split()
        state: dict[str, Any] = {"data-kinds": self.kinds} if self.kinds else {}
        state |= {"open": True} if answered or names & set(form.errors) else {}
        return format_html("<details{}><summary>{}</summary>{}</details>", flatatt(state), self.title, inner)


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


class Rows(LayoutObject):  # type: ignore[misc]
    def __init__(self, name: str, title: str | Promise, add: str | Promise) -> None:
        self.name, self.title, self.add = name, title, add
        self.fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        rows = {"formset": form.sections[self.name], "title": self.title, "add": self.add}
        return render_to_string("companies/steps/rows.html", rows)


def known(form: Any, fields: list[Any]) -> list[Any]:
    """Return these parts of a layout without the fields that the form does not have."""
    return [part for part in fields if not isinstance(part, str) or part in form.fields]


def group(title: str | Promise, *fields: Any) -> Fieldset:
    return Fieldset(title, *fields, css_class="group")


def side_by_side(*fields: str | LayoutObject) -> Div:
    width = "col-md-6" if len(fields) == 2 else "col-md-4"
    return Div(*(Div(name, css_class=width) for name in fields), css_class="row")


def helper(*parts: Any) -> FormHelper:
    made = FormHelper()
    made.form_tag = False
    made.layout = Layout(*parts)
    return made
