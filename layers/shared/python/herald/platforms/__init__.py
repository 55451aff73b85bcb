"""A folder per network: `connecting` is the protocol of its accounts, `protocol` that of its posts."""
