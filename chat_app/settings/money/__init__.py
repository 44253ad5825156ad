"""Settings of balances and payments."""
