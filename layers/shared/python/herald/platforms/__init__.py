"""A folder per network. `connecting` is the protocol of its accounts, `protocol` of its posts."""
