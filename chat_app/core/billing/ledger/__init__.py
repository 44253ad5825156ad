"""The ledger: entries between accounts, and what changes balances."""
