"""The scan of the paper: a still sheet becomes a page, and the pages of a visit become its document."""
