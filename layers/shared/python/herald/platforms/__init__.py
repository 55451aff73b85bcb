"""A folder per network behind small protocols: `connecting` for its accounts, `protocol` for its posts."""
