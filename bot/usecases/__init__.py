"""Use cases, in transactions: queues, talk with citizens, cases. The store is behind `ports.py`, channels behind protocols."""
