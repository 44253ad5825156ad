"""Build the background work: jobs, alerts, listeners of commits, and the supervisor of loops."""
