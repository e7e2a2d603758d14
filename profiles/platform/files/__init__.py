"""Files that companies send: received, checked by the worker, and handed out only after that."""
