"""nginx as a balancer."""
