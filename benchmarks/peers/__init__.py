"""What shippy is measured beside: the least that any program could take, and other programs that do the same work."""
