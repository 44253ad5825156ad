"""The state through which a person acts, its shapes, and the events that several features offer."""
