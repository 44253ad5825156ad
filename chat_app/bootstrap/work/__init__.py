"""Build what works beside requests: jobs, alerts, listeners of commits, and the supervisor of loops."""
