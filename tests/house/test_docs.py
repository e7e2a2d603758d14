"""The documents and the code say the same."""

import re

import pytest
from django.core.management import call_command, get_commands, load_command_class

from profiles.models import Startup
from tests.house.tree import ROOT, files, location

COMMAND = re.compile(r"manage\.py ([a-z_]+)((?: [^\n`]*)?)")
OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")
TARGET = re.compile(r"`make ([a-z]+)|^\s*(?:\$ )?make ([a-z]+)", re.MULTILINE)
VARIABLE = re.compile(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""")
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#|mailto:)([^)#\s]+)")
SEEN_PATH = re.compile(r"`((?:matchmaker|profiles|templates|static|tests|docs|scripts)/[\w./-]*)`")


def targets() -> set[str]:
    """Return what the Makefile can do."""
    rules = re.findall(r"^([a-z ]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return {name for rule in rules for name in rule.split()}


def options(command: str) -> set[str]:
    """Return the long options that a command takes."""
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    return {name.removeprefix("--") for action in parser._actions for name in action.option_strings}


TEXTS = {path: path.read_text(encoding="utf-8") for path in files(".md") if "vendor" not in path.parts}


def test_commands_exist():
    named = {found for text in TEXTS.values() for found in COMMAND.findall(text)}
    assert {name for name, _rest in named} - set(get_commands()) == set()
    given = {(name, option) for name, rest in named for option in OPTION.findall(rest)}
    taken = {(name, option) for name in {name for name, _option in given} for option in options(name)}
    assert given - taken == set()


def test_make_targets_exist():
    named = {first or second for text in TEXTS.values() for first, second in TARGET.findall(text)}
    assert named - targets() == set()


def test_links_and_paths_exist():
    found = [(path, path.parent / link) for path, text in TEXTS.items() for link in LINK.findall(text)]
    found += [(path, ROOT / seen) for path, text in TEXTS.items() for seen in SEEN_PATH.findall(text)]
    assert [(location(path), str(named)) for path, named in found if not named.exists()] == []


def test_the_map_names_every_module_that_keeps_something_in_memory():
    kept = re.compile(r"^@(?:lru_)?cache\b|\bcaches\[", re.MULTILINE)
    modules = [path for app in ("matchmaker", "profiles") for path in files(".py", under=app)]
    keepers = {location(path) for path in modules if kept.search(path.read_text("utf-8"))}
    section = (ROOT / "docs" / "map.md").read_text("utf-8").partition("## State of a process")[2]
    named = re.findall(r"`([\w/.]+)`", section)
    assert [path for path in sorted(keepers) if not path.startswith(tuple(named))] == []


def test_every_variable_of_the_settings_is_documented():
    read = set(VARIABLE.findall((ROOT / "matchmaker" / "settings.py").read_text(encoding="utf-8")))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "run.md").read_text(encoding="utf-8")))
    assert read - documented == set()


def test_the_pictures_of_the_readme_are_there_and_small():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"!\[[^\]]+\]\((docs/images/[^)]+)\)", readme)
    assert len(named) == 3
    assert {name: (ROOT / name).stat().st_size <= 150 * 1024 for name in named} == dict.fromkeys(named, True)


@pytest.mark.django_db
def test_the_readmes_example_can_be_imported(tmp_path):
    blocks = re.findall(r"```\n(name_en,.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    example = tmp_path / "startups.csv"
    example.write_text(blocks[0], encoding="utf-8")
    call_command("import_profiles", "startups", str(example), verbosity=0)
    assert list(Startup.objects.values_list("name_en", flat=True)) == ["Indus Grow"]
