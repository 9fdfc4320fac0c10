"""Pictures that are kept in the repository: of the installable app, the documents and the back office's guide."""
