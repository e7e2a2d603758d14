"""No secret is in the repository."""

import math
import re
from collections import Counter

from django.conf import settings

from tests.house.tree import files, location

KNOWN_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9]{32}"
    r"|xox[abp]-[A-Za-z0-9-]{10}|eyJ[A-Za-z0-9_-]{10,}\.eyJ"
)
ASSIGNED = re.compile(
    r"""(?i)(?:secret|password|passwd|token|api_?key)\w*["']?\s*[:=]\s*["']([^"'\s]{16,})["']"""
)
DOTTED_PATH = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")
SOURCES = (".py", ".md", ".toml", ".txt", ".yml", ".cfg", ".ini", ".sh", ".html", ".js", "")


def entropy(text: str) -> float:
    """Return the bits per character of a text."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def suspicious(text: str) -> list[str]:
    """Return what looks like a secret."""
    values = (value for value in ASSIGNED.findall(text) if not DOTTED_PATH.fullmatch(value))
    random = [value for value in values if entropy(value) > 3.6]
    return KNOWN_SHAPES.findall(text) + random


def test_no_secret_in_the_repository():
    own = [path for path in files(*SOURCES) if "vendor" not in path.parts and path.name != "test_secrets.py"]
    found = {location(path): suspicious(path.read_text(encoding="utf-8")) for path in own}
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


def test_no_file_that_holds_secrets():
    names = re.compile(r"(?:^|/)(?:\.env(?:\..*)?|id_[a-z0-9]+|.*\.(?:pem|key|p12|sqlite3|aof))$")
    assert [location(path) for path in files() if names.search(location(path))] == []


def test_the_search_finds_secrets():
    made_up = "SECRET_" + 'KEY = "q9$Zk2!vT7pLx0wR5mNb"'
    assert suspicious(made_up) == ["q9$Zk2!vT7pLx0wR5mNb"]


def test_the_demo_has_a_key_of_its_own():
    assert (settings.VAR_DIR / "secret_key").stat().st_mode & 0o077 == 0
