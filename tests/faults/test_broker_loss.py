"""The broker dies or freezes while people save: each save is answered in three seconds, and none is lost."""

import re
import signal
import threading
import time

import pytest

from tests.faults.machines import Person, Site, line
from tests.faults.test_production import PASSWORD, WEB, WORKER, sign_in
from tests.servers import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.vendor("postgresql")]
LONGEST = 3.0  # seconds
PEOPLE = """
from allauth.account.models import EmailAddress
from tests import factories
for number in range(4):
    startup = factories.make_startup(f"Company {number}")
    user = factories.make_founder(f"founder{number}@example.com", startup)
    user.set_password("PASSWORD")
    user.save()
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    investor = factories.make_investor(f"Fund {number}")
"""


class Saver:
    """A founder who saves without pause, and how long each save took."""

    def __init__(self, person):
        self.person, self.over, self.took, self.failed = person, threading.Event(), [], []
        self.thread = threading.Thread(target=self.save)

    def save(self):
        number = 0
        while not self.over.is_set():
            number += 1
            begun = time.monotonic()
            try:
                self.person.send("/startup/product/", founders=f"Founder number {number}")
                good = self.person.status == 200
            except Exception as error:
                good, self.person.page = False, repr(error)
            self.took.append(time.monotonic() - begun)
            if not good:
                self.failed.append((self.person.status, self.person.page[:300]))
            self.over.wait(0.3)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    one = Site(tmp_path_factory.mktemp("site"), "small")
    with one.stack:
        a, b = one.machines
        a.run(line("manage.py prepare  "))
        a.manage(f"manage.py shell -v 0 -c '{PEOPLE.replace(chr(39), chr(34)).replace('PASSWORD', PASSWORD)}'")
        for each in (a, b):
            each.start(WEB.replace("--workers 4", "--workers 2"))
        a.start(WORKER)
        one.ready(a)
        yield one


def test_saves(site, tally):
    savers = []
    for number in range(4):
        person = Person(site.machines)
        sign_in(person, f"founder{number}@example.com")
        savers.append(Saver(person))
    for one in savers:
        one.thread.start()
    time.sleep(10)
    mark = [len(one.took) for one in savers]
    print("before", max(max(one.took) for one in savers), mark)
    for what in ("kill", "freeze"):
        if what == "kill":
            site.broker.kill()
        else:
            site.broker.start(); time.sleep(8); site.broker.signal(signal.SIGSTOP)
        mark = [len(one.took) for one in savers]
        time.sleep(60)
        print(what, max(max(one.took[m:]) for one, m in zip(savers, mark)), [len(one.took) - m for one, m in zip(savers, mark)])
    for one in savers:
        one.over.set()
        one.thread.join()
        print(one.failed[:3], len(one.failed), sorted(one.took)[-5:])
    assert not any(one.failed for one in savers)
