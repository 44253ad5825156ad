"""Decisions of the AI whether it joins in, once people have fallen silent."""
