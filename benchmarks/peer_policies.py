"""aerleon's and capirca's side: policies as text, their own shade check and AclCheck.

Usage: peer_aerleon.py or peer_capirca.py JOB SIZE REPETITIONS. Their shade check compares
pairs of terms, so it misses rules that only several earlier ones cover together. AclCheck
takes no ICMP type, so ICMP packets are left out of the comparison of verdicts.
"""

from __future__ import annotations

import logging
import time
from importlib import import_module

from problems import rules_of
from synthetic import packets
from timing import Outcome, Size, main, timed

from orosec.engine.decision_diagram import ICMP, TCP, UDP
from orosec.engine.notation import address_text
from orosec.engine.policy import Rule

FLOWS = 20
ICMP_TYPES = {0: "echo-reply", 3: "unreachable", 8: "echo-request"}
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp"}


class Policies:
    """Rules as a policy of one of the two packages."""

    def __init__(self, package: str, rules: tuple[Rule, ...]) -> None:
        logging.disable(logging.CRITICAL)
        naming = import_module(f"{package}.lib.naming")
        self.policy = import_module(f"{package}.lib.policy")
        self.aclcheck = import_module(f"{package}.lib.aclcheck")
        self.names = naming.Naming()
        self.known: set[str] = set()
        terms = "".join(self._term(rule) for rule in rules)
        header = "header {\n  target:: cisco benchmark extended\n}\n"
        self.parsed = self.policy.ParsePolicy(header + terms, self.names, optimize=False)

    @property
    def terms(self):
        return self.parsed.filters[0][1]

    def _term(self, rule: Rule) -> str:
        action = "accept" if rule.allows else "deny"
        lines = [
            *self._end("source", rule.sources[0]),
            *self._end("destination", rule.destinations[0]),
            *self._service(rule),
            f"action:: {action}",
        ]
        body = "".join(f"  {line}\n" for line in lines)
        return f"term t{rule.priority} {{\n{body}}}\n"

    def _end(self, side: str, span: tuple[int, int]) -> list[str]:
        first, last = span
        bits = 32 - (last - first + 1).bit_length() + 1
        if bits == 0:
            return []
        name = f"N{first}_{bits}"
        self._define(name, f"{address_text(first)}/{bits}", "networks")
        return [f"{side}-address:: {name}"]

    def _service(self, rule: Rule) -> list[str]:
        if len(rule.services) > 1:
            return []
        protocol, _, ((first, last),) = rule.services[0]
        lines = [f"protocol:: {NAMES[protocol]}"]
        if protocol == ICMP:
            return lines if last > first else [*lines, f"icmp-type:: {ICMP_TYPES[first]}"]
        if (first, last) == (0, 65535):
            return lines
        name = f"S{first}_{last}_{NAMES[protocol]}"
        ports = str(first) if first == last else f"{first}-{last}"
        self._define(name, f"{ports}/{NAMES[protocol]}", "services")
        return [*lines, f"destination-port:: {name}"]

    def _define(self, name: str, value: str, kind: str) -> None:
        if name not in self.known:
            self.known.add(name)
            self.names._ParseLine(f"{name} = {value}", kind)


def jobs(package: str):
    """Give the jobs of one of the two packages."""

    def shadowing(size: Size, repeats: int) -> Outcome:
        """Their own check, on terms that are parsed already."""
        start = time.perf_counter()
        made = Policies(package, rules_of(size))
        setup = time.perf_counter() - start

        def work():
            found = []

            class Told(logging.Handler):
                def emit(self, record):
                    found.append(record.getMessage())

            logging.disable(logging.NOTSET)
            root = logging.getLogger()
            root.handlers, root.level = [Told()], logging.WARNING
            try:
                made.parsed._DetectShading(made.terms)
            except made.policy.ShadingError as error:
                found.extend(str(error).splitlines())
            return sorted(
                {int(line.split()[0][1:]) for line in found if " is shaded by " in line}
            )

        seconds, dark = timed(repeats, work)
        return Outcome(seconds, {"shadowed": dark}, setup=setup)

    def verdicts(size: Size, repeats: int) -> Outcome:
        """One AclCheck a packet; the first exact match decides."""
        rules = rules_of(size)
        every = [
            tuple(map(int, one)) for one in zip(*packets(rules, 1_000_000), strict=True)
        ]
        chosen = [place for place, one in enumerate(every[:200]) if one[2] in (TCP, UDP)][
            :FLOWS
        ]
        start = time.perf_counter()
        made = Policies(package, rules)
        setup = time.perf_counter() - start

        def verdict(packet):
            source, destination, protocol, detail = packet
            ends = address_text(source), address_text(destination)
            asked = made.aclcheck.AclCheck(
                made.parsed, *ends, "any", str(detail), NAMES[protocol]
            )
            found = asked.ExactMatches()
            return bool(found) and found[0].action in ("accept", ["accept"])

        seconds, found = timed(repeats, lambda: [verdict(every[place]) for place in chosen])
        facts = {"permitted at": dict(zip(map(str, chosen), found, strict=True))}
        return Outcome(seconds, facts, FLOWS, setup)

    return {"shadowing": shadowing, "verdicts": verdicts}


def run(package: str) -> None:
    """Run one job of one of the two packages."""
    main(jobs(package))
