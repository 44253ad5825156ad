"""The live feed: ops, their wire shapes and their audiences."""
