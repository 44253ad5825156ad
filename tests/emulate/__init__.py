"""Stripe's checkout as npm's `emulate` has it, in a process of its own."""
