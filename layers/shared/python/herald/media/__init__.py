"""What uploaded bytes really are."""
