"""The little arithmetic and joining that pages need and the template language lacks."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.visible_profile import joined, reading
from profiles.companies.pictures.selectors import own_face
from profiles.people.accounts.time_zones import zone_label
from profiles.validators import language_of, whatsapp_digits

register = template.Library()
register.filter("listed", joined)
tongue = language_of  # of a text: for font, lines and voice
register.filter("tongue", tongue)
register.filter("own_face", own_face)


@register.filter
def chosen(options: Iterable[Mapping[str, Any]]) -> int:
    """Return how many options of a group of boxes are ticked."""
    return sum(bool(option["selected"]) for option in options)


@register.filter
def longest(rows: Iterable[Any]) -> int:
    return max((max(row.startup_max, row.investor_max) for row in rows), default=1)


MEASURES = {
    "mine": _("Fit for you: %(score)s of 100"),
    "theirs": _("Fit for them: %(score)s of 100"),
    "best": _("Match score %(score)s of 100"),
}


@register.simple_tag(takes_context=True)
def score_label(context: Mapping[str, Any]) -> str:
    """Return what the number of `_parts/score.html` is, in words."""
    return str(MEASURES[context.get("measure") or "best"]) % {"score": context["score"]}


@register.simple_tag
def gap() -> str:
    return "" if (get_language() or "").startswith("zh") else " "


@register.filter
def foreign(text: str) -> str:
    """Return the language of a text by its letters if it is not the reader's; empty for the reader's own."""
    language = tongue(text)
    return language if language and language != reading() else ""


@register.filter
def clock_name(zone: ZoneInfo) -> str:
    return zone_label(zone)


@register.filter
def whatsapp_link(number: str) -> str:
    """Return the address that opens a chat with a number; empty for what is no number with a country code."""
    digits = whatsapp_digits(number)
    return f"https://wa.me/{digits}" if digits else ""


@register.filter
def beside(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    return list(zip(first, second, strict=True))


@register.simple_block_tag
def table(
    content: SafeString, *, label: str = "", titled_by: str = "", css: str = "table-stack"
) -> SafeString:
    name = ("labelledby", titled_by) if titled_by else ("label", label)
    frame = '<div class="table-wrap" tabindex="0" role="region" aria-{}="{}">{}</div>'
    return format_html(frame, *name, format_html('<table class="table {}">{}</table>', css, content))


@register.simple_tag
def columns(*names: str) -> SafeString:
    """Return the head of a table."""
    cells = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in names))
    return format_html("<thead><tr>{}</tr></thead>", cells)


@register.simple_block_tag
def panel(content: SafeString, title: str, name: str = "") -> SafeString:
    """Return a part of a page with its heading. `name`: the id of the heading, which then labels the part."""
    if not name:
        return format_html('<section class="panel"><h2>{}</h2>{}</section>', title, content)
    return format_html(
        '<section class="panel" aria-labelledby="{}"><h2 id="{}">{}</h2>{}</section>',
        name,
        name,
        title,
        content,
    )


@register.simple_block_tag
def fact(content: SafeString, label: str) -> SafeString:
    """Return a row of a list of facts; a fact without content is not stated."""
    value = content
    if not content.strip():
        value = format_html('<span class="not-stated">{}</span>', _("not stated"))
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, value)


@register.simple_tag(name="about")
def what_for(name: Any) -> SafeString:
    """Return what a link or a button acts on, for who hears it."""
    return format_html('<span class="visually-hidden">{}{}</span>', _(": "), name)


@register.simple_tag
def button(words: str, *, css: str = "btn-primary", about: Any = "", **sent: Any) -> SafeString:
    """Return a button of a form. `sent`: its name and value."""
    return format_html(
        '<button class="btn {}" type="submit"{}>{}{}</button>',
        css,
        format_html_join("", ' name="{}" value="{}"', sent.items()),
        words,
        what_for(about) if about else "",
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: Mapping[str, Any],
    words: str,
    to: str = "",
    *,
    css: str = "btn-primary",
    act: str = "",
    frame: str = "",
    about: str = "",
    **sent: Any,
) -> SafeString:
    """Return a form that is one button.

    `to`: its address, if it is not this page; `act`: the value of the button; `frame`: classes of the form;
    `about`: what it acts on, for who hears the button; `sent`: what the form sends besides.
    """
    hidden = {"csrfmiddlewaretoken": context["csrf_token"], **sent}
    form = {"class": frame, "action": to}
    return format_html(
        '<form method="post"{}>{}{}</form>',
        format_html_join("", ' {}="{}"', ((name, value) for name, value in form.items() if value)),
        format_html_join("", '<input type="hidden" name="{}" value="{}">', hidden.items()),
        button(words, css=css, about=about, **({"act": act} if act else {})),
    )


@register.simple_block_tag(takes_context=True)
def post_content(context: Mapping[str, Any], content: SafeString, to: str = "", **fields: Any) -> SafeString:
    """Return a form that is one button with this content, with the fields of `post_button`."""
    return post_button(context, content, to, **fields)
