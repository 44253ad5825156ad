"""An answer while it is written."""
