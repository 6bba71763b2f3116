"""Claims at random: each verb, and each fact, about whatever there is."""

from oracle.facts import FACTS

ON_PACKETS = ("allows", "denies", "only-from", "only-on")
ON_WAYS = ("reaches", "only-through", "translated-to")


def claims(deployment):
    """Add some claims of each verb to a deployment, and every fact once."""
    for number in range(3):
        for verb in ON_PACKETS:
            level = deployment.draw.choice(("permitted", "served"))
            _claim(deployment, f"C{number}-{verb}", verb, level)
        for verb in ON_WAYS:
            if via := _via(deployment, verb):
                name = f"C{number}-{verb}"
                _claim(deployment, name, verb, "journey", via=via * (verb != "reaches"))
    for door, behind, services in deployment.gates:
        for verb, via in (("only-through", door), ("reaches", "")):
            flow = {"source": "internet", "destination": behind, "services": services}
            cells = {"verb": verb, "via": via, "level": "journey", "expected": "holds"}
            deployment.add("claims", claim=f"G1-{verb}", **CITED, **flow, **cells)
    for fact in FACTS:
        cells = {"verb": "fact", "via": fact, "level": "tables"}
        deployment.add("claims", claim=f"F1-{fact}", expected="holds", **CITED, **cells)
    cells = {"verb": "beyond", "level": "tables", "expected": "beyond"}
    deployment.add("claims", claim="B1-beyond", **CITED, **cells)


def _via(deployment, verb):
    """Return a host that ways may pass, or a chain of two, or who translates."""
    hosts, draw = deployment.hosts("both"), deployment.draw.choice
    table, column = {"translated-to": ("routes", "via")}.get(verb, ("relays", "node"))
    likely = [row[column] for row in deployment.rows[table] if row[column] in hosts]
    via = draw(likely if likely and deployment.chance(0.8) else hosts or [""])
    chained = via and verb == "only-through" and deployment.chance(0.2)
    return f"{via}>{draw(hosts)}" if chained else via


CITED = {"sentence": "AC1", "says": "Promised.", "means": "Good for something."}


def _claim(deployment, name, verb, level, **cells):
    cells |= {"claim": name, "verb": verb, "level": level, "expected": "holds"}
    ends = _flow(deployment, verb, cells.get("via"))
    flow = dict(zip(("source", "destination", "services"), ends, strict=True))
    deployment.add("claims", **CITED, **flow, **cells)


def _flow(deployment, verb, via):
    """Return what a claim may speak of: where a relay leads, what leaves, or anything."""
    relays = [row for row in deployment.rows["relays"] if row["cdn"] == "both"]
    mine = [row for row in relays if row["node"] == via] or relays
    if verb in ("only-through", "reaches") and mine and deployment.chance(0.7):
        row, sources = deployment.draw.choice(mine), ("any", "internet", "elsewhere")
        ends = deployment.draw.choice(sources), row["destination"].split()[0]
        return *ends, row["services"]
    hosts = deployment.hosts("both")
    if verb == "translated-to" and hosts and deployment.chance(0.5):
        return deployment.draw.choice(hosts), "internet", deployment.service()
    end = deployment.end if deployment.chance(0.5) else deployment.ends
    return end("both"), end("both"), deployment.service()
