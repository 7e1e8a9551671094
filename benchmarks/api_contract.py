"""schemathesis over the served OpenAPI description: every operation, all checks, against a service that is running.

    python -m venv contract && contract/bin/pip install schemathesis
    python benchmarks/api_contract.py http://127.0.0.1:7860 --schemathesis contract/bin/schemathesis

It uploads and removes articles: point it at a service over a copy of a store. schemathesis stands in an environment
of its own, because its plugin would change how the tests of this project run. What it cannot know is told to it: a
body of the right shape may still be refused (422: days out of order, a conversation that ends with the assistant;
412: another version of an article), and a file may hold anything, also what looks like a list.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

_CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = [
  "2xx", "3xx", "401", "403", "404", "409", "412", "413", "422", "429", "503",
]

[[operations]]
include-name = "POST /v1/articles"
checks.negative_data_rejection.enabled = false
"""


def main() -> int:
    """The exit status of schemathesis: 0 when every check of every operation passed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--schemathesis", default="schemathesis", help="the program")
    parser.add_argument("--examples", type=int, default=30, help="how many inputs an operation and phase")
    parser.add_argument("--key", default="", help="a key with the scope write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "schemathesis.toml")
        configuration.write_text(_CONFIGURATION, encoding="utf-8")
        command = [options.schemathesis, "--config-file", str(configuration), "run"]
        command += [f"{options.address}/openapi.json", "--checks", "all", "--max-examples", str(options.examples)]
        # How long an upload of twenty files takes is no matter of the contract: 10 s are short on a busy machine.
        command += ["--request-timeout", "120"]
        if options.key:
            command += ["--header", f"Authorization: Bearer {options.key}"]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
