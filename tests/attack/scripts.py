"""Texts that would run as scripts where a page forgets to escape them.

Each calls `alert`; the browser of tests/attack/test_scripts.py has the content policy switched off, so that
only the templates stand between a text and its running.
"""

TAGS = ("svg", "img", "body", "iframe", "details", "video", "audio", "input", "marquee", "select", "object")
EVENTS = [
    "onload", "onerror", "onfocus", "ontoggle", "onstart", "onpointerenter", "onanimationstart",
    "onbegin",
]  # fmt: skip
# What closes the place in which a text stands, before something that runs.
ENDS = (
    "", '"', "'", '">', "'>", "-->", "</title>", "</textarea>", "</script>", "</option></select>", "`",
    "\\",
)  # fmt: skip
RUNS = (
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>", "<<script>alert(1);//<</script>",
    "<svg><script>alert(1)</script></svg>", "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>", "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input autofocus type=submit></form>",
    "<img src=x onerror=alert(1)>", "<img/src=x/onerror=alert(1)>", "<img src='x'onerror='alert(1)'>",
    "<img src=x onerror=&#97;lert(1)>", "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<body onload=alert(1)>",
    "<style>@keyframes x{}</style><p style=animation-name:x onanimationstart=alert(1)>",
    " autofocus onfocus=alert(1) x=", " onmouseover=alert(1) style=position:fixed;inset:0 x=",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "＜script＞alert(1)＜/script＞", "\u2028alert(1)",
    "{{constructor.constructor('alert(1)')()}}", "{% debug %}", "${alert(1)}", "javascript:alert(1)",
    "';alert(1);'", '";alert(1);"', "%3Cscript%3Ealert(1)%3C/script%3E",
    "<a href=javascript:alert(1) autofocus>x</a>",
)  # fmt: skip
MADE = [f"<{tag} {event}=alert(1) src=x>" for tag in TAGS for event in EVENTS]
PAYLOADS = tuple(
    dict.fromkeys(
        [before + run for run in RUNS for before in ENDS]
        + [before + made for made in MADE for before in ("", '">')]
    )
)
