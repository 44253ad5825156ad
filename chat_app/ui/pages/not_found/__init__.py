"""Addresses that lead nowhere."""
