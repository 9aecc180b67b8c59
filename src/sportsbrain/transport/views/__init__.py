"""Pages of transport: the bus network, and the car pool."""
