"""Jobs that failed for good, for the site's admins. The queue's port is ``core/kernel/jobs.py``."""
