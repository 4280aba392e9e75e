"""What others ask of the people."""

from fenghuo.base.accounts.models import Person
from fenghuo.base.accounts.permissions import Role


def with_role(role: Role) -> list[Person]:
    """Active persons who hold the role, by user name."""
    return [person for person in Person.objects.filter(is_active=True) if role.value in person.roles]
