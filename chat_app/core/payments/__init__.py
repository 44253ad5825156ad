"""Payments: plans and packs of token credits, how they are paid for, and what payments do to balances."""
