"""Diagrams: views of a network, and the pictures drawn from them."""
