"""The trail of every act, in a chain of hashes."""
