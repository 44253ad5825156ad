"""The texts of messages: their words for the search, and the names that they call."""
