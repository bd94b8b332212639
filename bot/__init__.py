"""A Telegram bot that guides citizens to social and family services."""
