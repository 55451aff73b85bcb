"""One module per AWS service; the only boto3."""
