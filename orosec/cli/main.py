"""The command line: ``orosec`` and ``python -m orosec``.

Exit status 0 for yes, 1 for no, 2 for input that cannot be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from orosec.cli import BAD_INPUT, NO
from orosec.cli import options as common
from orosec.errors import OrosecError
from orosec.model.network import documented, read_network

ROOM_OF = {
    "decide": "queries",
    "flows": "bulk",
    "check": "claims",
    "diff": "whatif",
    "suggest": "whatif",
    "lint": "linting",
    "mutate": "mutation",
    "explain": "queries",
    "draw": "diagrams",
    "sentences": "claims",
    "trace": "reporting",
    "drift": "drift",
    "report": "reporting",
}
"""Every command, in the order of the help text, and the room that answers it.

Each is a module of its own in `orosec.cli`; a room that is taken away takes its commands
with it.
"""

COMMANDS = tuple(name for name, room in ROOM_OF.items() if find_spec(f"orosec.{room}"))
"""The commands that can be asked here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status."""
    options = _parser().parse_args(arguments)
    try:
        folder = getattr(options, "tables", None)
        network = read_network(folder) if folder else documented()
        status: int = options.run(options, network)
        sys.stdout.flush()
    except OrosecError as error:
        print(f"orosec: {error}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO
    except KeyboardInterrupt:
        print("orosec: interrupted; nothing was left half-written", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="orosec",
        description="Ask the OroCloud security page, and check what it promises.",
        epilog="Ends are nodes (web-1), roles (web, bridge), application, subnets, "
        "internet, elsewhere, any, an address or a range; services are tcp:443, "
        "udp:31194, icmp, all, or several in quotes.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"orosec.cli.{name}")
        command = commands.add_parser(name, help=module.ABOUT, description=module.ABOUT)
        module.fill(command)
        common.fill(command, module.COMMON)
        command.set_defaults(run=module.run)
    return parser
