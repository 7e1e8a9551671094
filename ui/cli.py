"""``baowen``: the command line. Parses, runs one command, and turns every error into one line and an exit status.

Standard output carries results only; progress and errors go to standard error. Exit 0 done, 1 something the
user can mend, 2 wrong usage, 130 interrupted. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rag.errors import BaowenError
from rag.generation.machine import quiet_waiting_threads
from rag.settings import load_settings
from ui.commands.parser import build_parser
from ui.console import tolerate_narrow_encodings
from ui.error_titles import error_title

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    tolerate_narrow_encodings()
    options = build_parser().parse_args(arguments)
    try:
        return run(options)
    except BaowenError as error:
        return fail(error)
    except KeyboardInterrupt:
        return _end(INTERRUPTED, "已中断 / interrupted")
    except BrokenPipeError:
        # The reader of our output has had enough; say nothing, and keep Python from flushing into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        found = f"{error.filename or 'the system'}: {error.strerror or error}"
        return fail(BaowenError(f"{found}; expected a path that can be read and written: check it"))


def run(options: argparse.Namespace) -> int:
    """The command of ``options``, with the settings that its options give."""
    quiet_waiting_threads()
    named = {name: getattr(options, name, None) for name in ("store", "host", "port")}
    settings = load_settings(**named)
    status: int = options.command_function(settings, options)
    sys.stdout.flush()
    return status


def fail(error: BaowenError) -> int:
    """One line on standard error, Chinese and English; exit status 1."""
    return _end(1, f"错误：{error_title(error)} / error: {' '.join(str(error).split())}")


def _end(status: int, line: str) -> int:
    print(line, file=sys.stderr)  # noqa: T201 - this is the command line
    return status
