"""A Docker Swarm as the fleet."""
