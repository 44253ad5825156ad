"""What every process of Parley does first: log lines, and errors that are printed in one line."""
