"""HAProxy as a balancer."""
