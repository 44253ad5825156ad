"""Balances of token credits: the ledger, who pays for what models do, and what was used."""
