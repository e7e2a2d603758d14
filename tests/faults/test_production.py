"""docs/run.md as a checklist: its commands in order, on PostgreSQL, Valkey, a file store and a mail server.

Two machines, each with its own code and data, serve pages and run workers. `make checklist` runs all of it;
only `make deep` runs it, as test_run.py starts the same processes. Each test goes on where the one before it
ended.
"""

import csv
import re
import shlex
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.faults.machines import Machine, Person, Site, anew, copy_code, inline, line, new_key
from tests.faults.releases import Saver, Units
from tests.sent_files import picture
from tests.servers import ROOT, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.deep, pytest.mark.vendor("postgresql")]

SCREENING = ROOT / "tests" / "matchmaker" / "deals" / "fair_dealing" / "screening_lists" / "un.xml"
HTTPS = {"X-Forwarded-Proto": "https"}
PASSWORD = "three lime trees by a canal"
OPERATOR, CURATOR, FOUNDER = "operator@corridor.example", "sana@corridor.example", "hina@sonakheti.example"
STARTUP = {
    "name_en": "Sona Kheti", "pitch": "Sensors that halve the water a field needs",
    "summary_en": "We sell soil sensors to farms in the Punjab, and a service that reads them.",
    "primary_sector": "AGR01", "stage": "seed", "place": "PK-PB", "languages": "en;ur",
    "seeks_capital": "yes", "ask_min": "200000", "ask_max": "500000", "ask_currency": "USD",
    "ask_audience": "matched", "forms": "equity;pilot", "contact_email": FOUNDER,
}  # fmt: skip
INVESTOR = {
    "name_en": "Yangtze Fund", "kind": "vc", "pitch": "We back sensors for farms",
    "summary_en": "We back sensors and machines for small farms.", "place": "CN-SHA",
    "languages": "en;zh", "thesis_sectors": "AGR", "thesis_stages": "seed",
    "thesis_forms": "equity;pilot", "contact_email": "wei@yangtze.example",
}  # fmt: skip
AGREED = dict.fromkeys(("matching", "showing", "cross_border"), "yes")


def table(path, row):
    """Write a file with one company to import."""
    with path.open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([row, row.values()])
    return path


