"""The few things every feature stands on: ids, errors, the actor, the unit of work."""
