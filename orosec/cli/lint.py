"""``orosec lint``: what is odd about the tables."""

import orosec
from orosec.cli.options import COMMON, Common, command


@command("linting", *COMMON, example="--tables my-proposal")
def lint(common: Common) -> bool:
    """Look for odd rules and rows, with suggestions.

    Without --cdn and --reading, every variant is looked at.

    Exit status 0 where nothing is found but what is explained, 1 for findings, 2 for
    tables that cannot be used. The documented tables have one finding, under google:
    the load balancer may reach the web servers on tcp:443, and nothing answers there.
    """
    report = orosec.lint(**common.scenario)
    common.show(report)
    return report.clean
