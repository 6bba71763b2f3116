"""Queries: what decides a packet, what stands in the open, what differs."""
