"""Tool calls while an answer is written: making them, and having them approved."""
