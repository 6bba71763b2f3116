"""Deployments at random, as CSV files: whatever can be written down, the hard shapes often.

Nothing here is taken from the project but the columns of its files, and the tables that
tell of the page. One number makes one
deployment, so a red law is brought back by its number.
"""

import csv
from collections import Counter
from random import Random

from oracle.claims import claims

PAGE = ("sections", "sentences", "fingerprints")
CDNS, READINGS = ("google", "cloudflare"), ("operational", "literal")
VARIANTS = [(cdn, reading) for cdn in CDNS for reading in READINGS]
SUBNETS = [
    ("application-subnet", "application-network", "10.10.0", "2001:db8:10:", 0.95),
    ("maintenance-dmz", "maintenance-network", "10.20.0", "2001:db8:20:", 0.85),
    ("data-subnet", "data-network", "10.30.0", "fd00:30:", 0.4),
]
"""Name, network, where its addresses begin, and how likely it is."""

INNER = [
    ("web", "application", 0.9), ("jobs", "application", 0.5),
    ("database", "application", 0.7), ("nat", "egress", 0.7), ("bridge", "bridge", 0.7),
    ("vpn-gateway", "vpn", 0.7), ("cloudflare-tunnel", "cdn", 0.6), ("sftp", "other", 0.3),
]  # fmt: skip
"""Role, function, and how likely there is a node of it."""

OUTER = [
    ("balancer", "load-balancer", "google", "cdn", "google-edge", 0.7),
    ("edge", "cloudflare", "cloudflare", "cdn", "cloudflare-edge", 0.7),
    ("support-1", "support", "both", "outside", "internet", 0.7),
    ("customer-1", "customer-it", "both", "outside", "internet", 0.4),
]
OUTER_INTERFACES = {
    "balancer": [
        ("203.0.113.10", "203.0.113.10", "arrivals"),
        ("130.211.0.0/22", "", "departures"),
        ("203.0.113.11", "203.0.113.11", "arrivals"),
    ],
    "edge": [("198.41.192.0/24", "", "both")],
    "support-1": [("198.51.100.7", "198.51.100.7", "both")],
    "customer-1": [("192.0.2.25 2001:db8:cc::25", "192.0.2.25", "both")],
}
FRONTS = {"google": "load-balancer", "cloudflare": "cloudflare"}
"""The role of the edge of each CDN."""

SERVICES = [
    "all", "tcp", "tcp:22", "tcp:80", "tcp:80 tcp:443", "tcp:443", "tcp:1-1024",
    "udp:31194", "udp", "icmp", "icmp:8", "icmpv6", "esp", "tcp:22 icmp", "tcp:5432",
]  # fmt: skip
RANGES = [
    "10.10.0.0/25", "10.20.0.0/24", "0.0.0.0/0", "::/0", "203.0.113.0/24", "198.51.100.7",
    "192.168.0.0/16", "192.168.0.0/16", "172.16.0.9", "2001:db8:10::/64", "10.10.0.200",
]  # fmt: skip


