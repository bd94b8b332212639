"""Counters and gauges for `/metrics`. Their labels hold no ids and no words of people."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("bot_updates_received", "Updates stored in the inbox, without redelivered ones")
HANDLED = Counter("bot_updates_handled", "Updates by what became of them", ["outcome"])
LATENCY = Histogram(
    "bot_update_seconds",
    "Seconds from the receipt of an update to the commit of what it caused",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600),
)
SENDS = Counter("bot_sends", "Calls of Telegram by kind and outcome", ["kind", "outcome"])
QUEUE_WAITING = Gauge("bot_queue_waiting", "Rows that wait in a queue", ["queue"])
QUEUE_AGE = Gauge("bot_queue_oldest_seconds", "Age of the oldest row that waits in a queue", ["queue"])
QUARANTINED = Gauge("bot_quarantined", "Updates that were set aside")
OPEN_CASES = Gauge("bot_open_cases", "Cases that are not resolved")
REPLY_AGE = Gauge("bot_reply_oldest_seconds", "Age of the oldest reply that a person waits for")
BROKEN_PARTS = Gauge("bot_fault", "1 for each part that does not work", ["part"])
CHATS = Gauge("bot_chats", "Chats that have written")
