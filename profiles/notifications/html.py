"""The text of a mail as a page that mail programs show: its styles stand in the elements."""

import css_inline
from django.template.loader import render_to_string
from django.utils.translation import get_language_info, override

# Mail programs drop style sheets; nothing is fetched from anywhere.
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def html_of(subject: str, text: str, *, language: str) -> str:
    """Return the mail as a page in the direction of its language; addresses in the text become links."""
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    with override(language):
        context = {"subject": subject, "text": text, "language": language, "direction": direction}
        return INLINER.inline(render_to_string("notifications/email/frame.html", context))
