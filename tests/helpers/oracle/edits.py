"""Deployments after some edits of their rows."""

from copy import deepcopy


def edited(before):
    """Return a deployment after some edits of its rows."""
    after = deepcopy(before)
    for number in range(after.draw.choice((2, 4, 6, 8))):
        after.draw.choice(EDITS)(after, f"new-{number}")
    return after


def shut(before):
    """Return a deployment where some services stop at some ends: no more is let in."""
    after = deepcopy(before)
    for number in range(3):
        _shut_some(after, f"shut-{number}")
    return after


def _add_rule(after, name):
    if after.networks():
        after.rule(name)
        after.rows["rules"][-1]["priority"] = after.draw.choice((800, 900, 1000))


def _open_wide(after, name):
    """Let everything in, or nothing, or everything of one protocol, at one end."""
    if after.networks():
        after.rule(name)
        services = after.draw.choice(("all", "tcp", "icmp"))
        wide = {"source": "any", "destination": "any", "cdn": "both", "reading": "both"}
        after.rows["rules"][-1].update(wide, services=services, priority=850)


def _shut_some(after, name):
    """Stop some services at one end, so that ways carry less."""
    if after.networks():
        after.rule(name)
        services = after.draw.choice(("tcp:1-79", "udp", "icmp", "tcp:81-65535"))
        wide = {"source": "any", "destination": "any", "cdn": "both", "reading": "both"}
        after.rows["rules"][-1].update(wide, services=services, action="deny", priority=500)


def _add_listener(after, name):
    if hosts := after.hosts("both"):
        after.add("listeners", name=name, node=after.draw.choice(hosts), services="all")


def _change_rule(after, name):
    if after.rows["rules"]:
        row = after.draw.choice(after.rows["rules"])
        column = after.draw.choice(
            ("action", "priority", "direction", "services", "network")
        )
        row[column] = after.drawn_rule(name)[column]


def _drop(table):
    def drop(after, _):
        if rows := after.rows[table]:
            rows.remove(after.draw.choice(rows))

    return drop


def _change_route(after, _):
    for row in after.rows["routes"][:1]:
        row["priority"] = after.draw.choice((800, 1000, 1200))


def _drop_interface(after, _):
    used = {row["public"] for row in after.rows["routes"]}
    inner = [row for row in after.rows["interfaces"] if row["subnet"]]
    free = [row for row in inner if row["public"] not in used - {""}]
    if free:
        after.rows["interfaces"].remove(after.draw.choice(free))


def _drop_implied(after, _):
    rows = after.rows["rules"]
    rows[:] = [row for row in rows if "implied" not in row["name"]]


EDITS = (
    _add_rule, _open_wide, _shut_some, _change_rule, _drop("rules"), _drop("listeners"),
    _add_listener, _drop("routes"), _drop("relays"), _change_route, _drop_interface,
    _drop_implied,
)  # fmt: skip
