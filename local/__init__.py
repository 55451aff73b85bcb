"""The whole stack on one machine, from the same template.yaml.

For development only: nothing here is deployed.
"""
