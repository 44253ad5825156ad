"""The parts of a unit of work: turns at locked rows, effects after the commit, jobs and tasks."""
