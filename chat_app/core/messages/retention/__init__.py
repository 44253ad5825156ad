"""How long messages are kept, and deleting them afterwards."""
