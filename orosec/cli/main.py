"""The command line: ``orosec`` and ``python -m orosec``.

Exit status 0 for yes, 1 for no, 2 for input that cannot be used, 3 where there is no
answer; 130 where it was interrupted.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

import click
from click.shell_completion import shell_complete

import orosec
from orosec.cli import CANNOT_SAY, INTERRUPTED, UNUSABLE, YES, __path__
from orosec.cli.terminal import complain, prepare, silence
from orosec.errors import NoAnswer, OrosecError

ORDER = (
    "decide flows check diff suggest lint mutate explain draw sentences trace drift report"
).split()
"""The help text names these first, as they are most asked for; then any other."""

COMPLETE = "_OROSEC_COMPLETE"
"""The variable by which a shell asks what could stand at the end of a line."""

_MODULES = [module.name for module in iter_modules(__path__)]


class Commands(click.Group):
    """The commands of this room, each imported when it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of all, in the order of the help text."""
        names = [name for name in _MODULES if _command_of(name)]
        return sorted(names, key=[*ORDER, *names].index)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command; None where a shell asks what could stand there."""
        found = _command_of(name) if name in _MODULES else None
        if found is None and not context.resilient_parsing:
            names = self.list_commands(context)
            raise click.exceptions.NoSuchCommand(name, possibilities=names, ctx=context)
        return found


def _command_of(module: str) -> click.Command | None:
    """Return the command that a module holds; None where it only helps others."""
    found = getattr(import_module(f"orosec.cli.{module}"), module, None)
    return found if isinstance(found, click.Command) else None


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
    prepare()
    try:
        return _run(sys.argv[1:] if arguments is None else [*arguments])
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "orosec"
        line = " ".join(error.format_message().split()).removesuffix(".")
        complain(f"{line}; see {path} --help")
        return UNUSABLE
    except OrosecError as error:
        complain(error)
        return CANNOT_SAY if isinstance(error, NoAnswer) else UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; nothing was left half-written")
        return INTERRUPTED
    except BrokenPipeError:  # who asked for help has read enough
        silence(sys.stdout)
        return YES
    except OSError as error:
        silence(sys.stdout)  # else Python fails at exit on what it still holds back
        complain(f"cannot read or write: {error.strerror or error}")
        return UNUSABLE


def _run(arguments: list[str]) -> int:
    """Run one command, or tell a shell what could stand at its end."""
    if asked := os.environ.get(COMPLETE):
        return shell_complete(commands, {}, "orosec", COMPLETE, asked)
    try:
        with commands.make_context("orosec", arguments) as context:
            return int(commands.invoke(context))
    except click.exceptions.Exit as ended:  # of --help and --version
        return ended.exit_code
