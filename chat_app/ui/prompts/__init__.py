"""The page of saved prompts, and the dialog that asks for the values of one."""