WEB, WORKER, SLOW = line("gunicorn"), line("-Q celery,periodic"), line("-Q slow")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with nothing on it yet."""
    one = Site(tmp_path_factory.mktemp("site"))
    with one.stack:
        yield one


@pytest.fixture(autouse=True)
def _seconds(tally):
    """Print how long each part of the checklist takes."""
    begun = time.monotonic()
    yield
    tally.measure(f"{time.monotonic() - begun:.0f} s")


def test_set_up(site):
    one, other = site.machines
    for each in site.machines:
        each.run(line("environment.py"))
    one.run(line("check --deploy"))
    with ThreadPoolExecutor() as both:  # two prepare one database at the same moment
        list(both.map(lambda each: each.run(line("manage.py prepare  ")), site.machines))
    assert (other.code / "matchmaker/locale/ur/LC_MESSAGES/django.mo").exists()
    for command, each in ((WEB, one), (WORKER, one), (WEB, other), (WORKER, other), (SLOW, other)):
        each.start(command)
    ready = site.ready(one)
    parts = ("database", "migrations", "static", "files", "broker", "worker", "jobs")
    assert [ready[part] for part in parts] == [True] * len(parts)
    assert one.status("/healthz") == 200
    assert one.status("/") == 301
    assert one.status("/", **HTTPS) == 200


def test_both_machines_are_ready(site):
    for each in site.machines:
        wait_for(lambda each=each: len(site.ready(each)["workers"]) == 3, seconds=60, what="Three workers")
        assert {one["queues"] for one in site.ready(each)["workers"]} == {"celery, periodic", "slow"}


def second_factor(person):
    """Set up the app that shows codes, as the site asks for before it shows the desk."""
    person.open("/desk/people/")
    assert "/accounts/" in person.path  # no one runs the site by a password alone
    person.open("/accounts/2fa/totp/activate/")
    if "/reauthenticate/" in person.path:
        person.send(password=PASSWORD)
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', person.page)
    time.sleep(max(0, time.time() % 30 - 20))  # the code must be good for ten seconds more
    code = format_hotp_value(hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))))
    person.send(code=code)
    recovery = re.search(r"\b[0-9a-f]{8}\b", person.page[person.page.index("<main") :])
    person.open("/desk/people/")
    person.send(code=recovery[0])  # a code of the app is good once
    assert person.path == "/desk/people/"


def sign_in(person, email):
    """Sign in with the password; the second factor is asked for where there is one."""
    person.send("/accounts/login/", login=email, password=PASSWORD)


def test_first_people(site):
    one = site.machines[0]
    known = {"DJANGO_SUPERUSER_EMAIL": OPERATOR, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    one.manage(f"{inline('manage.py createsuperuser')} --noinput", **known)
    sign_in(site.operator, OPERATOR)
    second_factor(site.operator)
    site.operator.send("/desk/people/add/", email=CURATOR, full_name="Sana Malik", role="curator")
    assert site.operator.path == "/desk/people/", site.operator.page

    site.curator.open(site.link(CURATOR, "/accounts/password/reset/key/"))
    site.curator.send(password1=PASSWORD, password2=PASSWORD)
    sign_in(site.curator, CURATOR)
    second_factor(site.curator)


def test_lost_second_factor(site):
    command = inline("manage.py manage_account EMAIL reset_factor").replace("EMAIL", CURATOR)
    site.machines[1].manage(command.replace("TEXT", "'She has lost her phone.'"))
    site.curator.open("/desk/")
    assert site.curator.path.startswith("/accounts/login/")  # the reset ends all sessions
    sign_in(site.curator, CURATOR)
    second_factor(site.curator)
    wait_for(
        lambda: any("lost her phone" in text for _to, text in site.mail.mails), seconds=60, what="The mail"
    )


def test_import_review_claim_and_ranking(site):
    one, other = site.machines
    for kind, row in (("startups", STARTUP), ("investors", INVESTOR)):
        path = table(site.folder / f"{kind}.csv", row | AGREED)
        one.manage(f"manage.py import_profiles {kind} {path} --dry-run")
        other.manage(f"manage.py import_profiles {kind} {path} --submit")
    for beginning in ("/desk/reviews/startup/", "/desk/reviews/investor/"):
        path = re.search(rf'href="({beginning}[a-z0-9]+/)', site.curator.open("/desk/reviews/"))
        site.curator.send(path[1], outcome="approved")
        assert site.curator.status == 200
    path = re.search(r'href="(/desk/unclaimed/startup/[a-z0-9]+/)', site.curator.open("/desk/unclaimed/"))
    site.curator.send(path[1], email=FOUNDER)
    claim = site.link(FOUNDER, "/claim/")
    site.founder.open(claim)
    join = re.search(r'href="(/accounts/signup/[^"]*)"', site.founder.page)[1].replace("&amp;", "&")
    said = {"email": FOUNDER, "full_name": "Hina Aslam", "password1": PASSWORD, "password2": PASSWORD}
    site.founder.send(join, **said)
    site.founder.open(site.link(FOUNDER, "/accounts/confirm-email/"))
    site.founder.send()
    site.founder.send(claim)
    assert "consents" in site.founder.path, site.founder.page[-3000:]
    assert other.manage(inline("manage.py rank")) != ""
    wait_for(
        lambda: "Yangtze Fund" in site.founder.open("/matches/"), seconds=60, what="The list with the fund"
    )


def test_files_come_from_both_machines(site):
    site.founder.send("/pictures/", kind="logo", **{"logo-file": picture("PNG", size=(200, 200))})
    found = []

    def is_there():
        found[:] = re.findall(r'src="(/picture/[^"]+)"', site.founder.open("/pictures/"))
        return found

    wait_for(is_there, seconds=60, what="The checked picture")
    answers = [site.founder.ask("GET", found[0]) for _machine in site.machines]
    assert [status for status, _told, _content in answers] == [200, 200]
    assert answers[0][2] == answers[1][2] != b""


def statics(page):
    """Return the addresses of the static files that a page names."""
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)))


def test_static_files_and_translations_on_both_machines(site, tally):
    for each in site.machines:
        for language, word in (("ur", 'dir="rtl"'), ("zh-hans", "登录")):
            asked = {**HTTPS, "Accept-Language": language}
            page = each.ask("GET", "/accounts/login/", headers=asked)[2].decode()
            tally.check(word in page and "Sign in" not in page, f"{language}: {page}")
        for path in statics(page):
            tally.check(each.status(path, **HTTPS) == 200, path)
    tally.settle()


class Readers:
    """People who open pages without pause; whatever they do not get is kept."""

    def __init__(self, *people, pages):
        self.over, self.failed, self.count, self.longest = threading.Event(), [], 0, 0.0
        self.threads = [threading.Thread(target=self.read, args=[person, pages]) for person in people]

    def read(self, person, pages):
        while not self.over.is_set():
            for path in pages:
                begun = time.monotonic()
                try:
                    person.open(path)
                    wrong = person.missing_files()
                except Exception as error:
                    person.status, wrong = 0, [repr(error)]
                self.longest = max(self.longest, time.monotonic() - begun)
                self.count += 1
                if person.status != 200 or person.path != path or wrong:
                    self.failed.append((path, person.path, person.status, wrong))
            self.over.wait(0.2)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        for thread in self.threads:
            thread.join()


def reading(site):
    """Let a visitor and the founder read meanwhile."""
    return Readers(Person(site.machines), pages=["/", "/accounts/login/"]), Readers(
        site.founder, pages=["/home/", "/matches/", "/settings/"]
    )


def settle(tally, *readers):
    """No one of these may have missed a page."""
    for one in readers:
        tally.count(one.count)
        tally.found += map(str, one.failed)
        tally.measure(f"{one.count} pages read meanwhile, the slowest in {one.longest:.1f} s")
    tally.settle()


NEXT = {
    "profiles/models/startup.py": (
        "    team_size = ",
        '    motto = models.CharField(max_length=9, blank=True, default="", db_default="")\n    team_size = ',
    ),
    "static/corridor/frame.css": ("", "/* the next release */\n"),
}


def next_release(site):
    """Return a folder with the code of a next release: a new column, and another style sheet."""
    new = site.folder / "next"
    copy_code(new)
    for name, (before, after) in NEXT.items():
        path = new / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return new


def release(words):
    """Return a command of deploy/release as the page gives it."""
    return f"deploy/{inline(f'release {words}')}".replace("web1 web2", "a b").replace("NAME", "second")


def test_rolling_upgrade(site, tally):
    """To a release with another column and back, on both machines: readers and a founder who saves go on."""
    one, _other = site.machines
    units = {"corridor-web": WEB, "corridor-worker": WORKER, "corridor-slow": SLOW}
    for each in site.machines:
        site.stack.callback(Units(each, **units).listener.close)
    new = next_release(site)
    beside = Machine(site.folder / "beside", site.variables, code=new)
    beside.run(".venv/bin/python manage.py makemigrations profiles --name motto")
    beside.kill()
    saving = Person(site.machines)
    sign_in(saving, FOUNDER)
    saver = Saver(saving, "/startup/product/", "team_size")
    visitor, founder = reading(site)

    with visitor, founder, saver:
        for each in site.machines:
            each.run(release("build").replace("SOURCE", str(new)))
        one.run(release("prepare"))
        # The old code writes to the new tables.
        another = STARTUP | {"name_en": "Chenab Solar", "contact_email": "a@chenab.example"}
        one.manage(f"manage.py import_profiles startups {table(site.folder / 'more.csv', another)}")
        for command, is_new in (("switch", True), ("back", False)):
            begun = time.monotonic()
            one.run(release(f'on "web1 web2" {command}'))
            tally.measure(f"{command}: {time.monotonic() - begun:.0f} s for both machines")
            links = {str((each.folder / "current").readlink()) for each in site.machines}
            tally.check(links == {"releases/second" if is_new else "releases/first"}, f"{links}")
        one.run(release('on "web1 web2" switch'))
        one.manage("manage.py prepare")
        for each in site.machines:
            site.ready(each)
    tally.measure(f"{saver.count} saves meanwhile, the slowest with its pages in {saver.longest:.1f} s")
    tally.found += map(str, saver.failed)
    stored = re.search(r'name="team_size"[^>]* value="(\d+)"', saving.open("/startup/product/"))
    tally.check(stored and stored[1] == str(saver.count), f"{stored and stored[1]} after {saver.count} saves")
    settle(tally, visitor, founder)


def test_another_secret_key(site, tally):
    """Everyone who is signed in stays so, on whichever machine the next request is."""
    old, new = site.variables["SECRET_KEY_FILE"], str(new_key(site.folder))
    visitor, founder = reading(site)
    with visitor, founder:
        for key, fallback in ((old, new), (new, old)):
            for each in site.machines:
                each.environment |= {"SECRET_KEY_FILE": key, "SECRET_KEY_FALLBACKS_FILE": fallback}
                for command in each.servers:
                    assert each.stop(command) == [0]
                    each.start(command)
                site.ready(each)
    settle(tally, visitor, founder)


def test_a_worker_ends_its_task_first(site, tally):
    """TERM during a whole re-ranking: nothing is lost, and what is left the other machine does."""
    one, other = site.machines
    grow(site, 2_000)
    for each in (one, other):
        begun = time.monotonic()
        waiting = threading.Thread(target=one.manage, args=["manage.py rank --wait"])
        waiting.start()
        time.sleep(6)
        assert each.stop(WORKER) == [0]
        tally.measure(f"stopped after {time.monotonic() - begun - 6:.1f} s")
        waiting.join(timeout=1_700)  # it first reads thousands of texts, and its command has 30 minutes
        tally.check(not waiting.is_alive(), "the ranking did not end")
        each.start(WORKER)
        wait_for(lambda each=each: site.ready(each)["worker"], seconds=60, what="The worker")
    tally.settle()


SUMS = """
import hashlib
from django.apps import apps
found = hashlib.sha256()
for model in apps.get_models():
    for field in model._meta.many_to_many:
        rows = getattr(model, field.name).through._base_manager.order_by("pk").values_list()
        found.update(repr(list(rows)).encode())
    rows = model._base_manager.order_by("pk").values_list()
    found.update(repr((model._meta.label, [tuple(map(plain, row)) for row in rows])).encode())
