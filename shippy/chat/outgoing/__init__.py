"""What the bot says, and the living messages of deploys."""
