"""``mcp``: the papers as tools of a program that starts this one."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from rag.settings import Settings
from rag.workspace import Workspace


def run_mcp(settings: Settings, options: argparse.Namespace) -> int:
    """Serve the Model Context Protocol over standard input and output until the input ends."""
    del options
    import anyio

    from ui.api import services_over
    from ui.mcp_server import make_mcp_server

    with closing(Workspace(settings)) as workspace:
        _ = workspace.store  # a missing store is told at once
        services = services_over(workspace, settings)
        services.answers.start()
        try:
            server = make_mcp_server(services)
            sys.stderr.write("报问 MCP：标准输入输出 / on standard input and output\n")
            anyio.run(server.run_stdio_async)
        finally:
            services.answers.close()
    return 0
