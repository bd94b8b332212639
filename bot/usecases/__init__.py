"""What happens, in transactions. Knows neither SQL nor Telegram; both are reached through `ports.py`."""
