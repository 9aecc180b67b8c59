"""Django's settings. Everything a host changes comes from the environment."""

import os
import pathlib
import secrets

from django.utils.translation import gettext_lazy as _

from sportsbrain.config.database import VAR, settings_of

PACKAGE = pathlib.Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("SPORTSBRAIN_DEBUG") == "1"


def _secret(name: str) -> str:
    """Return a secret: its variable, or what the file holds that NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if path and name not in os.environ:
        return pathlib.Path(path).read_text().strip()
    return os.environ.get(name, "")


def _secret_key() -> str:
    """Return the key of the environment, or one made once and kept under ``var/``."""
    key = _secret("SPORTSBRAIN_SECRET_KEY")
    if key:
        return key
    path = VAR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("SPORTSBRAIN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(
    ","
)
DATABASES = {
    "default": settings_of(_secret("DATABASE_URL") or "postgresql://postgres@localhost/postgres")
}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",  # the page that shows the API, from our own address
    "sportsbrain.ui",  # before what brings templates of its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "sportsbrain.live",
    "sportsbrain.committee",
    "sportsbrain.inbox",
    "sportsbrain.world",
    "sportsbrain.plans",
    "sportsbrain.credentials",
    "sportsbrain.ledger",
    "sportsbrain.sport",
    "sportsbrain.venues",
    "sportsbrain.transport",
    "sportsbrain.village",
    "sportsbrain.workforce",
    "sportsbrain.access",
    "sportsbrain.shop",
    "sportsbrain.channel",
    "sportsbrain.controlroom",
    "sportsbrain.feeds.tables",
    "sportsbrain.feeds.people",
    "sportsbrain.feeds.arrivals",
    "sportsbrain.feeds.payments",
]
MIDDLEWARE = [
    "sportsbrain.config.watching.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sportsbrain.committee.middleware.SignedInMiddleware",
    "sportsbrain.committee.middleware.GamesMiddleware",
]
ROOT_URLCONF = "sportsbrain.config.urls"
ASGI_APPLICATION = "sportsbrain.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sportsbrain.committee.context.games",
                "sportsbrain.ui.context.navigation",
            ],
        },
    }
]
AUTH_USER_MODEL = "committee.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Who comes in: people whom a committee made (ADR 0039). By password, passkey, code of an
# authenticator besides, or the organisation's own sign-in (OpenID Connect).
ACCOUNT_ADAPTER = "sportsbrain.committee.guards.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "sportsbrain.committee.guards.OrganisationAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the committee said whose address it is
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever changes a password or a factor, its person hears of it
ACCOUNT_SESSION_REMEMBER = True
SESSION_HOURS = float(os.environ.get("SPORTSBRAIN_SESSION_HOURS", "12"))  # from a sign-in on
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "5/h/ip,3/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SPORTSBRAIN_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SECOND_FACTOR = os.environ.get("SPORTSBRAIN_SECOND_FACTOR") == "1"  # nobody works without one
MFA_TOTP_ISSUER = "Sports Brain"
MFA_TOTP_TOLERANCE = 1  # phones go half a minute wrong
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an address that both sides vouch for is one person
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = True
OIDC_SERVER = os.environ.get("SPORTSBRAIN_OIDC", "")  # https://login.example.org
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "organisation",
                "name": os.environ.get("SPORTSBRAIN_OIDC_NAME", "your organisation"),
                "client_id": os.environ.get("SPORTSBRAIN_OIDC_CLIENT", ""),
                "secret": _secret("SPORTSBRAIN_OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVER, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_SERVER
        else []
    }
}
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
# Where one can go in a Games: a key after "g", the address, the word. The overview is the first.
NAVIGATION = (
    ("o", "sport:games", _("Overview")),
    ("s", "sport:schedule", _("Schedule")),
    ("v", "sport:venues", _("Venues")),
    ("d", "sport:organisations", _("Delegations")),
    ("c", "sport:clashes", _("Clashes")),
    ("t", "sport:versions", _("Timetables")),
    ("q", "venues:queues", _("Queues")),
    ("b", "transport:network", _("Transport")),
    ("r", "village:rooms", _("Village")),
    ("w", "workforce:rosters", _("Workforce")),
    ("p", "access:overview", _("People")),
    ("e", "shop:office", _("Shop")),
    ("u", "channel:board", _("Results")),
    ("n", "channel:stories", _("Stories")),
    ("i", "controlroom:what_ifs", _("What-if")),
    ("l", "controlroom:situation", _("Control room")),
)
# Who has duties with people and nothing else sees these.
NAVIGATION_PORTAL = (("p", "access:overview", _("People")), ("g", "access:gate", _("Gate")),
                     ("t", "shop:tills", _("Tills")),
                     ("v", "village:desk", _("Village")))  # fmt: skip
NAVIGATION_SEARCH = "sport:search"
# Pages that see the rows of all Games: they find their own by a secret, or make a Games.
ACROSS_GAMES = (
    "village:asset", "village:resident", "village:resident_worker", "village:guest",
    "workforce:shifts", "workforce:answer", "workforce:take", "payments:stripe",
    "tables:start", "tables:start_venues", "tables:send_workbook", "tables:workbook",
    "api:send_tables", "api:invent_games",
)  # fmt: skip
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("SPORTSBRAIN_STATIC")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR / "blobs"
UPLOADS = VAR / "uploads"
# The shop's test payment says yes at once: for demos and tests, never where people buy.
SHOP_TEST_PAYMENTS = os.environ.get("SPORTSBRAIN_TEST_PAYMENTS", "") == "1"
# What links in mails begin with, and how mails go out: to the terminal unless a server is named.
SITE_ADDRESS = os.environ.get("SPORTSBRAIN_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
EMAIL_HOST = os.environ.get("SPORTSBRAIN_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("SPORTSBRAIN_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("SPORTSBRAIN_MAIL_USER", "")
EMAIL_HOST_PASSWORD = _secret("SPORTSBRAIN_MAIL_PASSWORD")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("SPORTSBRAIN_MAIL_FROM", "shop@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
# Hooks of a test or an own network: addresses inside it, and without https.
HOOKS_INSIDE = os.environ.get("SPORTSBRAIN_HOOKS_INSIDE") == "1"
# Push services that notices to fans are sent to (nowhere else), and whom they may ask about them.
PUSH_SERVICES = os.environ.get(
    "SPORTSBRAIN_PUSH",
    "fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com",
).split(",")
PUSH_CONTACT = os.environ.get("SPORTSBRAIN_PUSH_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")
PUSH_INSIDE = os.environ.get("SPORTSBRAIN_PUSH_INSIDE") == "1"  # a push service of a test
# Stripe: its keys, the secret of our webhook, and other addresses for a test server.
STRIPE_SECRET_KEY = _secret("STRIPE_SECRET_KEY")
STRIPE_PUBLIC_KEY = os.environ.get("STRIPE_PUBLIC_KEY", "")
STRIPE_WEBHOOK_SECRET = _secret("STRIPE_WEBHOOK_SECRET")
STRIPE_API = os.environ.get("STRIPE_API", "")
STRIPE_JS = os.environ.get("STRIPE_JS", "https://js.stripe.com/v3/")
# How an order is paid: the setting that opens a way, its address, its word.
PAYMENT_WAYS = (
    ("STRIPE_SECRET_KEY", "payments:card", _("Pay by card")),
    ("SHOP_TEST_PAYMENTS", "payments:test", _("Pay (test)")),
)
SIGNING_KEYS = os.environ.get("SPORTSBRAIN_SIGNING_KEYS", VAR / "keys")
# Who may read /metrics: whoever says this word; without one, this machine alone.
METRICS_TOKEN = _secret("SPORTSBRAIN_METRICS_TOKEN")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Behind a server that speaks https for us: cookies go nowhere else, and nobody else may set them.
HTTPS = os.environ.get("SPORTSBRAIN_HTTPS") == "1"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
# What a page of ours may load: ours. A style in an attribute is how bars and lanes are drawn.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'", "https:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # eight for each of the 2,000 competitors of a unit
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
NINJA_PAGINATION_PER_PAGE = 100
NINJA_NUM_PROXIES = int(os.environ.get("SPORTSBRAIN_PROXIES", "0"))
SPREAD = os.environ.get("SPORTSBRAIN_SPREAD", "")  # "citus": what devices said, over its servers
API_RATE = os.environ.get("SPORTSBRAIN_API_RATE", "300/s")  # of each person's programs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "sportsbrain.config.logs.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            **({"formatter": "json"} if os.environ.get("SPORTSBRAIN_LOG") == "json" else {}),
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
