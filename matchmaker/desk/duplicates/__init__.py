"""One company that stands here twice: candidates for a curator, the merge of two records, its undo."""
