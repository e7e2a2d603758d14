"""The worker's task that reads decks."""

from matchmaker import registry
from matchmaker.deals.prefill import services

registry.register_periodic_task("read_decks", services.read_decks, registry.SOON)
