"""The queue of jobs: Procrastinate, in the same PostgreSQL."""
