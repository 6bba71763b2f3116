"""Reporting: one page for an auditor, and what rests on what."""
