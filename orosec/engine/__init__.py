"""The engine: exact sets of packets and lists of rules. It knows no name and no table."""
