"""Recordings: how long they play, and how large a video is shown."""
