"""What objects do on the ground, in metres: speed, density, flows, queues, bays and groups."""
