"""The app: pages over the service, with the URL as their state. Leaves out data (`arena.service`)."""
