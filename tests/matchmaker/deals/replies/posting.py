"""Emails as Mailgun's route `forward()` posts them: parsed, signed, with the files as parts of a form."""

import base64
import hashlib
import hmac
import json
import time
from urllib.request import Request, urlopen

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from matchmaker.deals.replies import services

KEY, SECRET = "key-of-the-tests", "corridor:a long secret"
PATH = "/anymail/mailgun/inbound/"
AUTHORIZED = f"Basic {base64.b64encode(SECRET.encode()).decode()}"
GENUINE = {"X-Mailgun-Spf": "Pass", "X-Mailgun-Dkim-Check-Result": "Pass", "X-Mailgun-Sflag": "No"}


def fields(to, sender, text, *, name="1", envelope=None, html="", headers=(), verdict=None, files=()):
    """Return the fields of the form; `name` is that of the email, in its Message-ID."""
    moment, token = str(int(time.time())), hashlib.sha256(f"{name}{to}".encode()).hexdigest()[:50]
    signed = hmac.new(KEY.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    stated = {
        "X-Mailgun-Incoming": "Yes",
        "X-Envelope-From": f"<{sender if envelope is None else envelope}>",
        "Received": "by 10.0.0.1 with HTTP; Mon, 30 Nov 2026 10:12:00 +0500 (PKT)",
        **(GENUINE if verdict is None else verdict),
        "Mime-Version": "1.0",
        "Date": "Mon, 30 Nov 2026 10:12:00 +0500",
        "Message-Id": f"<{name}@mail.example.com>",
        "Subject": "Re: a new message",
        "From": f"A Person <{sender}>",
        "To": to,
        "Content-Type": "multipart/alternative; boundary=b",
        **dict(headers),
    }
    sent = {
        "recipient": to,
        "sender": sender if envelope is None else envelope,
        "subject": stated["Subject"],
        "from": stated["From"],
        "Message-Id": stated["Message-Id"],
        "body-plain": text,
        "body-html": html,
        "stripped-text": text,
        "message-headers": json.dumps([list(each) for each in stated.items()]),
        "timestamp": moment,
        "token": token,
        "signature": signed,
    }
    if files:
        parts = {f"attachment-{number}": file for number, file in enumerate(files, 1)}
        sent |= {"attachment-count": str(len(files)), **parts}
    return sent


def read_all():
    """Read what has come, as the worker does."""
    while services.read_next(at=timezone.now()):
        pass


def post(to, sender, text="", *, auth=AUTHORIZED, **kwargs):
    """Post an email to the webhook, as the email service does, and let the worker read it."""
    answer = deliver(to, sender, text, auth=auth, **kwargs)
    read_all()
    return answer


def deliver(to, sender, text="", *, auth=AUTHORIZED, **kwargs):
    return Client(raise_request_exception=False).post(
        PATH, fields(to, sender, text, **kwargs), headers={"authorization": auth}
    )


def post_over_http(site, to, sender, text, **kwargs):
    """The same to a server that runs; return the status."""
    body = encode_multipart(BOUNDARY, fields(to, sender, text, **kwargs))
    sent = {"Content-Type": MULTIPART_CONTENT, "Authorization": AUTHORIZED}
    with urlopen(Request(site + PATH, data=body, headers=sent)) as answer:  # noqa: S310  our own server
        return answer.status


def pdf(name="plan.pdf", content=b"%PDF-1.7 plan"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")
