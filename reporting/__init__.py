"""What commands that measure share: records, blocks of documents, checks of options."""
