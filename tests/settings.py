"""The product's settings for tests: a data folder of its own, plain static files, quick passwords.

Runs on SQLite unless DATABASE_URL names another database; `make test` runs both.
"""

import os
import tempfile
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory(prefix="corridor-test-", ignore_cleanup_errors=True)

os.environ.update(
    CORRIDOR_VAR=FOLDER.name,
    CORRIDOR_DEMO="1",
    STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
    DJANGO_ALLOW_ASYNC_UNSAFE="true",  # Playwright keeps an event loop in the tests' thread
    LOG_LEVEL="WARNING",
)
os.environ.pop("REDIS_URL", None)

from matchmaker.settings import *  # noqa: E402, F403
from matchmaker.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.emptying"]  # its `flush` takes the place of Django's
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEXT_MODEL = "glossary"  # quick too; tests about descriptions ask for the model
STATIC_ROOT.mkdir()
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: an in-memory database knows neither WAL nor waiting for a lock.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(FOLDER.name) / "test.sqlite3")}
