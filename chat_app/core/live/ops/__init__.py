"""The ops of the live feed."""
