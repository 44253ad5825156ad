"""The live feed: what is told to whom, in which words."""
