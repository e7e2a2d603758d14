"""What is proved by attacking: the table of controls, faults and loads, each with its goal.

A test says which of them it proves with `@pytest.mark.proves("races")`, and counts what it tried with the
fixture `tally`. `make attack`, `make chaos` and `make load` run the tests of one group in full and print its
table; every run of the tests prints what its share of them came to (tests/tally.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One line of the table. `group` is also the marker by which pytest selects its tests."""

    group: str
    name: str
    tried: str
    goal: str


GOALS = (
    Goal("attack", "deny by default", "addresses × actors × GET and POST", "each as declared"),
    Goal("attack", "methods", "addresses × actors × other methods", "none is answered"),
    Goal(
        "attack",
        "object access",
        "links of one company replayed by all others",
        "0 opened, absent = forbidden",
    ),
    Goal(
        "attack",
        "hidden fields",
        "pages, exports, mails, log, broker, errors searched for canaries",
        "0 seen",
    ),
    Goal("attack", "non-interference", "hidden fields changed, all pages compared", "0 bytes differ"),
    Goal("attack", "revocation", "what was open is asked for after it was taken back", "0 opened"),
    Goal("attack", "mass assignment", "fields of the models posted to every form", "0 changed"),
    Goal("attack", "races", "two acts at the same moment", "0 × 500, 0 illegal states, one mail"),
    Goal("attack", "limits", "acts beyond what a bucket allows", "exact, others unaffected"),
    Goal(
        "attack", "no enumeration", "sign-up and reset, known and unknown address", "same answer, AUC .45–.55"
    ),
    Goal("attack", "sessions", "cookies set, and old sessions replayed", "all flagged, 0 opened"),
    Goal("attack", "second factor", "desk and admin with a password only", "0 opened"),
    Goal("attack", "headers", "answers of every address, error and server", "every header, no unsafe policy"),
    Goal("attack", "no change by reading", "GET of every address by every actor", "0 rows written"),
    Goal("attack", "forged requests", "POST of every address without a token", "0 accepted"),
    Goal("attack", "open redirect", "hostile addresses in every way back", "0 leave the site"),
    Goal("attack", "hostile texts", "scripts in every text field, in three languages, in a browser", "0 run"),
    Goal("attack", "hostile queries", "made-up query strings", "0 × 5xx"),
    Goal("attack", "hostile forms", "made-up forms", "0 × 5xx"),
    Goal("attack", "hostile files", "made-up CSV files imported", "all or nothing, 0 errors of ours"),
    Goal("attack", "sent files", "hostile and genuine files sent", "0 taken, 0 refused in error"),
    Goal("attack", "live cells", "formulas in every export", "0 live"),
    Goal("attack", "hostile names", "names that deceive, and honest ones", "0 deceive, 0 refused in error"),
    Goal("attack", "costly requests", "small requests that could take long", "all within a second"),
    Goal("attack", "audit trail", "rows of the trail tampered with", "all found"),
    Goal("attack", "fail closed", "dependencies that fail", "a clear page, no half writes"),
    Goal("attack", "no outbound requests", "connections opened while every address is asked for", "0"),
    Goal(
        "chaos", "worker and broker killed", "kill -9 of workers and brokers during edits", "0 lost, 0 wrong"
    ),
    Goal(
        "chaos", "every process killed", "kill -9 of each process of worker and site", "all come back, 0 lost"
    ),
    Goal(
        "chaos",
        "workers share nothing",
        "workers killed in the middle of a re-ranking",
        "same bytes as one alone",
    ),
    Goal("chaos", "broker away", "broker dead or frozen", "pages work, saving within 1.5 s, 0 lost"),
    Goal(
        "chaos", "messages three times", "every message delivered three times, shuffled", "same state as once"
    ),
    Goal("chaos", "database crashes", "kill -9 of PostgreSQL during edits", "0 acknowledged edits lost"),
    Goal("chaos", "disk full", "writes without room", "a clear page, 0 partial rows"),
    Goal("chaos", "restore drill", "backup taken and put back", "same checksums, within 10 min"),
    Goal("chaos", "a stranger's set-up", "every command of docs/run.md and make run", "each works"),
    Goal(
        "load",
        "pages, one reader",
        "list, match page and home of both sides on gunicorn 2 × 2",
        "p50 ≤ 50 ms, ≤ 20 queries (match page ≤ 70)",
    ),
    Goal("load", "pages, 16 readers", "the same pages at once", "p99 ≤ 900 ms, 0 errors"),
    Goal("load", "size of the market", "the same pages in a market 20 times as large", "same queries"),
)
BY_NAME = {goal.name: goal for goal in GOALS}
GROUPS = tuple(dict.fromkeys(goal.group for goal in GOALS))
