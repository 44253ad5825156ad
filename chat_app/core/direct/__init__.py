"""Direct and group chats."""
