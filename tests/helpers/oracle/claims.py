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
    chained = via and verb == "only-through" and deployment.chance(0.3)
    return f"{via}>{draw(hosts)}" if chained else via


CITED = {"sentence": "AC1", "says": "Promised.", "means": "Good for something."}


def _claim(deployment, name, verb, level, **cells):
    narrow = deployment.chance(0.5)
    end = deployment.end if narrow else deployment.ends
    ends = end("both"), end("both"), deployment.service()
    if verb in ("only-through", "reaches") and deployment.chance(0.6):
        ends = deployment.relayed("both")
    elif verb == "translated-to" and deployment.chance(0.5):
        ends = deployment.draw.choice(deployment.hosts("both")), "internet", ends[2]
    flow = dict(zip(("source", "destination", "services"), ends, strict=True))
    deployment.add(
        "claims",
        claim=name,
        verb=verb,
        level=level,
        expected="holds",
        **CITED,
        **flow,
        **cells,
    )
