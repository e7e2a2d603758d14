"""The WSGI door."""

import ctypes
import gc
import os
from contextlib import suppress
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

M_MMAP_THRESHOLD, MEGABYTE = -3, 1024 * 1024

# glibc would keep the 30 MB of each deck for the thread that took it, instead of giving them back.
with suppress(AttributeError, OSError):
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, MEGABYTE)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
application = get_wsgi_application()
# Load all views now, not for the first visitor; with gunicorn's --preload once for all processes.
import_module(settings.ROOT_URLCONF)
# All of that stays: looking for garbage among it held up one request in a hundred for a fifth of a second.
gc.collect()
gc.freeze()
