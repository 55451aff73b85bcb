"""The whole stack on one machine, from the same template.yaml. Development only: nothing here is deployed."""
