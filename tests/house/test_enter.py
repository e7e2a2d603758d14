"""Enter in a field does none of several deeds: no_enter.html stands before the first of them."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
FORM = re.compile(r"<form\b.*?</form>", re.S)
SUBMIT = re.compile(r'<button\b[^>]*type="submit"[^>]*>|\{% button .*? %\}')
NAMED = re.compile(r"<.*name=|\{% button .*\s(?!css=|about=)\w+=")
FIELD = re.compile(r"crispy|<input(?![^>]*hidden)|<textarea|_note\.html")
# The first button is what the form is for, and what it does can be taken back.
FREE = ("account/email.html", "matching/pairs/_match_pass.html")


def test_enter_in_a_field_decides_nothing():
    wrong = []
    for path in TEMPLATES.rglob("*.html"):
        name = path.relative_to(TEMPLATES).as_posix()
        for form in FORM.findall(path.read_text()):
            buttons = [each for each in SUBMIT.findall(form) if "disabled" not in each]
            several = len(buttons) > 1 and NAMED.match(buttons[0]) and FIELD.search(form)
            if several and name not in FREE and '{% include "_parts/no_enter.html" %}' not in form:
                wrong.append(name)
    assert wrong == []
    review = (TEMPLATES / "curation/reviews/review.html").read_text()
    assert review.index("_parts/no_enter.html") < review.index("curation/reviews/_decision_bar.html")
