"""The only HTTP that is served: the webhook, health and metrics."""
