"""Traffic that shall be let in, or stopped: what one edit of a rule is looked for."""

GOALS = [
    ("vpn-gateway", "database", "tcp:5432", True),
    ("bridge", "database", "tcp:5432", True),
    ("internet", "nat", "tcp:22", True),
    ("bridge", "web", "tcp:22", False),
    ("internet", "vpn-gateway", "udp:31194", False),
    ("web", "web", "all", False),
    ("load-balancer", "web", "tcp:80 tcp:22", True),
]
