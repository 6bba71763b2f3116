"""What several commands share: options with one meaning, and one way to show a result."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import Any

from orosec.engine.notation import read_date
from orosec.model.schema import CDNS, READINGS

ALL = ("json", "cdn", "reading", "tables")
"""Every common option; a command names the ones it takes."""


def fill(command: ArgumentParser, names: tuple[str, ...]) -> None:
    """Add the common options in *names*."""
    if "json" in names:
        command.add_argument("--json", action="store_true", help="print JSON")
    if "cdn" in names:
        command.add_argument(
            "--cdn", choices=CDNS, help="the CDN in front (default: google)"
        )
    if "reading" in names:
        command.add_argument(
            "--reading", choices=READINGS, help="how to read it (default: operational)"
        )
    if "tables" in names:
        command.add_argument(
            "--tables", type=Path, metavar="DIR", help="another folder of tables"
        )


def fill_question(command: ArgumentParser, services: str) -> None:
    """Add two ends and services: ``+`` where at least one is needed, ``*`` where not."""
    command.add_argument("source", metavar="SOURCE")
    command.add_argument("destination", metavar="DESTINATION")
    command.add_argument("service", metavar="SERVICE", nargs=services, default=["all"])


def fill_today(command: ArgumentParser) -> None:
    """Add the day on which exceptions are looked at."""
    command.add_argument(
        "--today", metavar="DATE", help="the day on which exceptions are looked at"
    )


def today(options: Namespace) -> date | None:
    """Return the day that was asked for; None where none was.

    Raises:
        NotationError: it is no day.
    """
    return read_date(options.today) if options.today is not None else None


def variant(options: Namespace) -> dict[str, str]:
    """Return the one CDN and the one reading that a question is asked under."""
    return {
        "cdn": options.cdn or CDNS[0],
        "reading": options.reading or READINGS[0],
    }


def show(options: Namespace, result: Any, values: Any) -> None:
    """Print *values* as JSON where that was asked for, else *result* as text."""
    if options.json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        print(result)
