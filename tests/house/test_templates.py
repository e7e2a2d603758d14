"""Every template is used; forms say themselves what is wrong; no inline code; no line is too long to read."""

import re
from pathlib import Path

from django.template.loaders.app_directories import get_app_template_dirs

from tests.house.tree import ROOT, files, location

QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt))["']""")
CHOSEN = re.compile(r"""f["']([\w/]+/)\{[\w.]+\}\.html["']""")
ERROR_PAGES = {"400.html", "403.html", "404.html", "429.html", "500.html", "403_csrf.html"}
FORM = re.compile(r"(?P<tag><form\b(?:\{%.*?%\}|[^>])*>)(?P<inside>.*?)</form>", re.DOTALL)
FILTER = re.compile(r"""<form\b[^>]*\bmethod="get"[^>]*\bclass="[^"]*\bfilter(?:s-form|-row)\b""")
BUTTON = re.compile(r"""<button\b(?P<tag>[^>]*)>\s*(?P<words>.*?)\s*<""", re.DOTALL)
APPLY = '{% translate "Apply" context "filters" %}'
LONGEST = 120
ONE_TAG = re.compile(r"""\s*(\{%(?:(?!%\}).)*%\}|content='\{.*\}'>)""")
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*type="application/json")|\son[a-z]+=""")


def replaces_a_packages_own(name: str) -> bool:
    """Return whether a package has a template of this name, which ours stands in for."""
    return any((Path(folder) / name).exists() for folder in get_app_template_dirs("templates"))


def test_every_template_is_used():
    ours = {str(path.relative_to(ROOT / "templates")) for path in files(".html", ".txt", under="templates")}
    sources = [*files(".html", ".txt", under="templates"), *files(".py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    folders = tuple(CHOSEN.findall(text))
    unused = {name for name in ours - set(QUOTED.findall(text)) - ERROR_PAGES if not name.startswith(folders)}
    assert sorted(name for name in unused if not replaces_a_packages_own(name)) == []


def test_no_browser_says_in_its_own_words_what_is_wrong_with_a_form():
    texts = {location(path): path.read_text(encoding="utf-8") for path in files(".html", under="templates")}
    forms = [(name, form) for name, text in texts.items() for form in FORM.finditer(text)]
    silent = [name for name, form in forms if "|crispy" in form["inside"] and "novalidate" not in form["tag"]]
    assert silent == []
    assert len(forms) > 50


def test_every_filter_is_applied_with_the_same_words():
    texts = {location(path): path.read_text(encoding="utf-8") for path in files(".html", under="templates")}
    forms = [
        (name, form)
        for name, text in texts.items()
        for form in FORM.finditer(text)
        if FILTER.match(form["tag"]) and 'role="search"' not in form["tag"]
    ]
    first = {name: button["words"] for name, form in forms if (button := BUTTON.search(form["inside"]))}
    assert {name: words for name, words in first.items() if words != APPLY} == {}
    assert len(first) > 6


def test_no_inline_style_or_script():
    """The content security policy of the site would block it."""
    pages = [path for path in files(".html", under="templates") if "email" not in path.parts]
    assert [location(path) for path in pages if INLINE.search(path.read_text(encoding="utf-8"))] == []


def test_a_comment_ends_on_its_line():
    """A longer one would be read by everyone."""
    texts = {location(path): path.read_text(encoding="utf-8") for path in files(".html", under="templates")}
    lines = [(name, line) for name, text in texts.items() for line in text.splitlines() if "{#" in line]
    assert [name for name, line in lines if "#}" not in line.rpartition("{#")[2]] == []


def test_no_line_is_too_long_to_read():
    """Only a tag that cannot be broken, alone on its line, may be longer, and the settings of htmx."""
    texts = {location(path): path.read_text(encoding="utf-8") for path in files(".html", under="templates")}
    long = {name: [each for each in text.splitlines() if len(each) > LONGEST] for name, text in texts.items()}
    assert [name for name, lines in long.items() if not all(map(ONE_TAG.fullmatch, lines))] == []
