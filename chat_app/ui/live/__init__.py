"""The browser's store as pages see it: its values as vars, and their shapes."""
