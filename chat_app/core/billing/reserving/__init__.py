"""Reserve tokens for runs, from the balances and budgets that pay for them."""
