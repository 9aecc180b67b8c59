"""An organisation's own sign-in: a server of OpenID Connect in a process of its own, for a test."""

import os
import pathlib
import sys

PLACE = pathlib.Path(os.environ.get("PROVIDER_FOLDER", "."))
PORT, BACK = os.environ.get("PROVIDER_PORT", ""), os.environ.get("PROVIDER_BACK", "")
SECRET_KEY = "of nobody"
DEBUG = True
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "rows"}}
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc",
]  # fmt: skip
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ROOT_URLCONF = "tests.journeys.provider_urls"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "provider", "provider-csrf"  # one host, two servers
ACCOUNT_EMAIL_VERIFICATION = "none"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PEOPLE = (("pam", "planner@committee.example"), ("mel", "nobody@elsewhere.example"))
WORD, CLIENT, CLIENT_SECRET = "a long word", "sportsbrain", "of the client"
_key = PLACE / "key.pem"
IDP_OIDC_PRIVATE_KEY = _key.read_text() if _key.exists() else ""


def _begin() -> None:
    """Make tables, a key, people whose addresses are known, and the client."""
    import django
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    _key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    django.setup()
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for name, address in PEOPLE:
        user = get_user_model().objects.create_user(name, address, WORD)
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    client = Client(id=CLIENT, name="Sports Brain", skip_consent=True)
    client.set_secret(CLIENT_SECRET)
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris([BACK])
    client.save()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.journeys.provider"
    _begin()

    words = ["runserver", f"127.0.0.1:{PORT}", "--noreload", "--nothreading"]
    os.execv(sys.executable, [sys.executable, "-m", "django", *words])  # noqa: S606  # with the key read anew
