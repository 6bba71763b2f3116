"""Mutants of the tables: what a slip of the hand, or an attacker, would make of them.

A test that never fails proves nothing. A mutant has one thing wrong with it, and some claim
should say so; `orosec.mutation.score` counts how many do.
"""
