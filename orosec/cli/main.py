"""The command line: ``orosec`` and ``python -m orosec``.

Exit status 0 for yes, 1 for no, 2 for input that cannot be used, 3 where there is no
answer; 130 where it was interrupted.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

import orosec
from orosec.cli import CANNOT_SAY, COMMANDS, INTERRUPTED, UNUSABLE
from orosec.cli.terminal import complain
from orosec.errors import NoAnswer, OrosecError


class Commands(click.Group):
    """The commands of ``COMMANDS``, each imported when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names, in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command; None where there is none of this name."""
        if name not in COMMANDS:
            if context.resilient_parsing:  # a shell asks what could stand here
                return None
            raise click.exceptions.NoSuchCommand(name, possibilities=COMMANDS, ctx=context)
        module = import_module(f"orosec.cli.{COMMANDS[name].module}")
        found: click.Command = getattr(module, name)
        return found

    def format_commands(self, _context: click.Context, lines: click.HelpFormatter) -> None:
        """Write the list of commands, and import none."""
        with lines.section("Commands"):
            lines.write_dl([(name, offer.about) for name, offer in COMMANDS.items()])


@click.group(
    cls=Commands,
    no_args_is_help=False,
    epilog="Ends are nodes (web-1), roles (web, bridge), application, subnets, internet, "
    "elsewhere, any, an address or a range; services are tcp:443, udp:31194, icmp, all, or "
    "several in quotes. Exit status: 0 yes, 1 no, 2 unusable input, 3 cannot be said.",
)
@click.version_option(orosec.__version__, message="%(prog)s %(version)s")
def commands() -> None:
    """Ask the OroCloud security page, and check what it promises."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    try:
        status: int = commands.main(arguments, prog_name="orosec", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "orosec"
        complain(f"{_one_line(error.format_message())}; see {path} --help")
        return UNUSABLE
    except OrosecError as error:
        complain(error)
        return CANNOT_SAY if isinstance(error, NoAnswer) else UNUSABLE
    except click.Abort:
        complain("interrupted; nothing was left half-written")
        return INTERRUPTED
    except OSError as error:
        _discard_output()
        complain(f"cannot read or write: {error.strerror or error}")
        return UNUSABLE
    return status


def _one_line(message: str) -> str:
    """Return a message of click on one line, with nothing that a terminal obeys."""
    line = " ".join(message.split()).removesuffix(".")
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)


def _discard_output() -> None:
    """Send what is still buffered nowhere, so that Python does not fail on it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
