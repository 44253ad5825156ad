"""The state of a tab: its Reflex states, the data that it has, and the end of both."""
