"""The panel: an architect edits rules and sees what follows."""
