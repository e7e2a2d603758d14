"""Collect the texts to translate, and check that every one of them is translated.

`messages.py extract` writes matchmaker/locale/<language>/LC_MESSAGES/django.po; `messages.py check` changes
nothing and fails when a text is missing from a catalogue, is left over in it, is untranslated or is fuzzy, or
uses a term that matchmaker/locale/avoid.csv lists.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = Path("matchmaker") / "locale"
LANGUAGES = {"ur": "nplurals=2; plural=(n != 1);", "zh_Hans": "nplurals=1; plural=0;"}
SOURCES = ("matchmaker", "profiles", "templates")
# Terms not to use, each with the one to use: where the English text matches `where` and not `unless`.
AVOIDED = ROOT / LOCALE / "avoid.csv"
# Texts that others write, and versions of consents, which are never edited.
EXEMPT = {"matchmaker/locale/third_party.pot", "profiles/catalogue/consents/selectors.py"}
OPTIONS = ("--add-location", "file", "--no-wrap", "--no-obsolete")

SECOND_FORM = re.compile(r'^msgstr\[1\] .*\n(?:".*\n)*', re.MULTILINE)
HEADER = """\
# What people read in Corridor, in one language.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""


def catalogue(root: Path, language: str) -> Path:
    """Return where the language's translations are."""
    return root / LOCALE / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """Return the catalogue, empty when there is no such file."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as handle:
        return read_po(handle)


def extract(root: Path) -> None:
    """Run Django's makemessages for our languages over the tree at `root`."""
    locales = [option for language in LANGUAGES for option in ("--locale", language)]
    (root / LOCALE).mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, str(root / "manage.py"), "makemessages", *locales, *OPTIONS],
        cwd=root,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
            "CORRIDOR_DEMO": "1",
            "CORRIDOR_VAR": str(root / "var"),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )
    for language in LANGUAGES:
        steady(catalogue(root, language), language)


def steady(path: Path, language: str) -> None:
    """Give the file our own header, without dates, so that collecting twice gives the same file."""
    _header, _blank, body = path.read_text(encoding="utf-8").partition("\n\n")
    if LANGUAGES[language].startswith("nplurals=1"):
        body = SECOND_FORM.sub("", body)
    header = HEADER.format(language=language, plural=LANGUAGES[language])
    path.write_text(f"{header}\n{body}", encoding="utf-8")


def copy_sources(target: Path) -> None:
    """Copy what makemessages reads, so that the check leaves the tree alone."""
    shutil.copy(ROOT / "manage.py", target / "manage.py")
    for name in SOURCES:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))


def texts(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    """Return the messages by context and English text, without the header."""
    return {(message.context, str(message.id)): message for message in catalog if message.id}


def is_translated(message: Message) -> bool:
    """Return whether every form of the message has a text and none is marked fuzzy."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def faults(language: str, fresh: Path) -> list[str]:
    """Return one line for each thing wrong with the language's catalogue, `fresh` being a new extraction."""
    ours, wanted = texts(read(catalogue(ROOT, language))), texts(read(catalogue(fresh, language)))
    problems = {
        "not collected": wanted.keys() - ours.keys(),
        "no longer used": ours.keys() - wanted.keys(),
        "untranslated": {key for key, message in ours.items() if not is_translated(message)},
    }
    return [
        f"{language}: {what}: {key[1]!r}" for what, keys in problems.items() for key in sorted(keys, key=str)
    ]


def forms(text: str | Iterable[str]) -> str:
    """Return every form of a text, a line each."""
    return text if isinstance(text, str) else "\n".join(text)


def terms_to_avoid(language: str, catalog: Catalog) -> list[str]:
    """Return one line for each text that uses a term of the list; `en`: the English texts."""
    with AVOIDED.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["language"] == language]
    lines = []
    for message in catalog:
        if not message.id or {path for path, _line in message.locations} <= EXEMPT:
            continue
        english = forms(message.id)
        text = english if language == "en" else forms(message.string)
        for row in rows:
            term = re.escape(row["avoid"])
            term = term if language.startswith("zh") else rf"(?<!\w){term}(?!\w)"  # Chinese has no spaces
            if (
                re.search(term, text, re.IGNORECASE)
                and re.search(row["where"], english)
                and not (row["unless"] and re.search(row["unless"], english))
            ):
                lines.append(f"{language}: write {row['use']!r}, not {row['avoid']!r}: {text!r}")
    return lines


def check() -> list[str]:
    """Return what is wrong with the catalogues of every language."""
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name)
        copy_sources(fresh)
        extract(fresh)
        found = [line for language in LANGUAGES for line in faults(language, fresh)]
        english = read(catalogue(fresh, next(iter(LANGUAGES))))
    found += terms_to_avoid("en", english)
    for language in LANGUAGES:
        found += terms_to_avoid(language, read(catalogue(ROOT, language)))
    return found


def main(verb: str) -> None:
    """Do `extract` or `check`."""
    if verb == "extract":
        extract(ROOT)
    elif problems := check():
        print(*problems[:40], sep="\n")
        sys.exit(
            f"{len(problems)} faults in the translations: run `make messages`, then translate or reword."
        )
    else:
        print("Translations: complete in " + ", ".join(LANGUAGES))


if __name__ == "__main__":
    main(sys.argv[1])
