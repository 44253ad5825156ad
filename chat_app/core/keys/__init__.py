"""Seal again what an older key has sealed."""
