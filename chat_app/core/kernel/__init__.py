"""The parts that every feature needs: ids, errors, the actor, the unit of work."""
