"""What a text of a table says of the network, and whether its row says so, too.

A text is read for what can be wrong in a mechanical way: names, services, numbers, ids and
negations. What it names must stand in its row; in a text that tells more than its row, as
`means` does, in a row that belongs to the same sentence, or to one that the text cites.
"""

import re
from collections.abc import Callable
from functools import partial, reduce
from operator import or_
from typing import NamedTuple

ROWS = ("nodes", "interfaces", "listeners", "rules", "routes", "relays", "subnets")
STORES = frozenset("database search message-queue cache file-storage".split())
FRONTS = frozenset(("130.211.0.0/22", "35.191.0.0/16"))
PHRASES = {
    r"load balancer": {"load-balancer"},
    r"web servers?": {"web"},
    r"job nodes?": {"jobs"},
    r"databases?": {"database"},
    r"search": {"search"},
    r"message queue": {"message-queue"},
    r"cache": {"cache"},
    r"file storage": {"file-storage"},
    r"(?<!that )stores?": STORES,
    r"bridge": {"bridge"},
    r"VPN gateway": {"vpn-gateway"},
    r"NAT": {"nat"},
    r"Google's front ends": FRONTS,
    r"(?<!nder )Cloudflare": {"cloudflare"},
    r"tunnels?": {"cloudflare-tunnel"},
    r"(?<!Oro's )(?<!technical )support(?! (?:portal|system))": {"support"},
    r"customer (?:IT|staff)": {"customer-it"},
    r"DMZ": {"maintenance-dmz"},
    r"application subnet": {"application-subnet"},
    r"application nodes?": {"application"},
    r"internet": {"internet"},
    r"foreign private network": {"elsewhere"},
}
WORDS = {
    "HTTPS": "tcp:443",
    "HTTP": "tcp:80",
    "WebSocket": "tcp:8080",
    "[Ww]eb traffic": "tcp:80 tcp:8080",
    "SSH2?": "tcp:22",
    "OpenVPN": "udp:31194",
    "ICMP": "icmp",
    "ping": "icmp",
    "PostgreSQL": "tcp:5432",
    "Elasticsearch": "tcp:9200 tcp:9300",
    "RabbitMQ": "tcp:5672 tcp:15672 tcp:4369 tcp:25672",
    "Redis": "tcp:6379",
    "Sentinel": "tcp:26379",
    "MongoDB": "tcp:27017",
}
COUNTS = "one two three four five six seven eight nine ten".split()
NEGATION = r"\b(?:no|not|nothing|nobody|none|never|only|alone|neither|cannot)\b"
ENGLISH = {"allow-list", "denial-of-service", "multi-factor", "long-term"}
VERSIONS = {"B1": "6.1", "B2": "6.0"}
BORROWED = {"AC3": "AC2"}
"""A sentence that speaks of what another one has named: *that address*."""

FACTS = {
    "exactly-two-subnets": ("application-subnet maintenance-dmz", "", "two", 0),
    "every-node-has-a-home": ("bridge", "", "", 1),
    "one-network": ("", "", "one two", 0),
    "bridge-joins-two-networks": ("", "", "one", 0),
    "data-stays-in-the-application-subnet": ("application application-subnet", "", "", 1),
    "one-cdn": ("", "", "one", 1),
    "common-rules-are-common": ("", "", "one", 1),
    "no-public-address-in-the-application-subnet": ("application-subnet", "", "", 1),
    "application-nodes-have-no-public-address": ("application", "", "", 1),
    "only-the-nat-node-is-public": ("application-subnet nat", "", "", 1),
    "the-load-balancer-has-one-public-address": ("load-balancer", "", "one", 0),
    "public-addresses-that-accept": ("internet", "", "", 1),
    "no-tls-on-web": ("web", "tcp:443", "", 1),
    "tls-ends-at-the-edge": ("", "tcp:443", "", 0),
    "one-egress-address": ("application internet", "", "one", 0),
    "bridge-joins-the-two-subnets": ("bridge", "", "one two", 1),
    "ssh-on-every-application-node": ("application", "tcp:22", "", 0),
    "only-the-gateway-has-an-interface-in-the-dmz": (
        "maintenance-dmz vpn-gateway",
        "",
        "",
        1,
    ),
    "only-the-gateway-lives-in-the-dmz": ("bridge maintenance-dmz vpn-gateway", "", "", 1),
}
"""What a claim of a fact names: ends, services, counts; and whether it says no."""

EDGES = {
    "public-addresses-that-accept": {"google": "load-balancer", "cloudflare": ""},
    "tls-ends-at-the-edge": {"google": "load-balancer", "cloudflare": "cloudflare"},
}
"""What a fact names further under each CDN."""

