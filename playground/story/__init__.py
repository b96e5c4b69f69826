"""`make story`: a developer's day, typed at a whole world, with every promise in it measured."""
