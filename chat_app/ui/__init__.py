"""The browser's side, in Reflex."""
