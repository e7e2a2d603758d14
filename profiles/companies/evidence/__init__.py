"""What companies show for what they state: documents, registry entries, domains, endorsements."""
