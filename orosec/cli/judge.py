"""What is judged: ``check``, ``lint``, ``mutate``, ``drift``."""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click
from click import Argument, Choice, Option

import orosec
from orosec.cli import NO, YES
from orosec.cli.options import COMMON, JSON, TABLES, TODAY, Common, Words, command, words
from orosec.cli.terminal import say

CLAIMS = words("claim", "Claims or sentences; all if left out.")
PAGE = Argument(["file"], help="A copy .html, .md, .rst or .txt; - for standard input.")
FORMS = Choice(("html", "md", "rst", "txt"))
FORM = Option(["--as", "form"], type=FORMS, help="Its form, if its name does not tell.")


@command("check", CLAIMS, *COMMON, TODAY, example="GL3-ports-words")
def check(common: Common, claim: Words) -> int:
    """Without --cdn and --reading, it is judged under every one of them.

    Exit status 0 where all are as recorded or accepted and no exception is stale, else 1.
    """
    from orosec.claims.register import failure_text

    network = common.network()
    judged = orosec.check(*claim, **common.variants, network=network, today=common.day)
    unexpected, stale = judged.unexpected, judged.stale
    common.show(judged, judged.as_dict())
    if not common.json:
        count = len({verdict.claim.claim for verdict in judged})
        say(f"\n{count} claims, {len(judged)} verdicts, {len(unexpected)} not as recorded")
        if unexpected or stale:
            say(failure_text(unexpected, stale))
    return NO if unexpected or stale else YES


@command("lint", *COMMON, example="--tables my-proposal")
def lint(common: Common) -> int:
    """Without --cdn and --reading, every variant is looked at.

    Exit status 0 where nothing is found but what is explained, 1 for findings, 2 for
    tables that cannot be used. The documented tables have one finding, under google:
    the load balancer may reach the web servers on tcp:443, and nothing answers there.
    """
    report = orosec.lint(**common.variants, network=common.network())
    common.show(report, report.as_dict())
    return YES if report.clean else NO


@command("mutate", *COMMON, example="--cdn google --reading literal")
def mutate(common: Common) -> int:
    """Without --cdn and --reading, every variant is tried.

    Exit status 0 where every mistake is seen or explained, 1 where one is not.
    """
    network = common.network()
    mutation = orosec.mutate(**common.variants, network=network, progress=_bar)
    common.show(mutation, mutation.as_dict())
    if not common.json:
        for sheet in (mutation.suppressions, mutation.pins, mutation.redundant):
            say(f"\n{sheet}")
    return NO if mutation.alarms else YES


def _bar(mutants: Sequence[Any]) -> Iterator[Any]:
    """Show a progress bar on standard error, where that is a terminal."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(mutants, hidden=hidden, file=sys.stderr) as bar:
        yield from bar


@command("drift", PAGE, FORM, JSON, TABLES, example="page.html")
def drift(common: Common, file: str, form: str | None) -> int:
    """Exit status 0 where nothing drifted, 1 where something did."""
    from orosec.drift import report

    found = report.drift(file, form=form or "", network=common.network())
    common.show(found, found.as_dict())
    return NO if found.drifted else YES
