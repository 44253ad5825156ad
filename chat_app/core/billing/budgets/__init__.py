"""Budgets of a month: set, shown, and alerts when they are used up."""
