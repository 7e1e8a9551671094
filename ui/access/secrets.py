"""Secrets as scrypt hashes (RFC 7914), and as one-time readings for tokens that are random already."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_COST_BITS, _BLOCK, _PARALLEL = 15, 8, 1
_MEMORY_BYTES = 64 << 20
_SALT_BYTES, _HASH_BYTES = 16, 32


def hashed(secret: str) -> str:
    """``scrypt$15$8$1$SALT$HASH``: what is kept of a password or key; takes about a tenth of a second."""
    salt = secrets.token_bytes(_SALT_BYTES)
    found = _scrypt(secret, salt, _COST_BITS, _BLOCK, _PARALLEL)
    return f"scrypt${_COST_BITS}${_BLOCK}${_PARALLEL}${_text(salt)}${_text(found)}"


def matches(secret: str, kept: str) -> bool:
    """Whether ``secret`` is the one that ``kept`` was made of."""
    name, cost, block, parallel, salt, wanted = kept.split("$")
    if name != "scrypt":
        return False
    found = _scrypt(secret, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(wanted))


def token() -> str:
    """256 random bits, for a URL, a cookie or a key."""
    return secrets.token_urlsafe(32)


def digest(random_token: str) -> str:
    """What is kept of a token: without a salt, because nobody can guess 256 bits."""
    return hashlib.sha256(random_token.encode("utf-8", "surrogatepass")).hexdigest()


def _scrypt(secret: str, salt: bytes, cost_bits: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        secret.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << cost_bits,
        r=block,
        p=parallel,
        maxmem=_MEMORY_BYTES,
        dklen=_HASH_BYTES,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
