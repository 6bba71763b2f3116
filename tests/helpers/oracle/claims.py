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
            if hosts := deployment.hosts("both"):
                host = deployment.draw.choice
                chain = f"{host(hosts)}>{host(hosts)}" if deployment.chance(0.4) else host(hosts)
                via = {"only-through": chain, "translated-to": host(hosts)}.get(verb, "")
                _claim(deployment, f"C{number}-{verb}", verb, "journey", via=via)
    for fact in FACTS:
        cells = {"verb": "fact", "via": fact, "level": "tables"}
        deployment.add("claims", claim=f"F1-{fact}", expected="holds", **CITED, **cells)
    cells = {"verb": "beyond", "level": "tables", "expected": "beyond"}
    deployment.add("claims", claim="B1-beyond", **CITED, **cells)


CITED = {"sentence": "AC1", "says": "Promised.", "means": "Good for something."}


def _claim(deployment, name, verb, level, **cells):
    ends = deployment.ends("both"), deployment.ends("both"), deployment.service()
    flow = dict(zip(("source", "destination", "services"), ends, strict=True))
    deployment.add(
        "claims", claim=name, verb=verb, level=level, expected="holds", **CITED, **flow, **cells
    )
