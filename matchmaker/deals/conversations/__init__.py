"""Talk: what the two companies of an introduction write and send to each other once both are interested."""
