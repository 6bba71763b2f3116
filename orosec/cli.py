"""The command line: ``orosec`` and ``python -m orosec``.

Exit status 0 for yes, 1 for no, 2 for input that cannot be used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from orosec.errors import OrosecError
from orosec.network import Network, documented, read_network
from orosec.schema import CDNS, READINGS

YES, NO, BAD_INPUT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace, Network], int] = options.run
    try:
        network = read_network(options.tables) if options.tables else documented()
        status = run(options, network)
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
    for name, run, about, fill in _COMMANDS:
        command = commands.add_parser(name, help=about, description=about)
        fill(command)
        _common(command)
        command.set_defaults(run=run)
    return parser


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--cdn", choices=CDNS, help="the CDN in front (default: google)")
    command.add_argument(
        "--reading", choices=READINGS, help="how to read the page (default: operational)"
    )
    command.add_argument(
        "--tables", type=Path, metavar="DIR", help="another folder of tables"
    )


def _variant(options: argparse.Namespace) -> dict[str, str]:
    return {
        "cdn": options.cdn or CDNS[0],
        "reading": options.reading or READINGS[0],
    }


def _show(options: argparse.Namespace, result: Any, values: Any) -> None:
    if options.json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        print(result)


def _fill_decide(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", metavar="SOURCE")
    command.add_argument("destination", metavar="DESTINATION")
    command.add_argument("service", metavar="SERVICE", nargs="+")


def _decide(options: argparse.Namespace, network: Network) -> int:
    from orosec.answer import decide

    service = " ".join(options.service)
    answer = decide(
        options.source, options.destination, service, network=network, **_variant(options)
    )
    _show(options, answer, answer.as_dict())
    if not options.json and answer.claims:
        print(f"Claims that speak of it: {' '.join(answer.claims)}")
    return YES if answer.verdict == "permitted" else NO


def _fill_check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "names", metavar="CLAIM", nargs="*", help="claims or sentences; all if left out"
    )


def _check(options: argparse.Namespace, network: Network) -> int:
    from orosec.register import check, failure_text

    judged = check(
        *options.names, cdn=options.cdn, reading=options.reading, network=network
    )
    late = judged.unexpected
    _show(options, judged, judged.as_dict())
    if not options.json:
        count = len({one.claim.claim for one in judged})
        print(f"\n{count} claims, {len(judged)} verdicts, {len(late)} not as recorded")
        if late:
            print(failure_text(late))
    return NO if late else YES


def _fill_explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", metavar="SOURCE")
    command.add_argument("destination", metavar="DESTINATION")
    command.add_argument("service", metavar="SERVICE", nargs="*", default=["all"])


def _explain(options: argparse.Namespace, network: Network) -> int:
    from orosec.answer import explain

    service = " ".join(options.service)
    story = explain(
        options.source, options.destination, service, network=network, **_variant(options)
    )
    _show(options, story, story.as_dict())
    return YES if story.there.verdict == "permitted" else NO


def _fill_draw(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "view", metavar="VIEW", nargs="?", default="segmentation", help="what to draw"
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file .svg, .png or .dot"
    )


def _draw(options: argparse.Namespace, network: Network) -> int:
    from orosec.diagram import draw

    diagram = draw(options.view, network=network, **_variant(options))
    if options.output is not None:
        diagram.save(options.output)
    values = {"view": options.view, "words": diagram.words, "dot": diagram.dot}
    if options.json:
        _show(options, diagram, values)
    else:
        print("\n".join(diagram.words) if options.output else diagram.dot)
    return YES


def _fill_sentences(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", metavar="SENTENCE", nargs="*", help="all if left out")


def _sentences(options: argparse.Namespace, network: Network) -> int:
    from orosec.errors import UnknownNameError, did_you_mean
    from orosec.register import scoreboard

    sheet = scoreboard(network=network)
    known = {row[0] for row in sheet.rows}
    for name in options.names:
        if name not in known:
            raise UnknownNameError(name, "sentence", did_you_mean(name, known))
    kept = [row for row in sheet.rows if not options.names or row[0] in options.names]
    chosen = type(sheet)(sheet.title, sheet.columns, kept)
    values = [dict(zip(sheet.columns, row, strict=True)) for row in kept]
    _show(options, chosen, {"sentences": values})
    return YES


_COMMANDS: tuple[tuple[str, Any, str, Any], ...] = (
    ("decide", _decide, "Say what happens to some traffic.", _fill_decide),
    ("check", _check, "Judge every claim, or some.", _fill_check),
    ("explain", _explain, "Tell the way of some traffic, with every rule.", _fill_explain),
    ("draw", _draw, "Draw a view of the model.", _fill_draw),
    (
        "sentences",
        _sentences,
        "List the sentences of the page with verdicts.",
        _fill_sentences,
    ),
)