NEGATIVE = ("denies", "only-from", "only-on", "only-through")


class Said(NamedTuple):
    """What a text says, or may say: names, ports, protocols, and how many of a thing."""

    names: frozenset = frozenset()
    ports: frozenset = frozenset()
    protocols: frozenset = frozenset()
    counts: frozenset = frozenset()

    def __or__(self, other):
        return Said(*(one | two for one, two in zip(self, other, strict=True)))

    def union(self, *others):
        """Give what this says, and what any of the others does."""
        return reduce(or_, others, self)

    def __sub__(self, other):
        return Said(*(one - two for one, two in zip(self, other, strict=True)))

    def words(self):
        """Give all of it, as words in order."""
        return sorted(str(word) for part in self for word in part)


def told(names="", services="", counts=""):
    """Give what cells say: names of ends, services and counts, as words."""
    parts = [word.partition(":") for word in services.split() if word != "all"]
    ports = {port or protocol for protocol, _, port in parts if "-" not in port}
    protocols = {protocol for protocol, _, _ in parts}
    protocols |= {"tcp", "udp"} if "others" in protocols else set()  # it tells the rest
    spelled = (names.replace(">", " ").split(), ports, protocols, counts.split())
    return Said(*map(frozenset, spelled))


def ids_in(text):
    """Give the sentences and ambiguities that a text cites, as GL3 and C1."""
    return set(re.findall(r"\b(?:[A-Z]{2}|[BC])\d+\b", text.replace("SSH2", "SSH")))


def said(text):
    """Give what a text says."""
    for one in ids_in(text):
        text = re.sub(rf"\b{one}\b", "", text)
    names = {
        name
        for phrase, stands_for in PHRASES.items()
        if re.search(rf"\b{phrase}\b", text, re.IGNORECASE)
        for name in stands_for
    }
    names |= {*re.findall(r"\b[a-z]\w*(?:-[a-z0-9]+)+", text)} - ENGLISH
    known = [
        told("", is_) for word, is_ in WORDS.items() if re.search(rf"\b{word}\b", text)
    ]
    ports = {*re.findall(r"\b\d[\d.]*(?<!\.)", text)}.union(*(one.ports for one in known))
    protocols = {
        word.lower() for word in re.findall(r"\b(?:UDP|TCP)\b", text, re.IGNORECASE)
    }
    counts = {word for word in COUNTS if re.search(rf"\b{word}\b", text.lower())}
    return Said(*map(frozenset, (names, ports, protocols, counts)))


class Register:
    """What each sentence has in its claims, and in the rows that cite it."""

    def __init__(self, tables):
        self.tables = tables
        self.roles = {row.name: row.role for row in tables.nodes}
        self.sentences = {row.sentence for row in tables.sentences}
        self.ids = self.sentences | {row.ambiguity for row in tables.ambiguities}
        self.scopes = dict.fromkeys(self.sentences, told("internet"))
        for claim in tables.claims:
            self.scopes[claim.sentence] |= self.of_claim(claim)
        for table in ("nodes", "listeners", "rules", "routes", "relays"):
            for row in getattr(tables, table):
                for one in row.cites.split():
                    self.scopes[one] |= self.of_row(row)
        for row in tables.requirements:
            for one in row.sentences.split():
                self.scopes[one] |= Said(ports=frozenset([row.requirement]))
        for one, version in VERSIONS.items():
            self.scopes[one] |= Said(ports=frozenset([version]))
        for one, other in BORROWED.items():
            self.scopes[one] |= self.scopes[other]

    def of_claim(self, claim):
        """Give what the formal cells of a claim say."""
        if claim.verb != "fact":
            ends = f"{claim.source} {claim.destination} {claim.via}"
            return told(ends, claim.services)
        names, services, counts, _ = FACTS[claim.via]
        further = EDGES.get(claim.via, {}).get(claim.cdn, "")
        return told(f"{names} {further}", services, counts)

    def of_row(self, row):
        """Give what the formal cells of a row say; its hosts also by their roles."""
        cells = row._asdict()
        ends = "source destination node exit via role home subnet network".split()
        words = [word for one in ends for word in cells.get(one, "").split()]
        words += [row.name, *cells.get("carrier", "").split()[:2]]
        words += [self.roles.get(word, word.removesuffix("-edge")) for word in words]
        heard = [one.services for one in self.tables.listeners if one.node in words]
        services = [cells.get("services", ""), cells.get("accepts", "")]
        services += heard if "stores" in cells else ()
        if cells.get("function") == "application":
            words.append("application")
        return told(" ".join(words), " ".join(services))

    def union(self, sentences):
        """Give what any of some sentences has."""
        return Said().union(*(self.scopes[one] for one in sentences))

    def cited(self, text):
        """Give what the sentences have that a text cites, and those of its ambiguities."""
        found = Said()
        for one in ids_in(text) & self.ids:
            found |= self.scopes.get(one, Said())
            for row in self.tables.ambiguities:
                for sentence in row.sentences.split() if row.ambiguity == one else ():
                    found |= self.scopes[sentence]
        return found

    def negative(self, claim):
        """Return whether a claim says no, as its formal cells have it; None if beyond."""
        if claim.verb == "beyond":
            return None
        return bool(FACTS[claim.via][3]) if claim.verb == "fact" else claim.verb in NEGATIVE

    def of_sentence(self, sentence):
        """Return whether its claims about traffic say no: all, none, or None for some."""
        own = {
            self.negative(row)
            for row in self.tables.claims
            if row.sentence == sentence and row.verb not in ("fact", "beyond")
        }
        return own.pop() if len(own) == 1 else None


