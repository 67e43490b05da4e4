"""Secrets of every kind, put together here so that no scanner of a repository finds one."""

import base64
from typing import NamedTuple

LETTERS = "aB3dE5gH7jK9mN2pQ4sT6vW8yZ1cX0fR"
HEX = "0123456789abcdef" * 10
KEY = "sk-" + "proj-" + LETTERS + "_-" + LETTERS
VALUE = 'tr0?>>ub/dor+"&é\\3 horse'
ACCOUNT = "f" + HEX[:31]


class Planted(NamedTuple):
    """A secret, the kind by which its placeholder is called, and a text that gives it away."""

    name: str
    secret: str
    kind: str
    text: str = "the key {} was used"


def _token(name: str, kind: str, secret: str) -> Planted:
    return Planted(name, secret, kind)


def _said(name: str, text: str, secret: str = "hunter2" + "hunter2x9") -> Planted:
    return Planted(name, secret, "secret", text)


SHAPED = (
    _token("openai project", "openai", KEY),
    _token("openai service account", "openai", "sk-" + "svcacct-" + LETTERS),
    _token("openai admin", "openai", "sk-" + "admin-" + LETTERS),
    _token("openai legacy", "openai", "sk-" + LETTERS + LETTERS[:16]),
    _token("openrouter", "openai", "sk-" + "or-v1-" + HEX[:64]),
    _token("anthropic", "anthropic", "sk-" + "ant-api03-" + LETTERS + "-" + LETTERS),
    _token("cloudflare user", "cloudflare", "cfk" + "_" + (LETTERS * 2)[:40] + HEX[:8]),
    _token("cloudflare user token", "cloudflare", "cfut" + "_" + (LETTERS * 2)[:40] + HEX[:8]),
    _token("cloudflare account token", "cloudflare", "cfat" + "_" + (LETTERS * 2)[:40] + HEX[:8]),
    _token("cloudflare origin", "cloudflare", "v1" + ".0-" + HEX[:24] + "-" + HEX[:146]),
    _token("github", "github", "ghp" + "_" + LETTERS + "Ab12"),
    _token("github server", "github", "ghs" + "_" + LETTERS + "Ab12"),
    _token("github fine grained", "github", "github" + "_pat_" + LETTERS + "_" + LETTERS),
    _token("gitlab", "gitlab", "glpat" + "-" + LETTERS[:20]),
    _token("slack bot", "slack", "xoxb" + "-123456789012-" + LETTERS[:24]),
    _token("slack hook", "slack", "hooks.slack.com" + "/services/T0000/B0000/" + LETTERS),
    _token("aws id", "aws", "AKIA" + "IOSFODNN7EXAMPLE"),
    _token("aws session id", "aws", "ASIA" + "IOSFODNN7EXAMPLE"),
    _token("google key", "google", "AIza" + LETTERS + "x-_"),
    _token("google access", "google", "ya29" + "." + LETTERS),
    _token("google client secret", "google", "GOCSPX" + "-" + LETTERS[:28]),
    _token("hugging face", "huggingface", "hf" + "_" + LETTERS + "Ab"),
    _token("stripe", "stripe", "sk" + "_live_" + LETTERS),
    _token("stripe restricted", "stripe", "rk" + "_live_" + LETTERS),
    _token("npm", "npm", "npm" + "_" + LETTERS + "Ab12"),
    _token("sendgrid", "sendgrid", "SG" + "." + LETTERS[:22] + "." + LETTERS),
    _token("telegram", "telegram", "123456789" + ":AA" + LETTERS),
    _token("jwt", "jwt", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + LETTERS),
    _token(
        "private key",
        "pem",
        "-----BEGIN RSA " + f"PRIVATE KEY-----\n{LETTERS * 2}\n{LETTERS}==\n-----END RSA "
        "PRIVATE KEY-----",
    ),
)
TOLD = (
    _said("bearer", "curl -H 'Authorization: Bearer {}'"),
    _said("bearer in small letters", "authorization: bearer {}"),
    _said("basic", "Authorization: Basic {}", base64.b64encode(b"user:hunter2").decode()),
    _said("address", "postgres://app:{}@db.example.com/main"),
    _said("api key", "api_key={}"),
    _said("api key of a header", "X-Api-Key: {}"),
    _said("client secret", "client_secret = '{}'"),
    _said("password", "password: {}"),
    _said("variable of a shell", "export AWS_SECRET_ACCESS_KEY={}", LETTERS + "/+aB12cD"),
    _said("token of a query", "https://example.com/path?token={}&page=2"),
    _said("refresh token", "refresh_token => {}"),
)
