"""``serve``: the page is up at once, the models load behind it."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from rag.errors import SettingsError
from rag.settings import Settings
from ui.commands.output import write_json

_GRACE_SECONDS = 5


def bind(host: str, port: int) -> socket.socket:
    """A listening address, before anything heavy is loaded.

    Raises:
        SettingsError: the port is taken or the address is not this machine's.
    """
    try:
        return _bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} on {host} is in use; expected a free one: end that program or use --port"
            ) from error
        found = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise SettingsError(f"{found}; expected an address of this machine: mend --host or --port") from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def address_of(host: str, port: int) -> str:
    """``http://127.0.0.1:7860``; what listens everywhere is reached as this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://[{shown}]:{port}" if ":" in shown and not shown.startswith("[") else f"http://{shown}:{port}"


@contextmanager
def without_proxy_variables() -> Iterator[None]:
    """Hide the proxy variables: the page's library opens HTTP clients when imported, and dies of some proxies.

    Nothing that is imported under this asks the network for anything.
    """
    hidden = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


def require_gate(settings: Settings) -> None:
    """Refuse to serve other machines without asking anybody who he is.

    Raises:
        SettingsError: saying what to do.
    """
    from ui.access.holders import AccessStore
    from ui.web.callers import is_closed
    from ui.web.reach import is_loopback

    if not is_loopback(settings.host) and not is_closed(settings, AccessStore(settings.folder)):
        raise SettingsError(
            f"{settings.host} is reached from other machines and nobody would be asked who he is; expected users or "
            "keys: run `baowen users add NAME` or `baowen keys add NAME`, or leave --host out"
        )


def run_serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    require_gate(settings)
    listener = bind(settings.host, settings.port)
    address = address_of(settings.host, listener.getsockname()[1])
    sys.stderr.write("报问正在启动…… / starting\n")
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: stopped.append(received))
    with closing(listener):
        still_loading = _serve(settings, listener, address, as_json=options.json, stopped=stopped)
    status = 130 if stopped and stopped[-1] == signal.SIGINT else 0
    if still_loading:
        # Python would wait for the threads in which the models load, a minute on a busy machine, to throw them away.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def _serve(settings: Settings, listener: socket.socket, address: str, *, as_json: bool, stopped: list[int]) -> bool:
    """Serve until told to stop; says whether the models were still loading then."""
    import uvicorn

    from rag.workspace import Workspace
    from ui.api import create_app
    from ui.web.request_log import start_logging
    from ui.web.slow_senders import ImpatientProtocol, allow_many_connections

    start_logging(settings)
    allow_many_connections()

    class Server(uvicorn.Server):
        """Says where it is once the page is up."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if as_json:
                write_json({"address": address, "docs": f"{address}/docs"})
            else:
                sys.stdout.write(f"报问已就绪，请打开 / open {address}   （接口文档 / API: {address}/docs）\n")
            sys.stdout.flush()

    workspace = Workspace(settings)
    app = create_app(workspace, settings)
    with without_proxy_variables():
        from ui.chat import mount_chat

        mount_chat(app, settings)
    configuration: dict[str, Any] = {
        "http": ImpatientProtocol,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # ui.web.reach reads them, by the setting trusted_proxies
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }
    if not stopped:
        Server(uvicorn.Config(app, **configuration)).run(sockets=[listener])
    still_loading: bool = app.state.services.answers.state == "loading"
    if not still_loading:  # else closing waits for the models
        workspace.close()
    sys.stderr.write("报问已停止 / stopped\n")
    return still_loading
