"""First steps of a new person, and a tour that shows what can be done."""