class Deployment:
    """A deployment by its number: its rows, and which hard shapes it has."""

    def __init__(self, seed, base):
        self.seed, self.draw = seed, Random(seed)
        self.columns = {name: columns for name, (columns, _) in base.items()}
        self.rows = {name: rows if name in PAGE else [] for name, (_, rows) in base.items()}
        self.publics, self.taken = [], Counter()
        self._places()
        self._nodes()
        self.names = {cdn: self._names(cdn) for cdn in CDNS}
        self.listeners(), self.rules(), self.routes(), self.relays(), self.gate()
        claims(self)

    def row(self, table, **cells):
        """Return a row; what is not said is as in any row."""
        common = {"basis": "assumed", "rationale": "Any.", "cdn": "both", "reading": "both"}
        return {name: common.get(name, "") for name in self.columns[table]} | cells

    def add(self, table, **cells):
        """Add one row."""
        self.rows[table].append(self.row(table, **cells))

    def chance(self, share):
        return self.draw.random() < share

    def write(self, folder):
        """Write every table into a folder."""
        folder.mkdir(exist_ok=True)
        for name, rows in self.rows.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, self.columns[name], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return folder

    # Who stands where

    def _places(self):
        self.dual, self.tidy = self.chance(0.4), self.chance(0.35)
        for name, own, four, six, share in SUBNETS[: 2 if self.tidy else 3]:
            if (
                self.tidy
                or self.chance(share)
                or (name == SUBNETS[0][0] and self.chance(0.5))
            ):
                joined = (name == "data-subnet" and self.chance(0.4)) or self.chance(0.1)
                network = "application-network" if joined else own
                cidr = f"{four}.0/24" + (f" {six}:/64" if self.dual else "")
                self.add("subnets", name=name, network=network, cidr=cidr)

    def _nodes(self):
        for role, function, share in INNER:
            if not self.chance(share):
                continue
            cdn = "cloudflare" if role == "cloudflare-tunnel" else "both"
            for number in range(1, self.draw.choice((2, 3))):
                self._inner(f"{role}-{number}", cdn, role, function)
        for name, role, only, function, home, share in OUTER:
            if self.chance(share):
                cdn = "both" if self.chance(0.25) else only
                node = {"role": role, "function": function, "home": home, "stores": "no"}
                self.add("nodes", name=name, cdn=cdn, **node)
                own = OUTER_INTERFACES[name][: 3 if self.chance(0.4) else 2]
                for number, (address, public, carries) in enumerate(own):
                    which = {"name": f"{name}-{number}", "node": name, "cdn": cdn}
                    where = {"address": address, "public": public, "carries": carries}
                    self.add("interfaces", **which, **where)
                    self.publics += [(public, name)] * bool(public)

    def _inner(self, name, cdn, role, function):
        """Add a node, with as many interfaces as its luck gives it."""
        subnets = self.rows["subnets"]
        if self.tidy:
            homes = {"bridge": subnets, "vpn-gateway": subnets[1:]}
            self._attached(name, cdn, role, function, homes.get(role, subnets[:1]))
            return
        many = 2 if role == "bridge" else self.draw.choice((0, 1, 1, 1, 1, 1, 1, 2, 2))
        joined = self.draw.sample(subnets, min(many, len(subnets)))
        if role != "bridge" and joined and self.chance(0.6):
            wanted = "maintenance-dmz" if role == "vpn-gateway" else "application-subnet"
            joined[0] = next((row for row in subnets if row["name"] == wanted), joined[0])
            joined = [row for k, row in enumerate(joined) if row not in joined[:k]]
        if len(joined) == 1 and self.chance(0.08):
            joined = joined * 2
        self._attached(name, cdn, role, function, joined)

    def _attached(self, name, cdn, role, function, joined):
        """Add a node with an interface in each of some subnets."""
        home = joined[0]["name"] if len(joined) == 1 else "border"
        stores = "yes" if role == "database" else "no"
        node = {"role": role, "function": function, "home": home, "stores": stores}
        self.add("nodes", name=name, cdn=cdn, **node)
        translates = role in ("nat", "vpn-gateway")
        likely = 0.8 if translates else 0.02 if self.tidy else 0.15
        for number, subnet in enumerate(joined):
            public = self._public(name) if self.chance(likely) else ""
            plain = self.tidy or self.chance(0.85)
            carries = "both" if plain else self.draw.choice(("arrivals", "departures"))
            which = {"name": f"{name}-{number}", "node": name, "cdn": cdn}
            shared = self._hosts_of_others(role, subnet) if home != "border" else []
            at = self.draw.choice(shared) if shared and self.chance(0.2) else None
            where = {"subnet": subnet["name"], "address": at or self._address(subnet)}
            self.add("interfaces", **which, **where, public=public, carries=carries)

    def _hosts_of_others(self, role, subnet):
        """Return the addresses of hosts that live there, and have other roles."""
        living = {
            row["name"]: row["role"]
            for row in self.rows["nodes"]
            if row["home"] == subnet["name"]
        }
        roles = {}
        for row in self.rows["interfaces"]:
            roles.setdefault(row["address"], []).append(living.get(row["node"], role))
        return [address for address, own in roles.items() if role not in own]

    def _address(self, subnet):
        """Take the next free address of a subnet, in one family or both."""
        self.taken[subnet["name"]] += 1
        number = 10 + self.taken[subnet["name"]]
        words = subnet["cidr"].split()
        four = words[0].replace(".0/24", f".{number}")
        six = words[-1].replace(":/64", f":{number:x}") if self.dual else ""
        return {0: four, 1: six or four, 2: f"{four} {six}".strip()}[self.draw.randrange(3)]

    def _public(self, name):
        number = 20 + len(self.publics)
        public = (
            f"2001:db8:ff::{number}"
            if self.dual and self.chance(0.2)
            else f"203.0.113.{number}"
        )
        self.publics.append((public, name))
        return public

    def _names(self, cdn):
        """Return the names of hosts that a row of one CDN may use."""
        rows = [row for row in self.rows["nodes"] if row["cdn"] in ("both", cdn)]
        hosts = [name for row in rows for name in (row["name"], row["role"], row["role"])]
        group = ["application"] if any(r["function"] == "application" for r in rows) else []
        return hosts + group

    # Rows that name them

    def cdn(self):
        return self.draw.choice(("both", "both", "both", *CDNS))

    def hosts(self, cdn):
        """Return the names of hosts that are known under a CDN, or under both."""
        asked = CDNS if cdn == "both" else (cdn,)
        return [n for n in self.names[asked[0]] if all(n in self.names[c] for c in asked)]

    def end(self, cdn):
        """Return one end: a host mostly."""
        hosts = self.hosts(cdn)
        subnets = [row["name"] for row in self.rows["subnets"]]
        luck = self.draw.random()
        if luck < 0.55 and hosts:
            return self.draw.choice(hosts)
        if luck < 0.7 and subnets:
            return self.draw.choice(subnets)
        if luck < 0.8:
            publics = [public for public, _ in self.publics]
            return self.draw.choice(RANGES + publics)
        return self.draw.choice(("any", "any", "any", "internet", "internet", "elsewhere"))

    def within(self, network, cdn):
        """Return an end in a network, so that a rule for it speaks of something."""
        places = [row["name"] for row in self.rows["subnets"] if row["network"] == network]
        nodes = {r["node"] for r in self.rows["interfaces"] if r["subnet"] in places}
        rows = [r for r in self.rows["nodes"] if r["name"] in nodes or r["home"] == network]
        names = {name for row in rows for name in (row["name"], row["role"])}
        known = [name for name in self.hosts(cdn) if name in names]
        return self.draw.choice([*known, *places, *places, "any", "any"])

    def ends(self, cdn):
        """Return one end or two."""
        many = [self.end(cdn) for _ in range(self.draw.choice((1, 1, 1, 2)))]
        return " ".join(dict.fromkeys(many))

    def service(self):
        return self.draw.choice(SERVICES)

    def networks(self):
        """Return the networks that rules may be written for."""
        inner = [row["network"] for row in self.rows["subnets"]]
        homes = [r["home"] for r in self.rows["nodes"] if r["home"].endswith("-edge")]
        return list(dict.fromkeys([*inner, *homes]))

    def relayed(self, cdn):
        """Return traffic that a relay may carry: source, destination and services."""
        rows = [row for row in self.rows["relays"] if row["cdn"] in ("both", cdn)]
        if not rows:
            return self.end(cdn), "internet", self.service()
        row = self.draw.choice(rows)
        source = self.draw.choice(("any", "internet", self.end(cdn)))
        return source, row["destination"], row["services"]

    def gate(self):
        """Let the internet reach one role through another one alone."""
        self.gates = []
        inner = [row["node"] for row in self.rows["interfaces"] if row["subnet"]]
        roles = {r["role"] for r in self.rows["nodes"] if r["name"] in inner}
        known = sorted(roles & {*self.hosts("both")})
        if len(known) < 2 or not self.chance(0.6):
            return
        door, behind = self.draw.sample(known, 2)
        accepts, services = self.draw.choice(("tcp:443", "udp:31194")), self.service()
        self.add("listeners", name="door", node=door, services=accepts)
        self.add("relays", name="door", node=door, accepts=accepts, exit=door,
                 destination=behind, services=services)  # fmt: skip
        flows = (
            (600, "deny", "internet", behind, "all"),
            (700, "allow", "internet", door, accepts),
            (700, "allow", door, behind, services),
        )
        columns = ("priority", "action", "source", "destination", "services")
        for network in self.networks():
            for number, flow in enumerate(flows):
                cells = dict(zip(columns, flow, strict=True))
                self.add("rules", name=f"{network}-door-{number}", network=network,
                         direction="ingress", **cells)  # fmt: skip
        self.gates.append((door, behind, services))

    def listeners(self):
        for number in range(self.draw.randrange(1, 6)):
            cdn = self.cdn()
            if hosts := self.hosts(cdn):
                self.add("listeners", name=f"listener-{number}", cdn=cdn,
                         node=self.draw.choice(hosts), services=self.service())  # fmt: skip
        if "application" in self.hosts("both") and self.chance(0.3):
            self.add("listeners", name="ssh", node="application", services="tcp:22")
        for cdn, edge in FRONTS.items():
            if edge in self.hosts(cdn) and self.chance(0.6):
                self.add("listeners", name=f"{edge}-https", cdn=cdn, node=edge,
                         services="tcp:443")  # fmt: skip

    def rules(self):
        for number in range(self.draw.randrange(3, 11) if self.networks() else 0):
            self.rule(f"rule-{number}")
        for number, row in enumerate(self.rows["rules"][:2]):
            if self.chance(0.5):
                self._beside(row, f"beside-{number}")
        for network in self.networks():
            if self.chance(0.3):
                self._open(network)
            if self.chance(0.5):
                self._implied(network)
        self._before_all()

    def _open(self, network, destination="any", services="all"):
        """Let everybody in, late in the order."""
        name = f"open-{len(self.rows['rules'])}"
        self.add("rules", name=name, network=network, direction="ingress", priority=1150,
                 action="allow", source="any", destination=destination,
                 services=services)  # fmt: skip

    def rule(self, name):
        self.rows["rules"].append(self.drawn_rule(name))

    def _beside(self, row, name):
        """Add a rule that says a part of what another one says, or just the opposite."""
        other = {"allow": "deny", "deny": "allow"}[row["action"]]
        part = {"source": row["source"].split()[0], "services": row["services"].split()[0]}
        beside = (
            {"action": other, **part} if self.chance(0.5) else {"priority": 1200, **part}
        )
        self.rows["rules"].append(row | beside | {"name": name})

    def drawn_rule(self, name):
        """Return a rule at random."""
        cdn, draw = self.cdn(), self.draw.choice
        basis = draw(("assumed", "proposed", "documented"))
        cells = {
            "reading": draw(("both", "both", "both", "both", *READINGS)),
            "network": draw(self.networks()),
            "direction": draw(("ingress", "ingress", "ingress", "egress")),
            "priority": draw((900, 1000, 1000, 1000, 1100, 65535)),
            "action": draw(("allow", "allow", "allow", "deny")),
            "cites": "AC1" if basis == "documented" else "",
        }
        ends = {"source": self.ends(cdn), "destination": self.ends(cdn)}
        side = "source" if cells["direction"] == "egress" else "destination"
        if self.chance(0.75):
            ends[side] = self.within(cells["network"], cdn)
        return self.row("rules", name=name, cdn=cdn, basis=basis, **cells, **ends,
                        services=self.service())  # fmt: skip

    def _implied(self, network):
        """Write the implied rules of a network as rows: the platform's, or one's own."""
        basis = self.draw.choice(("platform", "assumed"))
        for direction, action in (("egress", "allow"), ("ingress", "deny")):
            if self.chance(0.85):
                self.add("rules", name=f"{network}-implied-{direction}", network=network,
                         direction=direction, priority=65535, action=action, source="any",
                         destination="any", services="all", basis=basis)  # fmt: skip

    def _before_all(self):
        """Write what the platform does before any rule: much, a part, or nothing."""
        first = {"network": "every", "basis": "platform", "source": "any"}
        for name, action, destination, services in (
            ("metadata", "allow", "169.254.169.254", "all"),
            ("no-mail", "deny", "internet", "tcp:25"),
            ("no-others", "deny", "internet", "others"),
        ):
            if self.chance(0.3):
                self.add("rules", name=name, action=action, destination=destination,
                         services=services, direction="egress", priority=0,
                         **first)  # fmt: skip
        if self.rows["subnets"] and self.chance(0.2):
            row = self.drawn_rule("before-all")
            self.rows["rules"].append(row | {"network": "every", "basis": "platform",
                                             "priority": self.draw.choice((5, 1150)),
                                             "cites": ""})  # fmt: skip

    def routes(self):
        self.tied = False
        known = {name for cdn in CDNS for name in self.names[cdn]}
        able = [(p, n) for p, n in self.publics if n in self.hosts("both") and n in known]
        role = {row["name"]: row["role"] for row in self.rows["nodes"]}
        for number in range(self.draw.choice((0, 1, 1, 2, 2, 3)) if able else 0):
            public, node = self.draw.choice(able)
            via = node if self.chance(0.3) else role[node]
            self.add("routes", name=f"route-{number}", via=via, public=public,
                     priority=900 + 100 * (number // 2), source=self.ends("both"),
                     destination=self.draw.choice(("any", "internet")))  # fmt: skip
        for number, row in enumerate(self.rows["routes"]):
            if self.chance(0.6):
                self._kept(row, f"kept-{number}")
        for network in self.networks() if self.rows["routes"] else ():
            if self.chance(0.5):  # so that it may be forwarded
                self._open(network, "internet", self.draw.choice(("all", self.service())))

    def _kept(self, route, name):
        """Let the node of a route send out nothing, or not all."""
        services = self.draw.choice(("all", "tcp", "tcp:443", "udp"))
        places = {row["name"]: row["network"] for row in self.rows["subnets"]}
        own = next(r for r in self.rows["interfaces"] if r["public"] == route["public"])
        if own["subnet"]:
            source = self.draw.choice((route["via"], own["address"].split()[0]))
            self.add("rules", name=name, network=places[own["subnet"]], direction="egress",
                     priority=100, action="deny", source=source, destination="any",
                     services=services)  # fmt: skip

    def relays(self):
        for cdn, edge in FRONTS.items():
            if {edge, "web"} <= {*self.hosts(cdn)} and self.chance(0.6):
                services = self.draw.choice(("tcp:80", "tcp:80", "tcp:80 tcp:443"))
                self.add("relays", name=f"{edge}-on", cdn=cdn, node=edge, accepts="tcp:443",
                         exit=edge, destination="web", services=services)  # fmt: skip
        for number in range(self.draw.choice((0, 1, 2, 2, 3, 3))):
            cdn = self.cdn()
            if hosts := self.hosts(cdn):
                node, accepts = self.draw.choice(hosts), self.service()
                flow = f"{self.end(cdn)} {self.end(cdn)} {self.service().split()[0]}"
                if cdn == "both" and self.networks() and self.chance(0.7):
                    self.add(
                        "listeners", name=f"relay-{number}", node=node, services=accepts
                    )
                    self._open(self.draw.choice(self.networks()[:2]), node, accepts)
                self.add("relays", name=f"relay-{number}", cdn=cdn, node=node,
                         accepts=accepts, destination=self.ends(cdn),
                         exit=node if self.chance(0.7) else self.draw.choice(hosts),
                         services=self.service(),
                         carrier=flow if self.chance(0.3) else "")  # fmt: skip


def base_of(folder):
    """Return the columns and the rows of each table of a folder."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            found[path.stem] = list(reader.fieldnames), list(reader)
    return found
