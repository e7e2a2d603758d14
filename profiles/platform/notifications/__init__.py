"""What people are told: their page of notices, mails through the outbox, and who wants none."""
