"""The page of the duties under the privacy laws: requests, a person's data, blocking and deletion."""
