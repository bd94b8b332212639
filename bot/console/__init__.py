"""The console: the staff's web application, with a preview of the bot and a room for its content."""
