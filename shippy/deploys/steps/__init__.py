"""What a deploy does, a step a file."""