class Text(NamedTuple):
    """A text in a table, and what may be wrong with another one in its place."""

    table: str
    row: str
    column: str
    text: str
    wrong: Callable[[str], list]


def texts(tables):
    """Yield every text of the tables that a reader sees."""
    register = Register(tables)
    scopes, some = register.scopes, told(counts="one two")
    for claim in tables.claims:
        wrong = partial(of_says, register, claim)
        yield Text("claims", claim.claim, "says", claim.says, wrong)
        wrong = partial(of_more, register, scopes[claim.sentence] | some, None)
        yield Text("claims", claim.claim, "means", claim.means, wrong)
    for row in tables.sentences:
        one = row.sentence
        wrong = partial(of_more, register, scopes[one], register.of_sentence(one))
        yield Text("sentences", one, "title", row.title, wrong)
        yield Text("sentences", one, "gist", row.gist, wrong)
    for row in tables.sections:
        inside = [one.sentence for one in tables.sentences if one.section == row.section]
        wrong = partial(of_more, register, register.union(inside), None)
        yield Text("sections", row.section, "gist", row.gist, wrong)
    for table in ROWS:
        for row in getattr(tables, table):
            may = register.of_row(row) | some
            may |= Said(names=register.union(row.cites.split()).names)
            negative = True if getattr(row, "action", "") == "deny" else None
            wrong = partial(of_more, register, may, negative)
            yield Text(table, row[0], "rationale", row.rationale, wrong)
    for row in tables.suppressions:
        named = [one for one in getattr(tables, row.table) if one[0] in row.row.split()]
        may = some.union(*map(register.of_row, named))
        may |= register.union(" ".join(one.cites for one in named).split())
        wrong = partial(of_more, register, may, None)
        yield Text("suppressions", row.suppression, "rationale", row.rationale, wrong)
    numbers = Said(ports=frozenset(row.requirement for row in tables.requirements))
    for row in tables.requirements:
        may = register.union(row.sentences.split()) | numbers | told(counts="one two six")
        for column in ("gist", "rationale"):
            text, wrong = getattr(row, column), partial(of_more, register, may, None)
            yield Text("requirements", row.requirement, column, text, wrong)


def of_says(register, claim, text):
    """Return what is wrong with a promise: it says what its cells say, and no more."""
    found = []
    if (claim.reading == "literal") != text.startswith("Literal reading"):
        found.append("the reading is another")
    text = text.removeprefix("Literal reading")
    if claim.verb == "beyond":
        may = register.scopes[claim.sentence] | told(counts="one")
        return found + of_more(register, may, None, text)
    own, spoken = register.of_claim(claim), said(text)
    found += [*(ids_in(text) - register.ids), *(spoken - own).words()]
    needed = own._replace(names=own.names - {"any"}, protocols=frozenset())
    if len(own.ports) > 4:
        needed = needed._replace(ports=frozenset())
    found += (needed - spoken).words()
    if len(re.findall(NEGATION, text.lower())) != register.negative(claim):
        found.append("a negation is missing, or too much")
    return found


def of_more(register, may, negative, text):
    """Return what is wrong with a text that may say this, and what it cites.

    Where it must be *negative*, or may not be, it has a negation or none.
    """
    found = [*(ids_in(text) - register.ids)]
    found += (said(text) - may - register.cited(text)).words()
    spelled = re.findall(r"\b(?:\d[\d.]+|HTTPS?|SSH|ICMP|WebSocket)\b", text)
    found += [f"{one} twice" for one in {*spelled} if spelled.count(one) > 1]
    if negative is not None and negative != bool(re.search(NEGATION, text.lower())):
        found.append("a negation is missing, or too much")
    return found
