"""Simulated users, who go on with a conversation: one file per strategy. `types` says what a user is."""
