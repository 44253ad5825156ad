"""Check what the settings name before anything is begun."""
