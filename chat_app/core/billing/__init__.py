"""Balances of token credits: the ledger, the payers of rooms, and usage."""
