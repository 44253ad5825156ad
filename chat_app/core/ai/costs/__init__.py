"""Estimate, reserve and charge what answers cost."""
