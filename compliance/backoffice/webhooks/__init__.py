"""Pages of webhooks: where events are sent, and what became of them."""
