"""No text of the tables contradicts its row: true ones raise no alarm, mistakes do."""

import random
import re

import pytest
from wordings import NEGATION, PHRASES, WORDS, texts

from orosec import orocloud

TEXTS = {(one.table, one.row, one.column): one for one in texts(orocloud.tables)}
HOSTS = """load balancer,web servers,job nodes,databases,message queue,file storage,bridge,
VPN gateway,NAT node,tunnel,support,customer IT,DMZ,application subnet,application nodes
""".replace("\n", "").split(",")
PORTS = "22 25 53 80 81 443 1194 5432 8080 8081 31194".split()
SERVICES = ["SSH", "HTTP", "HTTPS", "ICMP", "OpenVPN", "MongoDB"]
SAYS_WHAT = r"\b(answers?|accepts?|carries|reach(?:es)?|connects?|opens?|ends|may)\b"
BEYOND = {row.claim for row in orocloud.tables.claims if row.verb == "beyond"}


def swapped(text, patterns, others):
    """Yield the text with each match of a pattern replaced by each other word."""
    for pattern in patterns:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            for other in others:
                new = text[: match.start()] + other + text[match.end() :]
                if new.lower() != text.lower():
                    yield new


KINDS = {
    "another number": lambda text: swapped(text, [r"(?<![\w.])\d+"], PORTS),
    "another protocol": lambda text: swapped(text, [r"\bUDP\b"], ["TCP", "TCP and UDP"]),
    "another service": lambda text: (
        new
        for word in WORDS
        for other in SERVICES
        if not re.fullmatch(word, other)
        for new in swapped(text, [rf"\b{word}\b"], [other])
    ),
    "another host": lambda text: (
        new
        for phrase in PHRASES
        for other in HOSTS
        if not re.fullmatch(phrase, other.removesuffix(" node"), re.IGNORECASE)
        for new in swapped(text, [rf"\b{phrase}\b"], [other])
    ),
    "no negation": lambda text: swapped(text, [NEGATION], [""]),
    "one more negation": lambda text: swapped(text, [SAYS_WHAT], ["never does"]),
}


def test_no_text_contradicts_its_row():
    """Names, services, numbers, ids and negations are those of the formal cells."""
    alarms = {place: one.wrong(one.text) for place, one in TEXTS.items()}

    assert {place: found for place, found in alarms.items() if found} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_in_a_promise_is_seen(kind):
    """Sixty of each kind, wherever they hit: none reads as true."""
    mistakes = [
        (one, new)
        for (_, row, column), one in TEXTS.items()
        if column == "says" and row not in BEYOND
        for new in KINDS[kind](one.text)
    ]
    drawn = random.Random(kind).sample(mistakes, min(60, len(mistakes)))

    assert len(drawn) >= (2 if kind == "another protocol" else 60)
    assert [new for one, new in drawn if not one.wrong(new)] == []


MISTAKES = """
claims GL3-ports means: 443 -> 444
claims CF2-translated means: one -> three
claims AC5-words means: GL3 -> GL9
claims AC7-gateway means: bridge -> load balancer
claims TF5-open means: OpenVPN -> SSH
claims MD2-breach means: VPN gateway -> file-storage-3
sentences GL3 title: load balancer -> bridge
sentences CF1 title: No public -> A public
sentences TF1 title: 443 -> 80
sentences TF5 title: UDP -> TCP
sentences TF5 title: 31194 -> 1194
sentences NS2 title: two -> three
sentences TF3 title: is free -> is not free
sentences AC4 title: NAT node -> VPN gateway
sentences GL3 gist: 8080 -> 8081
sentences TF2 gist: ICMP -> OpenVPN
sentences CF1 gist: No public -> Any public
sentences AC6 gist: two -> four
sentences VP1 gist: SSH2 -> HTTP
sentences B1 gist: 6.1 -> 6.2
sections google gist: load balancer -> bridge
nodes vpn-1 rationale: OpenVPN -> SSH
nodes balancer rationale: load balancer -> NAT node
interfaces bridge-1-application rationale: bridge -> tunnel
listeners database-postgresql rationale: PostgreSQL -> MongoDB
listeners application-ping rationale: ping -> request by SSH
rules load-balancer-to-web rationale: 443 -> 8443
rules nat-accepts-nothing rationale: Nobody -> Anybody
rules vpn-from-bridge rationale: bridge -> customer IT
rules no-mail-out rationale: 25 -> 26
routes maintenance-own-address rationale: VPN gateway -> load balancer
relays balancing rationale: WebSocket -> OpenVPN
relays ssh-hop rationale: SSH -> HTTPS
subnets application-subnet rationale: bridge -> database
suppressions S9 rationale: VPN gateway -> load balancer
suppressions S22 rationale: TF5 -> TF15
requirements 1.2.5 rationale: 443 -> 444
requirements 1.4.4 rationale: application subnet -> DMZ
""".strip().splitlines()


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_another_text_is_seen(mistake):
    """One word is another one, in each column of each table."""
    place, _, change = mistake.partition(": ")
    old, _, new = change.partition(" -> ")
    one = TEXTS[*place.split()]

    assert one.text.count(old) >= 1
    assert one.wrong(one.text.replace(old, new, 1)) != []


def test_titles_are_short_and_tell_sentences_apart():
    """They become headings: at most nine words, none twice."""
    titles = [row.title for row in orocloud.tables.sentences]

    assert [title for title in titles if not 0 < len(title.split()) <= 9] == []
    assert len({*titles}) == len(titles)


def test_what_a_promise_means_is_short():
    """A promise in under twenty words, what follows from it in under nineteen."""
    claims = orocloud.tables.claims

    assert [row.says for row in claims if len(row.says.split()) >= 20] == []
    assert [row.means for row in claims if len(row.means.split()) >= 19] == []
