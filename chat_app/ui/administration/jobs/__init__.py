"""The page of failed jobs."""
