"""What if: what an edit opens, closes and breaks."""
