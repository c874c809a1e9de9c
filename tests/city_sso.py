"""A real OpenID Connect provider on loopback: Authlib's server side, with codes, PKCE, nonces and signatures as the
standard has them, for one client. `forge` changes what it signs, for providers that err or lie."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, request
from joserfc.jwk import RSAKey
from servers import served

CLIENT, SECRET = "sopan", "rahasia-antara-sopan-dan-sso"
Claims = dict[str, Any]


@dataclass
class City:
    """The provider: who sits at the browser, what was asked of it, and how it lies."""

    issuer: str = ""
    person: Claims | None = None
    forge: Callable[[Claims], Claims] = lambda claims: claims
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: RSAKey | None = None
    codes: dict[str, "Code"] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    exchanged: int = 0  # how often somebody came with a code
    rewrite: Callable[[str], str] = lambda token: token  # the ID token, as it leaves
    detour: str = ""  # where who comes with a code is sent
    out: str = "/end?realm=kota"  # where people sign out; nowhere if empty


@dataclass(frozen=True)
class Code:
    """A code, and what it was given for."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    person: Claims

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


class Client(ClientMixin):
    """Sopan, as the provider knows it."""

    client_id, id_token_signed_response_alg = CLIENT, "RS256"

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/masuk/sso/kembali")

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


def grant(city: City) -> type[AuthorizationCodeGrant]:
    """How codes are kept: each is good once."""

    class Grant(AuthorizationCodeGrant):
        def save_authorization_code(self, code: str, asked: Any) -> None:
            data = asked.payload.data
            names = ("redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method")
            city.codes[code] = Code(code, *(data[name] for name in names), person=asked.user)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return city.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del city.codes[code.code]

        def authenticate_user(self, code: Code) -> Claims:
            return code.person

    return Grant


def tokens(city: City) -> OpenIDCode:
    """How ID tokens are made."""

    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce: str, asked: Any) -> bool:
            return any(code.nonce == nonce for code in city.codes.values())

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return city.signs_with or city.key

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": "1"}

        def get_client_claims(self, client: Client) -> Claims:
            return {"iss": city.issuer, "aud": [CLIENT]}

        def generate_user_info(self, person: Claims, scope: str) -> Claims:
            return city.forge(dict(person))

    return Tokens(require_nonce=True)


def application(city: City) -> Flask:
    """The provider's addresses."""
    app = Flask("city")
    server = AuthorizationServer(app, lambda name: Client() if name == CLIENT else None, lambda token, asked: None)
    server.register_grant(grant(city), [CodeChallenge(required=True), tokens(city)])

    @app.get("/.well-known/openid-configuration")
    def described() -> Any:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        places |= {"end_session_endpoint": city.out} if city.out else {}
        found = {name: city.issuer + path for name, path in places.items()}
        return jsonify(issuer=city.issuer, id_token_signing_alg_values_supported=["RS256"], **found)

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[city.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        city.asked.append(request.args.to_dict())
        asked = server.get_consent_grant(end_user=city.person)
        return server.create_authorization_response(grant_user=city.person, grant=asked)

    @app.get("/end")
    def end() -> Any:
        """RP-initiated logout: back only to an address that this client has registered."""
        back = request.args["post_logout_redirect_uri"]
        if request.args["client_id"] != CLIENT or request.args["realm"] != "kota" or not back.endswith("/masuk"):
            return "no such client or address", 400
        city.person = None
        return redirect(back)

    @app.post("/token")
    def token() -> Any:
        city.exchanged += 1
        if city.detour:
            return redirect(city.detour, 307)
        answer = server.create_token_response()
        told = answer.get_json()
        if "id_token" in told:
            answer.set_data(json.dumps(told | {"id_token": city.rewrite(told["id_token"])}))
        return answer

    return app


@contextmanager
def running() -> Iterator[City]:
    """A provider on loopback."""
    city = City()
    with served(application(city)) as url:
        city.issuer = url.replace("127.0.0.1", "localhost")
        yield city
