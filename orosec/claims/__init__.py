"""Claims: what the page promises, judged."""
