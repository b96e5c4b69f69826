"""What GitHub publishes of its REST API, cut down to what shippy asks for, and requests held against that."""
