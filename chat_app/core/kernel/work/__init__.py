"""The parts of a unit of work: its turn at a locked row, effects after the commit, jobs and tasks."""
