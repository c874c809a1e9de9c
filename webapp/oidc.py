"""The city's own sign-in (SSO): Sopan relies on an OpenID Connect provider; code flow with PKCE, state and nonce.

It only says who somebody is. Accounts are never made here, and what somebody may do their appointments say.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from engine import accounts
from engine.errors import NotFound, SystemNotReady
from engine.transaction import transaction
from webapp import auth, browsers
from webapp.auth import AWAITED, NEXT, onward
from webapp.store import db
from webapp.words import marked

bp = Blueprint("oidc", __name__, url_prefix="/masuk/sso")
log = logging.getLogger("sopan.web")
KEY, NAME = "sopan.oidc", "sso"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS = 10  # to wait for the provider
ALGORITHMS = ["RS256", "PS256", "ES256"]  # of its signatures, whatever else it says it can
OUT = "end_session_endpoint"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
STRONG = {"mfa", "otp", "hwk"}  # RFC 8176: what says that more than a password was asked for
AWAY = marked("Masuk lewat SSO sedang tidak dapat dipakai. Coba lagi nanti, atau masuk dengan kata sandi.")


@dataclass(frozen=True)
class Provider:
    """Who vouches for people, and how we are known there."""

    issuer: str
    client_id: str
    secret: str
    address: str = ""  # of Sopan, as browsers see it, where a proxy hides it from us


class Straight(OAuth2Session):  # type: ignore[misc]
    """Asks the provider where it said it is, and follows it nowhere else."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max_redirects = 0


class Client(FlaskOAuth2App):  # type: ignore[misc]
    """How we speak to the provider."""

    client_cls = Straight


def provider(issuer: str, client_id: str, secret_file: str, address: str) -> Provider | None:
    """The provider that the settings name; None without an issuer. Raises SystemNotReady if some are missing."""
    if not issuer:
        return None
    if not client_id or not secret_file:
        raise SystemNotReady("SSO: SOPAN_OIDC_CLIENT_ID dan SOPAN_OIDC_SECRET_FILE harus diisi juga.")
    place = urlsplit(issuer)
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname in LOOPBACK):
        raise SystemNotReady("SSO: SOPAN_OIDC_ISSUER harus beralamat https.")
    return Provider(issuer, client_id, Path(secret_file).read_text().strip(), address.rstrip("/"))


def attach(app: Flask, found: Provider | None) -> None:
    """Let people sign in there."""
    app.register_blueprint(bp)
    app.jinja_env.globals["sso"] = found is not None
    if found is None:
        return
    app.extensions[KEY] = (found, oauth := OAuth(app))
    oauth.register(
        NAME,
        client_cls=Client,
        client_id=found.client_id,
        client_secret=found.secret,
        server_metadata_url=f"{found.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


def is_on(app: Flask) -> bool:
    """Whether people may sign in there."""
    return KEY in app.extensions


def subject(name: str) -> str:
    """Somebody at the provider, as an account keeps it."""
    return f"{_provider().issuer}|{name}" if name else ""


def shown(kept: str | None) -> str:
    """Their identifier alone."""
    return (kept or "").partition("|")[2]


@bp.get("")
def leave() -> Any:
    """Off to the provider. Not from a page of somebody else: nobody is signed in without having wanted it."""
    found, wanted = _provider(), onward()
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return redirect(url_for("auth.sign_in", next=wanted))
    for name in [name for name in session if name.startswith("_state_")]:
        session.pop(name)  # of tries that were given up: a cookie is small
    session[NEXT] = wanted
    try:
        return _client().authorize_redirect(found.address + url_for("oidc.arrive", _external=not found.address))
    except RequestException as error:
        raise _away(error) from error


@bp.get("/kembali")
def arrive() -> Any:
    """Back from the provider, with what it says of somebody."""
    found, wanted = _provider(), session.get(NEXT, "/")
    expected = {
        "iss": {"essential": True, "value": found.issuer},
        "aud": {"essential": True, "value": found.client_id},
    }
    try:
        claims = _client().authorize_access_token(claims_options=expected).get("userinfo") or {}
    except RequestException as error:
        raise _away(error) from error
    except (OAuthError, JoseError) as error:
        log.warning("sign-in by SSO failed: %s", type(error).__name__)
        return render_template("sso.html", name=""), 400
    return _enter(claims, wanted)


@bp.get("/keluar")
def end() -> Response:
    """Off to the provider's own way out, if it has one. It is told who asks, not who leaves: no token of theirs is
    kept here, so it asks them itself."""
    found, out = _provider(), _client().load_server_metadata().get(OUT)
    if not out:
        raise NotFound()
    back = found.address + url_for("auth.sign_in", _external=not found.address)
    return redirect(
        f"{out}{'&' if '?' in out else '?'}"
        + urlencode({"client_id": found.client_id, "post_logout_redirect_uri": back})
    )


def _enter(claims: dict[str, Any], wanted: str) -> Any:
    names = (claims.get("email") if claims.get("email_verified") is True else None, claims.get("preferred_username"))
    told = tuple(name for name in names if isinstance(name, str) and name)
    with transaction(db.session()) as store:
        account = accounts.vouched_for(store, subject(str(claims["sub"])), told) if claims.get("sub") else None
        proven = not STRONG.isdisjoint(claims.get("amr") or ())
        entry = account and accounts.begin(store, account, browsers.told(request.user_agent.string), proven)
    if not entry:
        return render_template("sso.html", name=told[-1] if told else ""), 403
    auth.arrive(entry, wanted, vouched=OUT in _client().load_server_metadata())
    return redirect(url_for(AWAITED[entry.awaits]) if entry.awaits else wanted)


def _provider() -> Provider:
    if not is_on(current_app):
        raise NotFound()
    found: Provider = current_app.extensions[KEY][0]
    return found


def _client() -> Any:
    """The provider, asked once for what it offers. Raises SystemNotReady if it is not the one that was named."""
    found, oauth = current_app.extensions[KEY]
    client = oauth.create_client(NAME)
    told = client.load_server_metadata()
    if told.get("issuer") != found.issuer or not all(told.get(name) for name in NEEDED):
        log.error("SSO: %s does not describe the provider that was named", found.issuer)
        raise SystemNotReady(AWAY)
    told["id_token_signing_alg_values_supported"] = ALGORITHMS
    return client


def _away(error: RequestException) -> SystemNotReady:
    log.error("SSO cannot be reached: %s", type(error).__name__)
    return SystemNotReady(AWAY)
