"""What pages read of the browser's store: its values as vars, and their shapes."""
