"""Set up a process: its log lines, and errors at its start that are printed in one line."""
