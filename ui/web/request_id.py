"""The id of the request that is being served, for answers and logs."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("baowen_request_id", default="")
"""Empty outside of a request."""
