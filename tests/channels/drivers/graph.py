"""What Meta's platforms have in common as callers: the signature of a raw body.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started: ``X-Hub-Signature-256`` is
"sha256=" and the HMAC-SHA256 of the payload with the app's secret, in lowercase hex digits;
``X-Hub-Signature`` is the same with SHA-1. The payload comes with unicode escaped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from typing import Any

from tests.channels.drivers.driver import Call, Driver
from tests.channels.fakes.graph import FakeGraph
from twitchwise.channels.platforms.graph import SIGNATURE_HEADER


class GraphDriver(Driver):
    """Meta's servers, which call for one number or page."""

    fake: FakeGraph
    id_key: str
    verify_token: str

    @property
    def path(self) -> str:
        return f"/webhooks/{self.name}/webhook"

    @property
    def variables(self) -> dict[str, str]:
        values = {
            "token": self.fake.token,
            self.id_key: self.fake.own_id,
            "app_secret": self.fake.app_secret,
            "verify_token": self.verify_token,
            "api_url": self.fake.url,
        }
        prefix = f"TWITCHWISE_{self.name}".upper()
        return {f"{prefix}_{key.upper()}": value for key, value in values.items()}

    @property
    def secrets(self) -> tuple[str, ...]:
        proof = signature(self.fake.app_secret, self.fake.token.encode())
        people = [number(name) for name in ("ann", "bob")]
        return (self.fake.token, self.fake.app_secret, self.verify_token, proof, *people)

    def place(self, person: str = "ann", group: str = "") -> str:
        return number(person)

    def webhook(self, body: dict[str, Any]) -> Call:
        """Return a call with a body, as Meta sends it."""
        return self.signed(json.dumps(body).encode())

    def signed(self, body: bytes) -> Call:
        return self.with_signature(body, f"sha256={signature(self.fake.app_secret, body)}")

    def with_signature(self, body: bytes, given: str) -> Call:
        """Return a call with any signature."""
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: given}
        return Call(self.path, body, headers)

    def forged(self, kind: str) -> list[Call]:
        body = self.message("my leg is weak").body
        if kind == "missing":
            sha1 = f"sha1={signature(self.fake.app_secret, body, 'sha1')}"
            right = f"sha256={signature(self.fake.app_secret, body)}"
            return [
                Call(self.path, body),
                Call(self.path, body, {"X-Hub-Signature": sha1}),
                Call(self.path, body, {"X-Hub-Signature": right}),
                Call(self.path, b""),
            ]
        if kind != "bad":
            return []
        return [self.with_signature(body, one) for one in self._wrong(body)] + [
            self.with_signature(body + b"\n", self.signed(body).headers[SIGNATURE_HEADER]),
            self.with_signature(b"", self.signed(body).headers[SIGNATURE_HEADER]),
        ]

    def _wrong(self, body: bytes) -> list[str]:
        secret = self.fake.app_secret
        right = signature(secret, body)
        spaced = json.dumps(json.loads(body), indent=1).encode()
        raw = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        return [
            "",
            "sha256=",
            "é",
            "sha256=é",
            right,
            f"SHA256={right}",
            f"sha256={right.upper()}",
            f"sha256={right[:-1]}",
            f"sha256={right}0",
            f"sha256={right[:-1]}{'0' if right[-1] != '0' else '1'}",
            f"sha256={right},sha256={right}",
            f"sha256={'0' * 64}",
            f"sha256={base64.b64encode(raw).decode()}",
            f"sha256={hashlib.sha256(body).hexdigest()}",
            f"sha256={hashlib.sha256(secret.encode() + body).hexdigest()}",
            f"sha256={signature(secret, spaced)}",
            f"sha256={signature(secret, b'')}",
            f"sha256={signature('', body)}",
            f"sha256={signature('another app', body)}",
            f"sha256={signature(self.fake.token, body)}",
            f"sha256={signature(self.verify_token, body)}",
            f"sha256={signature(secret, body, 'sha1')}",
            f"sha1={signature(secret, body, 'sha1')}",
            f"sha512={signature(secret, body, 'sha512')}",
            f"md5={signature(secret, body, 'md5')}",
        ]


def signature(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    """Return an HMAC in hex digits."""
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def number(name: str) -> str:
    """Return digits for a name, always the same: a telephone number, a page-scoped id."""
    return f"49{zlib.crc32(name.encode()):010}"