print(found.hexdigest())
""".replace("plain", "lambda value: bytes(value) if isinstance(value, memoryview) else value")


def checksum(site):
    """Return one sum over every row of every table."""
    return site.machines[0].manage(f"manage.py shell -v 0 -c {shlex.quote(SUMS)}").strip()


# The large market's descriptions are read by it: the product's own model takes half an hour for them.
QUICK_TEXTS = {"TEXT_MODEL": "glossary"}


def grow(site, startups):
    """Fill the database with a market of some size."""
    size = f"--startups {startups} --investors {startups // 5} --seed {startups}"
    site.machines[0].manage(f"manage.py seed_market {size}", CORRIDOR_DEMO="1")
    site.machines[0].manage("manage.py rank", **QUICK_TEXTS)


def test_backup_and_restore(site, tally):
    """Put a backup back against the clock: every row is as it was, and the site serves again."""
    one = site.machines[0]
    grow(site, 5_000)
    assert [code for each in site.machines for code in each.stop()] == [0] * 5
    before = checksum(site)
    where = {"PGHOST": "127.0.0.1", "PGPORT": site.server.rpartition(":")[2], "PGUSER": "corridor"}
    begun = time.monotonic()
    for program, first in (("pg_dump", ()), ("pg_restore", anew(site.name))):
        site.databases(*first)
        one.run(re.sub(r"(?<= )corridor(?= )", site.name, inline(f"{program} ")), cwd=site.folder, **where)
    seconds = time.monotonic() - begun
    tally.check(checksum(site) == before, "the rows differ")
    tally.check(seconds < 600, f"{seconds:.0f} s")
    tally.measure(f"sums equal after {seconds:.0f} s")
    one.manage(inline("manage.py prepare"))
    for each in site.machines:
        for command in each.servers:
            each.start(command)
    assert "Sign out" in (site.ready(one) and site.founder.open("/home/"))
    tally.settle()


def test_the_other_commands_of_the_page(site):
    one = site.machines[0]
    make = inline("manage.py make_curator EMAIL")
    one.manage(inline("manage.py load_tables"))
    one.manage(inline("manage.py adopt_files"))
    one.manage(make.replace("EMAIL", OPERATOR))
    one.manage(inline("manage.py make_curator EMAIL --instead startup").replace("EMAIL", OPERATOR))
    one.manage(inline("manage.py import_screening UN-SC FILE").replace("FILE", str(SCREENING)))
    one.manage(inline("manage.py close_demo"))
    for act in ("close", "reopen"):
        closing = inline("manage.py manage_account EMAIL close").replace(" close ", f" {act} ")
        one.manage(closing.replace("EMAIL", CURATOR).replace("TEXT", "Test"))
    (site.folder / "var").mkdir()
    empty = {"DATABASE_URL": f"sqlite:///{site.folder / 'var' / 'corridor.sqlite3'}"}
    one.manage("manage.py migrate contenttypes", **empty)
    one.run(inline('python3 -c "import sqlite3'), cwd=site.folder)
    assert (site.folder / "backup.sqlite3").stat().st_size > 0
    assert [code for each in site.machines for code in each.stop()] == [0] * 5
