"""Pictures that models draw: requested by `/image` or by a tool, run like answers, kept like files."""
