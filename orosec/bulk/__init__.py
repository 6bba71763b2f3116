"""Bulk: many rules and many flows at once, with numpy."""
